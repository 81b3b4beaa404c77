"""Vector files (矢量文件): one reader a format, judged by its header before a library opens it."""
