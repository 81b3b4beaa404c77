"""Words of the cluster report: what each measure asks, and what each setting means."""

from __future__ import annotations

from itertools import cycle
from typing import Final

from yngis.cartography.style import read_style
from yngis.catalogue import load

NO_INDUSTRY: Final = "规划产业以外"
"""What a plant of none of the plan's industries is listed under."""

_NO_INDUSTRY_COLOUR: Final = "#8A8D91"


def industry_colours() -> dict[str, str]:
    """Colour of each industry of the plan, in its order, and of what is none of them (产业配色)."""
    names = load("industries").sort_values("order")["industry"]
    colours = dict(zip(names, cycle(read_style().sectors), strict=False))
    return {**colours, NO_INDUSTRY: _NO_INDUSTRY_COLOUR}


METHOD: Final = (
    (
        "区位商与专业化 / location quotient, specialisation",
        (
            "开发区某产业的份额除以全部企业中该产业的份额；大于 1 为相对集中。企业少时数值会跳动，"
            "少于门槛的开发区不作判断。"
        ),
    ),
    (
        "结构相似 / structural similarity",
        (
            "两开发区产业份额向量的夹角余弦（UNIDO 产业结构相似系数），0 至 1；分类越粗，数值越高，"
            "只在同一分类下比较。"
        ),
    ),
    (
        "集中度 / concentration",
        (
            "空间基尼、胡佛、克鲁格曼、赫芬达尔与泰尔指数，按开发区和按县各算一次；有效地区数为"
            "赫芬达尔指数的倒数。"
        ),
    ),
    (
        "集聚指数 / agglomeration (Ellison–Glaeser, Maurel–Sédillot)",
        (
            "扣除企业规模集中的影响后，与随机选址比较；企业太少时不给 γ。z 用精确方差，但不服从"
            "正态；检验用 p：把全部企业的位置重新分配，看 z 多少次同样极端。"
        ),
    ),
    (
        "K 密度 / K-density (Duranton–Overman)",
        (
            "企业两两距离的核密度，与在全部企业场址上随机重新选址比较；全局置信带控制所有距离上的"
            "误判；q 再在各产业间校正。"
        ),
    ),
    (
        "热点与空间自相关 / hot spots, spatial autocorrelation",
        (
            "Gi*、局部与全局莫兰、Geary；置换检验，双侧，按 Benjamini–Hochberg 控制误判比例。"
            "对象是各县的总量，大县自然偏高。"
        ),
    ),
    (
        "企业集群与核密度 / clusters, density",
        "DBSCAN，距离以米计；范围为凸包外扩 500 米，面积按椭球计。核密度为高斯核，只在省内分配。",
    ),
    (
        "仅据规划文本 / from the plan's text alone",
        (
            "有无而非数量：重合度（Jaccard）、普遍性、多样性、最近同业、连接计数与产业链缺口；"
            "份额类指标不用于有无数据。"
        ),
    ),
    (
        "距离 / distances",
        "椭球面上的直线距离，不考虑道路。",
    ),
)
"""Measure and what it asks, in the order of the report."""

SETTINGS: Final = {
    "seed": "随机种子",
    "simulations": "K 密度模拟次数",
    "permutations": "置换次数",
    "level": "K 密度包络每侧的误判水平",
    "false_discovery_rate": "热点接受的误判比例",
    "min_plants": "给出 γ 与 K 密度的最少企业数",
    "weighted": "K 密度按规模加权",
    "k_bandwidth_m": "K 密度带宽（米）",
    "k_max_distance_m": "K 密度最长距离（米）",
    "eps_m": "集群邻近距离（米）",
    "min_cluster": "集群最少企业数",
    "surface_bandwidth_m": "核密度带宽（米）",
    "surface_cell_m": "核密度格宽（米）",
    "within_km": "开发区相互比较的距离（公里）",
    "least_overlap": "规划布局重复的最低重合度",
    "high_similarity": "结构相似的门槛",
    "least_share": "主导产业的最低份额",
    "least_plants": "开发区判断所需最少企业数",
}
"""Chinese label of every field of :class:`yngis.analysis.clustering.settings.Settings`."""
