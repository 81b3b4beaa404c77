"""图斑卡片: one sheet of A4 per parcel, for the file of its disposal."""

from yngis.report.parcel_cards.card_source import CardInputs, CardSource, read_card_source
from yngis.report.parcel_cards.run import CardsWritten, write_cards, zone_card_pages

__all__ = [
    "CardInputs",
    "CardSource",
    "CardsWritten",
    "read_card_source",
    "write_cards",
    "zone_card_pages",
]
