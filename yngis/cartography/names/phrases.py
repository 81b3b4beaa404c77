"""English of the program's own sentences on a figure; a blank keeps its number."""

from __future__ import annotations

from typing import Final

EQUAL_INDUSTRIES: Final = (
    "圆内各扇区等分，只表示规划点名的产业，不代表份额；"
    "空心圆为{0}的开发区，专栏对它们的安排见所在州（市）。"
)
EQUAL_SEGMENTS: Final = (
    "圆内各扇区等分，只表示规划点名的行业，不代表份额；空心圆为本图规划文字未点名的开发区。"
)
PHRASES: Final = {
    "级别与类型": "Level and type",
    "不在规划名录 / not in the plan": "not in the plan",
    "{0} · {1}": "{0} · {1}",
    "所在地": "Place",
    "{0} {1}": "{1}, {0}",
    "空间布局": "Region",
    "“{0}”": "{0}",
    "规划出处": "In the plan",
    "别名": "Other names",
    "批准设立": "Approved",
    "{0} 公顷（{1}）": "{0} ha ({1})",
    "示意范围": "Schematic area",
    "范围面积": "Area",
    "点位精度": "Position",
    "约 ±{0} 千米（{1}）": "about ±{0} km ({1})",
    "提示": "Note",
    "类别": "Kind",
    "对方口岸": "Opposite port",
    "规划": "In the plan",
    "规划所指": "Place in the plan",
    "重点产业": "Industries",
    "口岸": "Border ports",
    "发展目标": "Aims",
    "引领开发区": "Leading zones",
    "支撑开发区": "Supporting zones",
    "载体开发区": "Zones that carry it",
    "前提与要求": "Conditions",
    "原文": "Original text",
    "{0}（{1}）：{2}。": "{0} ({1}): {2}.",
    "引领": "led by",
    "支撑": "supported by",
    "载体": "carried by",
    "龙头": "headed by",
    "其他开发区": "other zones",
    "本图未点名": "not named in the text of this figure",
    "未列入{0}{1}大产业": "in none of the {1} industries of {0}",
    "级别": "Level",
    "规划外（用户提供）": "beside the plan (yours)",
    "专栏所列其他产业（{0} 处）": "Other industries in the boxes ({0} mentions)",
    "{0}：{1}": "{0}: {1}",
    "示意：{0} 个开发区的范围为示意多边形，非勘测边界；面积与点位精度见各区说明。": (
        "Schematic: the outlines of {0} zones are no surveyed boundaries; each zone tells its area "
        "and the accuracy of its position."
    ),
    "自有范围另有 {0} 个不在规划名录：{1}。": "Your own file adds {0} zones beside the plan: {1}.",
    "自有范围有提示的开发区 {0} 个：{1}；见各区说明。": (
        "Zones of your own file with a note: {0} ({1}); see each zone."
    ),
    "{0} 等": "{0} and others",
    "图上 {0} 个{1}开发区。": "{0} zones on this map.",
    "图上 {0} 个开发区。规划计 {1} 个，其中 {2}文中未列名，不予推定。": (
        "{0} zones on this map. The plan counts {1}; {2} is not named in it and is not invented."
    ),
    "图上 {0} 个{1}开发区；规划计 {2} 个，{3}文中未列名。": (
        "{0} zones on this map; the plan counts {2} in the province, of which it does not name {3}."
    ),
    EQUAL_INDUSTRIES: (
        "Sectors are equal: they show which industries the plan names, not shares. An empty circle "
        "is a zone {0}; what the box says of it stands at its prefecture."
    ),
    EQUAL_SEGMENTS: (
        "Sectors are equal: they show which segments the plan names, not shares. An empty circle "
        "is a zone that the text of this figure does not name."
    ),
    "{0}：{1}未点名，据产业布局一节（含其专栏）绘出。": (
        "{0}: not named in {1}, drawn after the section on industries and its boxes."
    ),
    "资料：《{0}》{1}；底图：{2}": "Source: {0}{1}; base map: {2}",
    "2000国家大地坐标系（CGCS2000，EPSG:4490）；审图号：无（未经地图审核，仅供内部参考）": (
        "CGCS2000 (EPSG:4490); not map-reviewed, for internal use only"
    ),
    "底图：{0}": "Base map: {0}",
    "国家级": "national",
    "省级": "provincial",
    "高新技术产业开发区": "High-tech industrial zone",
    "经济技术开发区": "Economic and technological development zone (ETDZ)",
    "综合保税区": "Comprehensive bonded zone",
    "边（跨）境经济合作区": "Border or cross-border co-operation zone",
    "重点开发开放试验区": "Pilot zone for development and opening",
    "产业园区": "Industrial park",
    "其他": "Other",
    "开发区类型": "Type of zone",
    "主导产业": "Leading industries",
    "细分行业": "Segments",
    "产业": "Industry",
    "公路": "road",
    "公路+铁路": "road and rail",
    "一类": "class 1",
    "二类": "class 2",
    "按类型缺省，不是该区面积": "default of the type, not the zone's area",
}
