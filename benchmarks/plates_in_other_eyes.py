"""
Copies of plates as others see them: on a black-and-white copier, and in three colour blindnesses.

Usage: python benchmarks/plates_in_other_eyes.py maps_out/print /tmp/eyes

For looking at, after a change of colours; what can be measured stands in
tests/cartography/test_colour.py. Machado's simulation, by colorspacious.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from colorspacious import cspace_convert
from PIL import Image

EYES = ("deuteranomaly", "protanomaly", "tritanomaly")
SIDE = 1400  # longest side of a copy [pixels]: names can still be read


def copy_in_other_eyes(path: Path, out: Path) -> None:
    """Write four copies of a picture."""
    with Image.open(path) as image:
        image.thumbnail((SIDE, SIDE))
        plate = image.convert("RGB")
    plate.convert("L").save(out / f"{path.stem}-grey.png")
    pixels = np.asarray(plate, dtype=float) / 255
    for eyes in EYES:
        space = {"name": "sRGB1+CVD", "cvd_type": eyes, "severity": 100}
        seen = np.clip(cspace_convert(pixels, space, "sRGB1"), 0, 1)
        Image.fromarray((seen * 255).round().astype(np.uint8)).save(out / f"{path.stem}-{eyes}.png")


def main() -> None:
    """Copy every PNG of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plates", type=Path)
    parser.add_argument("out", type=Path)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    for path in sorted(asked.plates.glob("*.png")):
        copy_in_other_eyes(path, asked.out)


if __name__ == "__main__":
    main()
