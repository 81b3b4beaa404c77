// The page's own words in English; those of the figure come with its data.
Y.ENGLISH = {
  "图册": "Atlas", "‹ 上一图": "‹ Previous", "目录": "Contents", "下一图 ›": "Next ›", "图例": "Legend", "收起图例": "Fold the legend",
  "图例与检索": "Legend and search", "图{0}": "Figure {0}", "口岸（{0}）": "Border ports ({0})", "（{0}）": " ({0})", "{0}（{1}）": "{0} ({1})",
  "州（市）名下的字为专栏所列重点产业，点击可看全部。": "Characters under a prefecture stand for the industries that its box lists; click for all.",
  "州市名": "Name", "下划线：本图文字点名布局的州（市）": "underlined: a prefecture that the text of this figure names",
  "数据表（读屏可用）": "Table (for screen readers too)", "存图 PNG": "Save PNG", "全选／全不选": "all / none", "检索：名称、别名或拼音首字母": "Search: name, pinyin or initials",
  "检索开发区、州市、县、产业、口岸": "Search zones, places, industries and ports", "检索结果": "Hits", "没有找到": "nothing found", "又名 {0}": "also {0}",
  "州（市）": "prefecture", "县（市、区）": "county", "口岸": "border port", "见图{0}": "see figure {0}", "自有数据": "own data",
  "开发区": "Zone", "级别": "Level", "类型": "Type", "布局": "Region", "提示": "Note", "关闭": "Close", "下载 CSV": "Download CSV",
  "{0}：数据表 ": "{0}: table ", "（{0} 个开发区）": "({0} zones)", "空间布局": "Region", "图上开发区": "Zones on this map", "无": "none", "另见": "See also",
  "河流": "rivers", "湖泊": "lakes", "公路": "roads", "铁路": "railways", "州（市）府": "seats of prefectures",
  "放大": "Zoom in", "缩小": "Zoom out", "{0} 个名称放大可见": "{0} names show when you zoom in",
  "{0} 个符号移开逾 {1} 千米，细线指向其点位": "{0} symbols moved by more than {1} km; thin lines lead to their places",
  "为免重叠，图上符号移开约 {0} 千米，细线指向其点位；放大后归位。": "Moved by about {0} km to keep symbols apart; the thin line leads to its place. It returns as you zoom in.",
  "规划原文": "The plan's words", "点名：{0}": "named as {0}", "核心": "core", "重点": "focus", "主": "main",
  "所属州（市）": "Prefecture", "横": "across", "纵": "up", "、": ", ", "；": "; ", "，": ", ",
};
