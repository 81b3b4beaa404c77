"""Sentences on what changed, for the report (变化的文字)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from yngis.catalogue import read_card
from yngis.plan.pack_diff import CHANGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

TOPICS: Final = {
    "zones": ("开发区", "zones"),
    "layout": ("产业布局", "industries of zones"),
    "regions": ("分区", "regions"),
    "industries": ("产业", "industries"),
    "segments": ("细分产业", "segments"),
    "targets": ("指标", "targets"),
    "prefectures": ("产业布局州市", "prefectures named for industries"),
    "focus": ("地方发展重点", "focus of places"),
    "ports": ("口岸", "ports"),
    "figures": ("附图", "figures"),
    "outline": ("提纲", "outline"),
    "codes": ("行业代码对应", "codes of GB/T 4754"),
    "pack": ("规划包", "the pack"),
}
"""What is compared, in the order of the report."""

_CARDS: Final = {
    "zones": "zone_registry",
    "regions": "region_members",
    "industries": "industries",
    "segments": "segments",
    "targets": "targets",
    "prefectures": "industry_prefectures",
    "focus": "prefecture_focus",
    "ports": "port_registry",
    "figures": "figures",
    "outline": "plan_outline",
    "codes": "gbt4754_industries",
}


_PACK_WORDS: Final = {
    "edition": "版次",
    "label": "标注",
    "years": "起止年份",
    "title_zh": "标题",
    "title_en": "英文标题",
    "colour": "颜色",
    "sectors": "类别配色",
    "frame": "图框",
    "extent": "范围",
    "projection": "投影",
    "gauss_kruger": "三度带",
    "countries": "邻国",
    "province": "省份",
    "short_names": "简称",
    "notes_zh": "图注",
}
"""Keys of pack.yml and of its regions in Chinese."""


def change_sentences(frames: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, str]]:
    """
    Say what changed, topic by topic (变化句).

    Parameters
    ----------
    frames
        As :func:`yngis.plan.pack_diff.compare_plans` gives them.

    Yields
    ------
    sentences
        In Chinese and in English; none of a topic without changes.
    """
    for name, (topic, english) in TOPICS.items():
        frame = frames[name]
        if frame.empty:
            continue
        counts = frame["change"].value_counts()
        told = "，".join(f"{zh} {counts[key]} 条" for key, zh in CHANGES.items() if key in counts)
        said = ", ".join(f"{counts[key]} {key}" for key in CHANGES if key in counts)
        yield f"{topic}：{told}。", f"{english}: {said}."
        details = [_sentence_of_change(name, row) for row in frame.to_dict("records")]
        yield "".join(details), ""


def _sentence_of_change(topic: str, row: Mapping[object, str]) -> str:
    """One change in a sentence."""
    kind, subject, column = row["change"], row["subject"], row["column"]
    subject = {"figures": f"图{subject}", "pack": "规划包"}.get(topic, subject)
    before, after = row["before"] or "无", row["after"] or "无"
    ref = f"（{row['plan_ref']}）" if row["plan_ref"] else ""
    told = f"（{row['after']}）" if row["after"] else ""
    was = f"（原为 {row['before']}）" if row["before"] else ""
    sentences = {
        "added": f"新增“{subject}”{told}{ref}。",
        "dropped": f"不再列“{subject}”{was}。",
        "renamed": f"“{before}”更名为“{after}”{ref}。",
        "merged": f"“{before}”并入“{after}”{ref}。",
        "raised": f"“{subject}”由{before}升级为{after}{ref}。",
        "lowered": f"“{subject}”由{before}降级为{after}{ref}。",
        "gained": f"“{subject}”增加{column}{told}{ref}。",
        "lost": f"“{subject}”不再布局{column}。",
        "moved": f"“{subject}”由“{before}”改划到“{after}”。",
        "altered": f"“{subject}”的{column_word(topic, column)}由“{before}”改为“{after}”。",
    }
    return sentences[kind]


def column_word(topic: str, column: str) -> str:
    """
    Chinese word for a column that changed (列名).

    Parameters
    ----------
    topic
        Table of the comparison.
    column
        Column; an industry where the topic is the layout.

    Returns
    -------
    word
        The card's, without what it adds in brackets; the name itself where no card has it.

    Examples
    --------
    >>> column_word("zones", "level"), column_word("layout", "新材料·钛")
    ('级别', '新材料·钛')
    """
    if topic not in _CARDS or (topic == "regions" and column in _PACK_WORDS):
        return _PACK_WORDS.get(column, column) if topic in {"pack", "regions"} else column
    known = {each.name: each.zh for each in read_card(_CARDS[topic]).columns}
    return known.get(column, column).split("（")[0].split("，")[0]
