"""What reports, cards and maps of zones are made from (文件来源): the last results, read once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from yngis.errors import LayerError, SetupError
from yngis.report.deliver.sources import layers_of_results
from yngis.report.parcel_cards import CardInputs, read_card_source, zone_card_pages
from yngis.report.word import read_report_tables
from yngis.report.word_kit.word_extra import require_word_libraries

if TYPE_CHECKING:
    from pathlib import Path

    from yngis.report.deliver.sources import ResultLayer
    from yngis.report.parcel_cards import CardSource
    from yngis.report.result_folder import ResultFolder
    from yngis.report.word.report_values import ReportTables


class DocumentSources:
    """
    The last audit, and the results beside it, as documents of zones are made from them (文件来源).

    Parameters
    ----------
    audit
        Copy of the audit in the archive.
    intensity, targets
        Copies of those results; None where there are none.
    """

    def __init__(
        self, audit: ResultFolder, intensity: Path | None = None, targets: Path | None = None
    ) -> None:
        self.audit = audit
        self._beside = (intensity, targets)

    @cached_property
    def word_fault(self) -> str:
        """Why there are no reports in Word; empty where there are."""
        try:
            require_word_libraries()
        except SetupError:
            return "没有安装 Word 扩展 / the extra for Word is not installed"
        return "" if self.report_tables is not None else "审计缺报告所需的表 / tables are missing"

    @cached_property
    def report_tables(self) -> ReportTables | None:
        """Tables of the reports; None where the audit lacks some of them."""
        try:
            return read_report_tables(self.audit.path, *self._beside)
        except LayerError:
            return None

    @cached_property
    def _card_source(self) -> CardSource | None:
        try:
            return read_card_source(CardInputs(self.audit.path))
        except LayerError:
            return None

    @cached_property
    def card_zones(self) -> frozenset[str]:
        """Zones with cards, as the audit calls them."""
        source = self._card_source
        return frozenset() if source is None else frozenset(map(str, source.rows["zone"]))

    @cached_property
    def card_pages(self) -> dict[str, str]:
        """Pages of cards by the name that the audit calls a zone; none where there are no cards."""
        return {} if self._card_source is None else zone_card_pages(self._card_source)

    @cached_property
    def layers(self) -> list[ResultLayer]:
        """Layers of the audit."""
        return layers_of_results(self.audit)[2]
