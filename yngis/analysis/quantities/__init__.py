"""Tables of zones (开发区数据表): headers, units and the sums that must hold."""

from __future__ import annotations

from yngis.analysis.quantities.amounts import canonical, require_amounts, sum_faults
from yngis.analysis.quantities.declared import Quantity, quantities
from yngis.analysis.quantities.headers import misspelt, narrower_headers, understand

__all__ = [
    "Quantity",
    "canonical",
    "misspelt",
    "narrower_headers",
    "quantities",
    "require_amounts",
    "sum_faults",
    "understand",
]
