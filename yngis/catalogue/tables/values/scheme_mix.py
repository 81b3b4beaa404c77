"""Two classifications of land use in one table (分类混用): what only the whole table shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from yngis.catalogue.tables.values.land_use_codes import other_schemes

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_CODES = 10


class SchemeMix:
    """Codes read by habit alone, and the classifications that other rows are seen to follow."""

    def __init__(self) -> None:
        self._assumed: Counter[tuple[str, str]] = Counter()
        self._area: defaultdict[tuple[str, str], float] = defaultdict(float)
        self._seen: Counter[str] = Counter()

    def add(self, columns: Mapping[str, Any], area: Any) -> None:  # noqa: ANN401
        """Note the codes of a batch."""
        if "use_assumed" not in columns:
            return
        for code, scheme, assumed, size in zip(
            columns["use_code"], columns["use_scheme"], columns["use_assumed"], area, strict=True
        ):
            if assumed:
                self._assumed[code, scheme] += 1
                self._area[code, scheme] += 0.0 if size != size else float(size)  # noqa: PLR0124 - NaN
            elif scheme:
                self._seen[scheme] += 1

    def told(self) -> tuple[str, float] | None:
        """Tell codes read by habit that mean other uses in a classification met beside it."""
        found = {
            (code, scheme, other): count
            for (code, scheme), count in sorted(self._assumed.items())
            for other in other_schemes(code, scheme)
            if self._seen[other]
        }
        if not found:
            return None
        texts = [
            f"{code}（{count} 行，按 {scheme} 读，在 {other} 中另有所指）"
            for (code, scheme, other), count in found.items()
        ]
        area = sum(self._area[pair] for pair in {(code, scheme) for code, scheme, _ in found})
        return "；".join(texts[:_MOST_CODES]), area
