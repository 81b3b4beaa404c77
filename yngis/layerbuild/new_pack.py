"""A pack to edit (新建规划包): a copy of another, or the bare province with nothing invented."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely
import yaml
from pyproj import Proj

from yngis.catalogue import cards, read_pack, shipped_dir, use_pack_folder, write_text
from yngis.catalogue.io.layers_dir import PACK_FILE, layers_dir
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.output.output_place import folder_place
from yngis.catalogue.io.output.staging import staged_folder
from yngis.catalogue.io.pack import find_pack, province_short_name, rests_on_shipped
from yngis.errors import Problem, SetupError
from yngis.layerbuild.assemble import build_layers
from yngis.layerbuild.boundaries import province_names, read_counties, read_countries
from yngis.layerbuild.pack_state import STATE_FILE, is_behind_tables, note_sources
from yngis.measure.crs import zone_number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import geopandas as gpd
    from rich.progress import Progress

_COPIED: Final = ("tables", "figures", "rules", "cards")
_SHARED_TABLES: Final = ("chain_stages.csv", "category_defaults.csv")
_MARGIN: Final = 0.15  # degrees round the province within which its layers must lie
_AROUND: Final = (3.6, 3.0)  # degrees of land shown beside it, west and east, south and north
_WIDE: Final = 1.035  # least width of the frame by its height on the ground: a 16:9 window
_CODED: Final = (73.5, 136.4999)  # degrees east of the 3° zones 25-45
_HIGH: Final = 1.55  # least height of the frame by the province's width on the ground: an A4 sheet
_SIDES: Final = 1.06  # width of the sheet's map by the province's
_WHOLE: Final = "全域"
_COLOURS: Final = ("#77AADD", "#EE8866", "#EEDD88", "#44BB99", "#FFAABB", "#99DDFF")
_SOUTH_SEA: Final = 18.0  # degrees north: a province that reaches beyond has islands there
_SOUTH_SEA_NOTE: Final = (
    "南海诸岛按边界数据包所有的岛礁绘出，岛礁名称未全注；南海断续线绘于图版，网页未绘。"
    "凡公开使用，须改用有审图号的地图。"
)
_SOUTH_SEA_ENGLISH: Final = (
    "Islands of the South China Sea are those of the boundary package, not all named; the dashed "
    "line is on plates, not on pages. Whatever is made public needs a map with a review number."
)
_COUNTRIES: Final = (
    *("蒙古国", "俄罗斯", "朝鲜", "韩国", "日本", "哈萨克斯坦", "吉尔吉斯斯坦", "塔吉克斯坦"),
    *("阿富汗", "巴基斯坦", "印度", "尼泊尔", "不丹", "孟加拉国", "缅甸", "老挝", "越南", "泰国"),
    *("柬埔寨", "菲律宾", "马来西亚", "文莱", "印度尼西亚", "新加坡", "乌兹别克斯坦", "土库曼斯坦"),
    *("伊朗", "克什米尔地区"),
)
_PEOPLES: Final = (
    *("维吾尔", "柯尔克孜", "布依", "土家", "哈尼", "傣", "景颇", "傈僳", "藏", "彝", "壮", "苗"),
    *("侗", "白", "回", "羌", "朝鲜", "蒙古", "哈萨克"),
)
_PEOPLE: Final = re.compile(rf"(?:{'|'.join(_PEOPLES)})族?$")


def copy_pack(source: Path | str, out: Path | str) -> Path:
    """
    Copy a pack into a folder to edit (复制规划包).

    Parameters
    ----------
    source
        Folder of a pack, or the id of the shipped one.
    out
        New or empty folder; its name becomes the pack's id.

    Returns
    -------
    folder
        The pack, with its layers as they are.

    Raises
    ------
    SetupError
        If the source is no pack, or the folder is not empty.
    """
    home = find_pack(source, "--from")
    target = _empty_place(out)
    with use_pack_folder(home) as home:
        name = read_pack().layers
        current = rests_on_shipped() or not is_behind_tables()
    with staged_folder(target, lambda _new: []) as fresh:
        for part in _COPIED:
            # Cards of the shipped pack promise its numbers of rows; a copy is to grow.
            if (home / part).is_dir() and not (part == "cards" and home == shipped_dir().resolve()):
                shutil.copytree(home / part, fresh / part)
        shutil.copyfile(home / name, fresh / name)
        shutil.copyfile(shipped_dir() / "SOURCES.md", fresh / "SOURCES.md")
        text = (home / PACK_FILE).read_text(encoding="utf-8")
        renamed = re.sub(r"^id:.*$", f"id: {_pack_id(target)}", text, count=1, flags=re.MULTILINE)
        (fresh / PACK_FILE).write_text(renamed, encoding="utf-8", newline="\n")
        if current:
            with use_pack_folder(fresh):
                note_sources()
    return target


def new_pack(province: str, out: Path | str, progress: Progress | None = None) -> Path:
    """
    Make the pack of a province: its boundaries, and tables with nothing in them (新建规划包).

    Parameters
    ----------
    province
        Full name, such as 贵州省.
    out
        New or empty folder; its name becomes the pack's id.
    progress
        A :class:`rich.progress.Progress` to show the steps on.

    Returns
    -------
    folder
        The pack: counties and prefectures in one region, neighbours, frame, projection, tables with
        their headers, the first figure. No zone is invented.

    Raises
    ------
    SetupError
        If the boundary package is missing, there is no such province, or the folder is not empty.
    """
    names = province_names()
    if province not in names:
        raise SetupError(
            Problem(
                where="--province",
                promised="省级行政区全称 / full name of a province",
                found=f"“{province}”",
                mend=did_you_mean(province, names),
            )
        )
    target = _empty_place(out)
    counties = read_counties(province)
    with staged_folder(target, lambda _new: []) as fresh:
        told = _pack_content(province, counties, _pack_id(target))
        (fresh / PACK_FILE).write_text(_pack_text(told), encoding="utf-8", newline="\n")
        with use_pack_folder(fresh):
            _write_tables(fresh, counties)
            _write_first_figure(fresh / "figures")
            build_layers(progress=progress)
    return target


def _write_first_figure(home: Path) -> None:
    """Every zone by type, as the shipped plan's first figure; what is 其他 there is its own."""
    spec = yaml.safe_load((shipped_dir() / "figures" / "fig01.yml").read_text(encoding="utf-8"))
    for each in spec["glyph"]["classes"]:
        if each["value"] == "其他":
            each |= {"character": "他", "label": "其他"}
    home.mkdir()
    text = yaml.safe_dump(spec, allow_unicode=True, sort_keys=False, width=120)
    (home / "fig01.yml").write_text(text, encoding="utf-8", newline="\n")


