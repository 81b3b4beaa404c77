"""What the free texts of a ledger say (用语): words, clauses, letters and remarks."""
