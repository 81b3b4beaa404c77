"""Lakes and rivers are read from GMT's text, and what it does not hold is told."""

from __future__ import annotations

import numpy as np
import pytest

from yngis.catalogue import load
from yngis.errors import LayerError
from yngis.layerbuild import waters
from yngis.layerbuild.waters import lake_shapes, read_pieces, river_lines
from yngis.measure import ellipsoidal_area


def test_text_is_read_piece_by_piece() -> None:
    text = "# remark\n> River Bin # 1, Level 1\n100 25\n100.1 25.1\n\n> b\n101 26\n> c\n1 2\n3 4\n"
    pieces = read_pieces(text)
    assert [piece.tolist() for piece in pieces] == [
        [[100.0, 25.0], [100.1, 25.1]],
        [[1.0, 2.0], [3.0, 4.0]],
    ]


def test_a_shore_in_two_pieces_is_one_lake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waters, "LAKES", {"甲湖": (100.05, 25.05)})
    west = np.array([[100.05, 25.0], [100.0, 25.0], [100.0, 25.1], [100.05, 25.1]])
    east = np.array([[100.05, 25.1], [100.1, 25.1], [100.1, 25.0], [100.05, 25.0]])
    lakes = lake_shapes([west, east])
    assert lakes["name_zh"].tolist() == ["甲湖"]
    assert lakes.geometry[0].area == pytest.approx(0.01)  # 0.1° by 0.1°


def test_a_lake_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waters, "LAKES", {"甲湖": (110.0, 25.0), "乙湖": (111.0, 25.0)})
    ring = np.array([[100.0, 25.0], [100.1, 25.0], [100.1, 25.1], [100.0, 25.0]])
    with pytest.raises(LayerError) as told:
        lake_shapes([ring])
    assert {problem.where for problem in told.value.problems} == {"GSHHG：甲湖", "GSHHG：乙湖"}


def test_a_river_runs_over_a_gap_and_not_into_a_tributary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waters, "RIVERS", {"甲江": ((100.0, 25.0), (100.3, 25.0))})
    upper = np.array([[100.0, 25.0], [100.1, 25.0]])
    lower = np.array([[100.11, 25.0], [100.2, 25.01], [100.3, 25.0]])  # a kilometre further on
    tributary = np.array([[100.1, 25.0], [100.2, 25.3], [100.3, 25.6]])
    (line,) = river_lines([upper, lower, tributary]).geometry
    assert line.coords[0] == (100.0, 25.0)
    assert line.coords[-1] == (100.3, 25.0)
    assert max(y for _, y in line.coords) < 25.05


def test_a_river_that_does_not_lead_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waters, "RIVERS", {"甲江": ((100.0, 25.0), (101.0, 25.0))})
    apart = [np.array([[100.0, 25.0], [100.1, 25.0]]), np.array([[100.9, 25.0], [101.0, 25.0]])]
    with pytest.raises(LayerError, match="甲江"):
        river_lines(apart)


def test_shipped_waters_are_where_and_as_large_as_known() -> None:
    """Areas as commonly published, 滇池 309, 洱海 252, 抚仙湖 212 km²: within a tenth."""
    lakes = load("lakes").set_index("name_zh").geometry
    for name, published in {"滇池": 309.0, "洱海": 252.0, "抚仙湖": 212.0}.items():
        square_kilometres = float(ellipsoidal_area(lakes.loc[[name]]).iloc[0]) / 1e6
        assert square_kilometres == pytest.approx(published, rel=0.1), name
    rivers = load("rivers").set_index("name_zh").geometry
    assert rivers.is_simple.all()
    # 景洪 lies on the 澜沧江, 六库 on the 怒江, 元江县城 on the 元江: within 3 km or so.
    for name, place in {
        "澜沧江": (100.80, 22.00),
        "怒江": (98.86, 25.85),
        "元江": (101.99, 23.60),
    }.items():
        line = rivers.loc[name]
        corners = np.array(line.coords)
        nearest = np.hypot(*((corners - place) * (101.0, 111.0)).T).min()
        assert nearest < 4.0, name