def _empty_place(out: Path | str) -> Path:
    target = folder_place(out)
    held = sorted(each.name for each in target.iterdir()) if target.exists() else []
    if held:
        raise SetupError(
            Problem(
                where=str(target),
                promised="新的或空的文件夹 / a new or empty folder",
                found=f"已有 / it holds: {', '.join(held[:5])}",
                mend="换一个文件夹 / name another folder",
            )
        )
    return target


def _pack_id(target: Path) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", target.name.lower()).strip("-")
    return plain or "plan"


def _pack_content(province: str, counties: gpd.GeoDataFrame, name: str) -> dict[str, Any]:
    """What the boundaries say of a province: window, frame, grid, zones, who lies around."""
    west, south, east, north = (float(side) for side in counties.total_bounds)
    frame = _map_frame(west, south, east, north)
    parallels, origin = _albers_of(west, south, east, north)
    # The country's west end lies 0.0011° west of the westernmost zone that has a code.
    first, last = (int(number) for number in zone_number(np.clip([west, east], *_CODED)))
    stem = province_short_name(province)
    return {
        "id": name,
        "edition": "待填",
        "years": [2026, 2030],
        "title_zh": f"{stem}开发区规划（待填）",
        "title_en": "Plan of development zones (to be named)",
        "province": province,
        "province_en": _latin_name(stem),
        "layers": "layers.gpkg",
        **({"notes_zh": [_SOUTH_SEA_NOTE]} if south < _SOUTH_SEA else {}),
        "extent": [
            *(_round_bound_outwards(side, down=True) for side in (west, south)),
            *(_round_bound_outwards(side, down=False) for side in (east, north)),
        ],
        "frame": frame,
        "projection": {
            "name": f"{_latin_name(stem)} Albers (CGCS2000)",
            "parallels": parallels,
            "origin": origin,
        },
        "gauss_kruger": list(range(first, last + 1)),
        "countries": _countries_within(frame),
        "regions": [{"name": _WHOLE, "title_zh": f"{province}全域", "colour": _COLOURS[0]}],
        "region_scheme_zh": "",
        "short_names": dict(_short_names(counties["prefecture"].unique())),
        "atlas_zh": [stem, "开发区规划", "图　集"],
        "atlas_en": f"Atlas of development zones, {_latin_name(stem)}",
    }


def _pack_text(told: dict[str, Any]) -> str:
    head = (
        "# 规划包，由 yngis plan new 按行政区边界写出；“待填”处请改 / written by `yngis plan new` "
        "from the boundaries; fill in what says 待填.\n"
        "# 各键的含义见 docs/next-plan.md / what each key means: docs/next-plan.md\n"
    )
    return head + yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=120)


def _map_frame(west: float, south: float, east: float, north: float) -> list[float]:
    """Whole degrees round the province, wide enough for a screen."""
    aside, above = _AROUND
    left, bottom = np.floor(west - aside), np.floor(south - above)
    right, top = np.ceil(east + aside), np.ceil(north + above)
    # A wide province on an upright sheet has much above and below it.
    across = (east - west) * np.cos(np.radians((south + north) / 2))
    lacking = across * _HIGH - (top - bottom)
    if lacking > 0:
        bottom, top = bottom - np.ceil(lacking / 2), top + np.ceil(lacking / 2)
        # Far from its middle the sheet's upper corners reach more meridians than its sides.
        sheet = _sheet_bounds(west, south, east, north)
        left, bottom = min(left, np.floor(sheet[0])), min(bottom, np.floor(sheet[1]))
        right, top = max(right, np.ceil(sheet[2])), max(top, np.ceil(sheet[3]))
    # Meridians draw together to the north: as wide a window shows more of them there.
    lacking = (top - bottom) * _WIDE / np.cos(np.radians((south + north) / 2)) - (right - left)
    if lacking > 0:
        left, right = left - np.ceil(lacking / 2), right + np.ceil(lacking / 2)
    return [float(side) for side in (left, bottom, right, top)]


