"""The conflict check as files (冲突核查报表): tables, workbook, report, maps."""
