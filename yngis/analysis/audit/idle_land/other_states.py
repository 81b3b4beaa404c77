"""What columns of states beside those of the card say (状态栏), read as remarks are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.audit.idle_land.wording.remarks import Remarks, read_remarks, says_not_idle
from yngis.catalogue.tables.rows.state_cells import BEHIND_HEADER, BETWEEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from yngis.analysis.audit.idle_land.idle_rules import RuleSet

# Headers that ask how far the work has got, and words that deny that there is any.
_PROGRESS: Final = re.compile(
    r"进度|进展|开发|利用|建设|工程|现状|投产|核验|竣工|开工|动工|复工|停工|动态"
)
# Of remarks, only what is understood counts; of a state, anything but what is harmless does.
_LOOSE: Final = re.compile(r"情况|说明|备注|附注")
_FIRM: Final = re.compile(
    r"状态|退地|退出|注销|解除|变更|转让|作废|废止|[无有]效|核查|巡查|意见|问题|撤销|收回|[终中]止|违约|纠纷|诉讼|异常|查封|限制"
)
# 动工情况 asks for the work itself: whatever stands there may tell of it.
_WORK_ASKED: Final = re.compile(
    r"(?:动工|开工|施工|建设|进度|进展|开发|竣工)[^/]{0,4}情况(?:[(（]|$)"
)
_IDLE: Final = re.compile(r"闲置")
_NO_WORK: Final = re.compile(
    r"(?:尚|暂|仍)?(?:未|没有|没|无)(?:实质性?)?(?:动|开|建|施工|利用|投产|竣|完|核验|停)|(?:待建|待开工|待动工|空地|荒地|荒芜|撂荒|闲置|裸地)"
)


def read_words_of_end(
    held: Mapping[str, NDArray[np.object_]],
    disposals: NDArray[np.object_],
    today: np.datetime64,
    rules: RuleSet,
) -> NDArray[np.object_]:
    """
    Find words that end the case in places where they decide nothing; None where there are none.

    未动工（已收回） stands in a column of days, by its header; 闲置已消除 among the disposals is no
    disposal, and an accusation would deny it.
    """
    found = np.full(len(disposals), None, dtype=object)
    for name, texts in held.items():
        for row in read_remarks(texts, today, rules).ends.nonzero()[0].tolist():
            found[row] = found[row] or f"{name}{BEHIND_HEADER}{texts[row]}"
    for at, text in enumerate(disposals):
        if text is not None and says_not_idle(text):
            found[at] = found[at] or f"处置方式{BEHIND_HEADER}{text}"
    return found


def without_headers(texts: NDArray[np.object_]) -> NDArray[np.object_]:
    """Texts of columns of states without the headers before them (去掉栏名)."""
    bare = np.full(len(texts), None, dtype=object)
    for at, text in enumerate(texts):
        if text is not None:
            parts = (each.partition(BEHIND_HEADER) for each in str(text).split(BETWEEN))
            bare[at] = BETWEEN.join(cell or header for header, _, cell in parts)
    return bare


def read_state_texts(texts: NDArray[np.object_], today: np.datetime64, rules: RuleSet) -> Remarks:
    """
    Read what columns of states say for what may change a finding (识读状态栏).

    A word that no rule knows may end the case where the header asks for the state of the contract
    or the land, and may tell of work where it asks for progress.
    """
    owners: list[int] = []
    said: list[tuple[str, str]] = []
    for at, text in enumerate(texts):
        for each in str(text).split(BETWEEN) if text is not None else ():
            header, _, cell = each.partition(BEHIND_HEADER)
            owners.append(at)
            said.append((header, cell))
    cells = np.empty(len(said), dtype=object)
    cells[:] = [cell for _, cell in said]
    read = read_remarks(cells, today, rules)
    places = np.array(owners, dtype=np.intp)

    def told(pattern: re.Pattern[str], part: int) -> NDArray[np.bool_]:
        return np.array([pattern.search(pair[part]) is not None for pair in said], dtype=bool)

    loose = told(_LOOSE, 0) & ~told(_FIRM, 0) & ~told(_WORK_ASKED, 0)
    silent = ~loose & ~(
        read.ends | read.rests | read.started | read.stopped | read.extended | read.seized
    )
    progress, idle = told(_PROGRESS, 0), told(_IDLE, 0)
    no_work = told(_NO_WORK, 1)
    ending = silent & ~progress & ~idle & ~no_work
    working = silent & progress & ~no_work & ~idle
    resting = silent & (no_work | idle)

    def over_records(of_cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
        found = np.zeros(len(texts), dtype=bool)
        np.logical_or.at(found, places, of_cells)
        return found

    return Remarks(
        text=texts,
        ends=over_records(read.ends | ending),
        rests=over_records(read.rests),
        started=over_records(read.started | working),
        stopped=over_records(read.stopped | resting),
        extended=over_records(read.extended),
        seized=over_records(read.seized),
        denied=over_records(read.denied),
        not_idle=over_records(read.not_idle),
        excused=over_records(read.excused),
        unread=_join_texts(read.unread, places, len(texts)),
    )


def _join_texts(
    of_cells: NDArray[np.object_], places: NDArray[np.intp], records: int
) -> NDArray[np.object_]:
    """Join what cells say to one text for each record, None where none does."""
    told = np.full(records, None, dtype=object)
    for at, text in zip(places.tolist(), of_cells, strict=True):
        if text is not None:
            told[at] = text if told[at] is None else f"{told[at]}{BETWEEN}{text}"
    return told
