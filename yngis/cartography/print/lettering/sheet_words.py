"""What a sheet says of itself (图廓用语), in English for figures whose language is English."""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final = {
    "图　例": "Legend",
    "界线与符号": "Lines and signs",
    "国界": "National border",
    "省级界": "Provincial border",
    "海岸线": "Coast",
    "南海断续线": "Dashed line, South China Sea",
    "空间布局分区界": "Border of a region",
    "州（市）界": "Prefecture border",
    "县（市、区）界": "County border",
    "大江大河": "Great rivers",
    "湖泊": "Lakes",
    "江河、湖泊": "Rivers, lakes",
    "公路": "Roads",
    "铁路": "Railways",
    "州（市）府": "Seats of prefectures",
    "开发区范围（示意）": "Zones (schematic)",
    "开发区范围": "Zones",
    "产业链分工，指向后一环节": "To the next stage of a chain",
    "见放大图的开发区": "Zones in the enlargement",
    "本图点名布局的州（市）": "Prefectures that it names",
    "专栏所列州（市）重点产业": "Focus of prefectures",
    "北": "N",
    "千米": "km",
    "未经地图审核，仅供内部参考": "Not map-reviewed, for internal use only",
}
_PATTERNS: Final = tuple(
    (re.compile(pattern), english)
    for pattern, english in (
        (r"^图(\d+)　", r"Figure \1  "),
        (r"^口岸（(\d+)）$", r"Ports (\1)"),
        (r"^比例尺 (.+)（(.+)）$", r"Scale \1 (\2)"),
        (r"^(.+)及周边（放大）　", r"\1 and around, enlarged  "),
        (r"^.+在全国的位置$", "Location in China"),
        (r"^(.+)（(\d+)）$", r"\1 (\2)"),
    )
)


def say_in_english(text: str) -> str:
    """
    Put the words of a sheet into English (图廓用语英文).

    Parameters
    ----------
    text
        A line as a Chinese sheet has it.

    Returns
    -------
    text
        Its English; unchanged where it is none of the sheet's own words.

    Examples
    --------
    >>> [say_in_english(text) for text in ("图12　Zones", "国界", "national（3）", "Kunming")]
    ['Figure 12  Zones', 'National border', 'national (3)', 'Kunming']
    """
    if text in _WORDS:
        return _WORDS[text]
    for pattern, english in _PATTERNS:
        text = pattern.sub(english, text)
    return text