def _albers_of(
    west: float, south: float, east: float, north: float
) -> tuple[list[float], list[float]]:
    """Parallels a quarter within the province, and the origin between them."""
    quarter = (north - south) / 4
    low, high = _half_degree(south + quarter), _half_degree(north - quarter)
    if low == high:
        high = low + 0.5
    return [low, high], [_half_degree((west + east) / 2), (low + high) / 2]


def _sheet_bounds(
    west: float, south: float, east: float, north: float
) -> tuple[float, float, float, float]:
    """Degrees that an upright sheet covers on which the province fills the width."""
    (low, high), (middle, level) = _albers_of(west, south, east, north)
    grid = Proj(proj="aea", lat_1=low, lat_2=high, lon_0=middle, lat_0=level, ellps="GRS80")
    x, y = np.array(grid([west, east, west, east], [south, south, north, north]))
    reach = (x.max() - x.min()) * _SIDES / 2
    rise, at = reach * _HIGH, ((x.max() + x.min()) / 2, (y.max() + y.min()) / 2)
    ring = shapely.box(at[0] - reach, at[1] - rise, at[0] + reach, at[1] + rise).exterior
    xy = shapely.get_coordinates(shapely.segmentize(ring, reach / 20))
    lon, lat = grid(xy[:, 0], xy[:, 1], inverse=True)
    return float(min(lon)), float(min(lat)), float(max(lon)), float(max(lat))


def _countries_within(frame: list[float]) -> list[str]:
    window = shapely.box(frame[0], frame[1], frame[2], frame[3])
    lands = read_countries(list(_COUNTRIES), window)
    return [str(name) for name in lands["name_zh"][~lands.geometry.is_empty]]


def _half_degree(value: float) -> float:
    return float(np.round(value * 2) / 2)


def _round_bound_outwards(side: float, *, down: bool) -> float:
    """A bound with its margin, to a tenth of a degree."""
    moved = side - _MARGIN if down else side + _MARGIN
    return round(float(np.floor(moved * 10) if down else np.ceil(moved * 10)) / 10, 1)


def _short_names(prefectures: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - an array of names
    """Autonomous prefectures without their peoples: 黔东南苗族侗族自治州 → 黔东南州."""
    for name in map(str, prefectures):
        stem = name.removesuffix("自治州")
        if stem == name:
            continue
        while len(shorter := _PEOPLE.sub("", stem)) > 1 and shorter != stem:
            stem = shorter
        yield name, f"{stem}州"


def _latin_name(stem: str) -> str:
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its dictionaries load only here

    return "".join(lazy_pinyin(stem)).capitalize()


def _write_tables(folder: Path, counties: gpd.GeoDataFrame) -> None:
    """Every table with its header; the counties in one region, the first figure's caption."""
    home = folder / "tables"
    home.mkdir()
    for name in _SHARED_TABLES:
        shutil.copyfile(shipped_dir() / "tables" / name, home / name)
    rows: dict[str, pd.DataFrame] = {
        "region_members": pd.DataFrame(
            {
                "county": counties["name_zh"],
                "prefecture": counties["prefecture"],
                "region": _WHOLE,
                "plan_ref": "",
            }
        ),
        "english_words": pd.DataFrame(
            [{"zh": note, "en": _SOUTH_SEA_ENGLISH} for note in read_pack().notes_zh]
        ),
        "figures": pd.DataFrame(
            [{"figure": 1, "title_zh": "开发区空间布局图", "title_en": "Layout of zones"}]
        ),
    }
    for card in cards():
        path = folder / card.file
        if card.kind == "table" and not path.exists():
            table = rows.get(card.name, pd.DataFrame())
            columns = [column.name for column in card.columns]
            text = table.reindex(columns=columns).to_csv(index=False, lineterminator="\n")
            write_text(path, text)


def pack_files(folder: Path | None = None) -> dict[str, Path]:
    """
    Files of a pack by their place in it (规划包的文件).

    Parameters
    ----------
    folder
        The pack; the one in use if None.

    Returns
    -------
    files
        ``pack.yml``, the GeoPackage, tables, figures, rules and cards, sorted.
    """
    home = layers_dir() if folder is None else folder
    names = [path for part in _COPIED for path in sorted((home / part).rglob("*"))]
    every = [home / PACK_FILE, home / read_pack(home).layers, *names]
    return {
        path.relative_to(home).as_posix(): path
        for path in every
        if path.is_file() and path.name != STATE_FILE
    }
