"""Any frame on a map: places, colours, columns, words refused."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from yngis.cartography.explorer import explore
from yngis.cartography.explorer import explore_map as page_module
from yngis.cartography.explorer.colouring import SCHEMES, ColourWish, colour_rows
from yngis.cartography.explorer.degrees_east import shapes_in_degrees
from yngis.errors import LayerError, SpecError

SQUARE = shapely.box(0, 0, 1, 1)


def _frame(crs: Any = 4326, **columns: Any) -> gpd.GeoDataFrame:
    count = len(next(iter(columns.values())))
    shapes = [shapely.box(k, 0, k + 0.5, 1) for k in range(count)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)


def _payload(page: str) -> dict[str, Any]:
    block = re.search(r'<script type="application/json" id="yngis-data">(.*?)</script>', page)
    assert block is not None
    found: dict[str, Any] = json.loads(block[1])
    return found


def _box(series: gpd.GeoSeries) -> tuple[float, ...]:
    found = shapes_in_degrees(series).box
    assert found is not None
    return tuple(round(each, 3) for each in found)


@pytest.mark.parametrize(
    ("shape", "crs", "box"),
    [
        # Fiji as GeoJSON has it: both sides of the date line become five degrees.
        (
            shapely.MultiPolygon(
                [shapely.box(177, -19, 180, -16), shapely.box(-180, -19, -178, -16)]
            ),
            4326,
            (177, -19, 182, -16),
        ),
        (shapely.box(170, -10, 190, 10), 4326, (170, -10, 190, 10)),
        # A plane around 150° east: 30° of longitude on either side, 3 339 585 m of 6 378 137 m.
        (shapely.box(3.2e6, -1e6, 3.5e6, 1e6), 3832, (178.746, -9.006, 181.441, 9.006)),
        # Round the north pole: all longitudes, up to the edge of the map.
        (shapely.Point(0, 0).buffer(1e6), 3995, (-180, 80.9, 180, 85.05)),
        # The whole world is no jump over the date line.
        (shapely.box(-20037508, -2e7, 20037508, 2e7), 3857, (-180, -85.022, 180, 85.022)),
        (shapely.box(-180, -90, 180, 90), 4326, (-180, -85.05, 180, 85.05)),
    ],
    ids=["fiji", "beyond-180", "plane-over-date-line", "pole", "world-in-metres", "world"],
)
def test_what_is_near_stays_near(shape: shapely.Geometry, crs: int, box: tuple[float, ...]) -> None:
    assert _box(gpd.GeoSeries([shape], crs=crs)) == pytest.approx(box, abs=0.15)


@settings(max_examples=15)
@given(st.floats(-179, 179), st.floats(-80, 80), st.integers(3, 9))
def test_a_shape_over_the_date_line_keeps_its_size(east: float, north: float, corners: int) -> None:
    # Law: in a plane around its own middle a disc is as wide on the map as one anywhere else.
    crs = f"+proj=laea +lat_0={north} +lon_0={east} +ellps=WGS84"
    disc = shapely.Point(0, 0).buffer(50_000, quad_segs=corners)
    west, south, other, _ = _box(gpd.GeoSeries([disc], crs=crs))
    assert (other - west) * np.cos(np.radians(max(abs(south), abs(north)))) < 1.1


def test_places_that_are_none_are_told() -> None:
    series = gpd.GeoSeries([SQUARE, None, shapely.Point(5e5, 3e6), shapely.Point()], crs=4326)
    found = shapes_in_degrees(series)
    assert [shape is not None for shape in found.shapes] == [True, False, False, False]
    assert any("1 个图形的坐标不在地球上" in note for note in found.notes)
    assert any("2 行没有图形" in note for note in found.notes)


@pytest.mark.parametrize(
    ("series", "told"),
    [
        (gpd.GeoSeries([SQUARE]), "set_crs"),
        (gpd.GeoSeries([shapely.Point(5e5, 3e6)], crs=4326), "allow_override"),
        (gpd.GeoSeries([SQUARE], crs='LOCAL_CS["site",UNIT["metre",1]]'), "site"),
    ],
    ids=["no-crs", "metres-as-degrees", "local"],
)
def test_what_has_no_place_is_refused(series: gpd.GeoSeries, told: str) -> None:
    with pytest.raises(LayerError, match=told):
        explore(series)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"colunm": "n"}, "column"),
        ({"tiles": "OpenStreetMap"}, "不联网"),
        ({"column": "nn"}, "“n”"),
        ({"popup": ["namee"]}, "“name”"),
        ({"column": "n", "scheme": "quantile"}, "Quantiles"),
        ({"column": "n", "cmap": "viridiss"}, "viridis"),
        ({"color": "tael"}, "color"),
        ({"column": "n", "vmin": 2, "vmax": 1}, "vmin"),
        ({"column": "n", "scheme": "quantiles", "k": 0}, "k"),
        ({"column": [1]}, "2 个值"),
        ({"height": "1px;background:url(x)"}, "CSS"),
        ({"column": "n", "scheme": "userdefined"}, "classification_kwds"),
    ],
)
def test_a_wrong_word_is_refused_with_the_right_one(words: dict[str, Any], told: str) -> None:
    with pytest.raises(SpecError, match=re.escape(told)):
        explore(_frame(n=[1, 2], name=["a", "b"]), **words)


def test_no_frame_is_refused() -> None:
    with pytest.raises(LayerError, match="read_file"):
        explore(pd.DataFrame({"n": [1]}))  # type: ignore[arg-type]
    with pytest.raises(LayerError, match="set_geometry"):
        explore(gpd.GeoDataFrame({"n": [1]}))


@pytest.mark.parametrize("scheme", [name for name in SCHEMES if "Sampled" not in name])
def test_classes_are_those_of_mapclassify(scheme: str) -> None:
    import mapclassify  # noqa: PLC0415 - slow to load

    rng = np.random.default_rng(7)
    ties = [] if scheme == "HeadTailBreaks" else [rng.integers(0, 12, 90) / 10]
    for values in (rng.lognormal(size=120), *ties):
        more = {"bins": [0.3, 0.7, 2.0]} if scheme == "UserDefined" else {}
        wish = ColourWish(scheme=scheme.lower(), k=4, classification_kwds=more)
        ours = colour_rows(pd.Series(values), len(values), wish).place
        np.random.seed(0)  # noqa: NPY002 - NaturalBreaks draws its first guesses
        with warnings.catch_warnings(action="ignore"):
            theirs = mapclassify.classify(values, scheme, k=4, **more).yb
        # The same rows together, though empty classes have no number of ours.
        assert (pd.crosstab(ours, theirs) > 0).sum().max() == 1
        assert (pd.crosstab(theirs, ours) > 0).sum().max() == 1


def test_colours_and_the_legend_by_hand() -> None:
    numbers = pd.Series([0.0, 5.0, 10.0, np.nan, np.inf])
    ramp = colour_rows(numbers, 5, ColourWish(cmap=["black", "white"]))
    assert ramp.place.tolist() == [0, 32, 63, 64, 64]
    assert ramp.ends == ("0", "10")
    assert (ramp.colours[0], ramp.colours[63]) == ("#000000", "#FFFFFF")
    assert ramp.missing
    assert "无穷" in ramp.labels[-1]
    assert ramp.colours[-1] == "#BFBFBF"  # white would be lost on the page
    names = colour_rows(
        pd.Series(["b", None, "a"]), 3, ColourWish(missing_kwds={"label": "没有", "color": "red"})
    )
    assert names.labels == ("a", "b", "没有")
    assert names.place.tolist() == [1, 2, 0]
    assert names.colours[-1] == "#FF0000"
    listed = colour_rows(pd.Series([1, 2, 3]), 3, ColourWish(categories=[3, 1]))
    assert listed.labels[:2] == ("3", "1")
    assert listed.place.tolist() == [1, 2, 0]
    many = colour_rows(pd.Series(range(400)).astype(str), 400, ColourWish())
    assert len(many.labels) == 250
    assert "151" in many.labels[-1]
    assert colour_rows(pd.Series([[1], [2]]), 2, ColourWish()).labels == ("[1]", "[2]")
    assert colour_rows(pd.Series([4.0, 4.0]), 2, ColourWish(scheme="quantiles")).labels == ("全部",)


def test_the_same_frame_gives_the_same_page(tmp_path: Path) -> None:
    frame = _frame(n=[1.25, np.nan, 3.0], name=["甲", "乙", "丙"])
    frame.loc[1, "geometry"] = None
    first = explore(frame, "n", title="试")
    assert repr(first) == "ExploreMap('试', 2 / 3 shapes)"
    first.save(tmp_path / "a.html")
    explore(frame, "n", title="试").save(str(tmp_path / "b.html"))
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert page == (tmp_path / "b.html").read_text(encoding="utf-8")
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", _markup(page))
    told = _payload(page)
    assert [column["label"] for column in told["columns"]] == ["n", "name"]
    assert told["classes"][-1]["number"] == "0"  # the row without a value has no shape either
    assert "srcdoc=" in first._repr_html_()


def _markup(page: str) -> str:
    return re.sub(r"<(script|style)>.*?</\1>", "", page, flags=re.DOTALL)


def test_columns_and_index() -> None:
    frame = _frame(
        a=[1, 2],
        b=[2**40, 5],
        c=[0.5, 1e300],
        d=pd.to_datetime(["2024-01-02", None]),
        e=[True, False],
    )
    frame = frame.set_index(pd.Index(["x", "y"], name="号"))
    told = _payload(explore(frame, tooltip=2, popup="b").html())
    assert [column["label"] for column in told["columns"]] == ["号", "a", "b"]
    assert told["tooltip"] == ["c0", "c1"]
    assert told["popup"] == ["c2"]
    forms = {
        column["label"]: column["form"] for column in _payload(explore(frame).html())["columns"]
    }
    assert forms == {"号": "text", "a": "plain", "b": "text", "c": "text", "d": "text", "e": "text"}
    assert _payload(explore(frame, tooltip=False, popup=False).html())["columns"] == []


def test_a_large_page_becomes_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(page_module, "LARGEST_INLINE", 1000)
    shown = explore(_frame(n=[1]), "n", title='"><script>alert(1)</script>')
    text = shown._repr_html_()
    (path,) = tmp_path.glob("yngis_explore_*.html")
    assert f'href="{path.name}"' in text
    assert "<script" not in text
    assert path.read_bytes().decode() == shown.html()


def test_selection_comes_back_as_labels() -> None:
    frame = _frame(n=[1, 2, 3]).set_index(pd.Index(["x", "y", "z"]))
    shown = explore(frame, "n", widget=True, title="选")
    order = shown._shown.order.tolist()
    assert shown.selected == []
    shown.places = [order.index(2), order.index(0), 99]
    assert shown.selected == ["x", "z"]
    assert frame.loc[shown.selected, "n"].tolist() == [1, 3]
    assert repr(shown) == "ExploreWidget('选', 3 / 3 shapes, 3 selected)"
    assert '"selectable":true' in shown.page
    shown.close()
