"""
Each plate against its picture in ``baseline/``: a figure that changes is a result that changes.

After a change that is meant, look at the plates, then draw the pictures again with
``YNGIS_BASELINE=write pytest tests/cartography/print/test_baseline.py``.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from yngis.cartography.print.write_plates import render_sheet
from yngis.cartography.spec import figure_numbers

if TYPE_CHECKING:
    from tests.cartography.print.conftest import Plate
    from yngis.cartography.print.lettering.fonts import Typeface

BASELINE = Path(__file__).parent / "baseline"
DPI = 45
# Root mean square of 255. The same libraries give 0; a name moved by 5 mm gives about 2.
TOLERANCE = 1.0


@pytest.mark.parametrize("number", figure_numbers())
def test_plate_looks_as_it_did(plates: dict[int, Plate], face: Typeface, number: int) -> None:
    if face.source != "Noto Sans CJK SC":
        pytest.skip(
            f"the pictures are lettered in Noto Sans CJK SC, this machine has {face.source}"
        )
    content = render_sheet(plates[number].canvas, "png", dpi=DPI, title="")
    path = BASELINE / f"fig{number:02d}.png"
    with Image.open(io.BytesIO(content)) as image:
        drawn = image.convert("RGB")
    if os.environ.get("YNGIS_BASELINE") == "write":
        path.parent.mkdir(exist_ok=True)
        drawn.save(path, optimize=True)
    with Image.open(path) as image:
        before = image.convert("RGB")
    assert drawn.size == before.size
    apart = np.asarray(drawn, dtype=float) - np.asarray(before, dtype=float)
    assert float(np.sqrt((apart**2).mean())) < TOLERANCE
