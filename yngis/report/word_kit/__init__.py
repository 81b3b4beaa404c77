"""Kit of documents of Word: elements, pictures, fields, and files that are the same every time."""
