"""What an analysis lays over a map (分析图层), and how it is packed and taken apart for paper."""
