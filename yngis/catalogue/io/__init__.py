"""Files in and out (文件读写): one reader per format, writers that replace whole; knows no card."""
