"""Chinese names of the measures that an archive keeps (指标名称), as their own rooms have them."""

from __future__ import annotations

from typing import Final

from yngis.analysis.audit.ratios import QUANTITIES, RATIOS
from yngis.analysis.change import KINDS, SUSPECTS

POTENTIALS: Final = {
    "E": "尚可供应土地（E）",
    "E21": "其中工矿仓储（E21）",
    "D22": "到期未处置土地（D22）",
    "G": "闲置土地（G）",
}
"""Areas that make up the potential, as the table of zones names them."""

_PLAIN: Final = {
    "audit": {
        **{name: ratio.zh for name, ratio in RATIOS.items()},
        **{f"{name}_ha": words for name, words in QUANTITIES.items()},
        **{f"{name}_{end}_ha": f"{words}{zh}" for name, words in QUANTITIES.items()
           for end, zh in (("least", "下限"), ("most", "上限"))},
    },
    "change": {**KINDS, **{f"suspect.{kind}": words for kind, words in SUSPECTS.items()}},
    "intensity": {
        "score": "分值", "rank": "名次", "rank_low": "名次下限", "rank_high": "名次上限",
        "class": "分级", "score_low": "分值下限", "score_high": "分值上限",
        "coverage": "指标齐全程度",
    },
    "cluster": {
        "plants": "企业数", "size": "规模", "herfindahl": "赫芬达尔指数", "krugman": "结构差异",
        "leading_lq": "区位商最高值", "leading_share": "区位商最高的产业所占份额",
        "leading_industry": "区位商最高的产业", "share": "份额", "lq": "区位商",
    },
    "conflicts": {
        "any_ha": "涉及面积", "any_share": "涉及比例", "forbid_ha": "禁止",
        "condition_ha": "有条件",
        "inform_ha": "提示", "no_data_ha": "无数据", "clean_ha": "未涉及", "size_ha": "面积",
        "not_applicable_ha": "不适用",
    },
    "disposal": {
        "stock_m2": "年初存量", "added_m2": "新增", "disposed_m2": "处置", "rate": "处置率",
        "needed_m2": "任务尚差", "per_year_m2": "每年须处置", "stock_rate": "存量处置率",
        "idle_rate": "闲置处置率",
    },
    "targets": {
        "revenue": "营业收入", "past": "以往年均增速", "goal": "目标", "required": "尚需年均增速",
        "pace_goal": "按全省增速的目标", "pace_required": "按全省增速尚需",
    },
}  # fmt: skip


def measure_words(kind: str, measure: str) -> str:
    """
    Name a measure of an archive in Chinese (指标名称).

    Parameters
    ----------
    kind, measure
        As the archive names them; parts of a name are parted by points.

    Returns
    -------
    words
        The name, parts that have none as they stand.

    Examples
    --------
    >>> measure_words("audit", "idle_rate"), measure_words("disposal", "rate.2025")
    ('疑似闲置率', '处置率 2025')
    """
    known = _PLAIN.get(kind, {})
    if measure in known:
        return known[measure]
    dull = {"growth", "lq", "quota", "potential", "suspect"}
    parts = measure.split(".")
    told = [known.get(part, part) for part in parts if part not in dull or part == parts[-1]]
    return " ".join(told)
