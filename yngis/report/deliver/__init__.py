"""Results in the forms that other programs open (交付成果): GIS files, plates."""

from __future__ import annotations

from yngis.report.deliver.run import Delivery, deliver, delivery_lines

__all__ = ["Delivery", "deliver", "delivery_lines"]
