"""Values (取值): cells, days, numbers of documents and codes, read from what offices write."""
