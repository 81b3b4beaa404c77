"""What several commands of the command line share (命令共用的选项与报错)."""
