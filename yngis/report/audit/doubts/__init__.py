"""Doubts (疑点): what the audit could not settle, and what contradicts itself."""
