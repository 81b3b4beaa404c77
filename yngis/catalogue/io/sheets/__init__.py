"""Workbooks and web tables (表格文件): cells, marks and shown numbers as the file holds them."""
