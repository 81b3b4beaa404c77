"""Whose plan it is (规划包): ``pack.yml`` as frozen data, and the pack that is in use."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from yngis.catalogue.io.file_stamp import FileStamp, file_stamp
from yngis.catalogue.io.layers_dir import PACK_FILE, layers_dir, shipped_dir, use_pack_folder
from yngis.catalogue.io.yaml import read_yaml
from yngis.measure.crs import albers_grid, gauss_kruger

if TYPE_CHECKING:
    from pyproj import CRS

Text = Annotated[str, Field(min_length=1)]
Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
Window = tuple[float, float, float, float]


class _Frozen(BaseModel):
    """Model that cannot be changed and forbids keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PackRegion(_Frozen):
    """
    A region of the plan (分区).

    Attributes
    ----------
    name
        As the tables write it.
    title_zh, title_en
        What it is made of; its English name.
    colour
        Of its land, ``#RRGGBB``.
    panel
        Where the plan lists its places, such as 专栏1; what is said of them must cite it.
    """

    name: Text
    title_zh: Text
    title_en: str = ""
    colour: Colour
    panel: str = ""


class PackProjection(_Frozen):
    """
    The equal-area conic of the province (等积圆锥投影).

    Attributes
    ----------
    name
        Of the grid.
    parallels
        Standard parallels [degrees north].
    origin
        Longitude and latitude of the origin [degrees].
    """

    name: Text
    parallels: tuple[float, float]
    origin: tuple[float, float]


class PackGrowth(_Frozen):
    """
    What the plan asks of the revenue of zones (营业收入的档次).

    Attributes
    ----------
    pace
        Yearly growth of the sum, as a share.
    tiers
        Zones wanted above each revenue [亿元], cumulative.
    goals
        Revenue [亿元] that named zones are to reach.
    """

    pace: float = Field(gt=-1.0)
    tiers: dict[float, int] = Field(default_factory=dict)
    goals: dict[str, float] = Field(default_factory=dict)


class Pack(_Frozen):
    """
    Whose plan it is, and what the code does not know of it (规划包).

    Attributes
    ----------
    id, edition, label
        Name for programs, name of the period such as 十四五, and what stands above every result,
        such as 示例.
    years
        First and last year of the period.
    title_zh, title_en
        Of the plan.
    province, province_en
        Whose it is.
    layers
        The pack's GeoPackage.
    counted, counted_basis_zh, unnamed_zh
        Zones that the plan counts, where it names fewer; where it says so; what it does not name.
    unnamed_port_zh
        Why a port stands in the table that the plan does not name.
    notes_zh
        What stands under every figure, such as which islands are drawn.
    extent, frame
        Province with a margin, and map frame: west, south, east, north [degrees].
    projection
        Grid of plates and of measures across the province.
    gauss_kruger
        Numbers of the 3° zones that the province lies in, from west to east.
    countries
        Foreign countries in the frame.
    regions
        In the plan's order; they partition the province.
    region_scheme_zh
        What the plan calls them together.
    core
        The region that targets call the core.
    short_names
        Short names of prefectures; others keep theirs.
    sectors
        Colours of the glyphs, in place of the shipped ones.
    atlas_zh, atlas_en
        Title of the atlas in three lines, and in English.
    growth
        What it asks of revenue; None where nothing.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    edition: Text
    label: str = ""
    years: tuple[int, int]
    title_zh: Text
    title_en: Text
    province: Text
    province_en: Text
    layers: Annotated[str, Field(pattern=r"^[^/\\]+\.gpkg$")]
    counted: int | None = None
    counted_basis_zh: str = ""
    unnamed_zh: str = ""
    unnamed_port_zh: str = "规划未点名"
    notes_zh: tuple[Text, ...] = ()
    extent: Window
    frame: Window
    projection: PackProjection
    gauss_kruger: Annotated[tuple[Annotated[int, Field(ge=25, le=45)], ...], Field(min_length=1)]
    countries: tuple[str, ...] = ()
    regions: Annotated[tuple[PackRegion, ...], Field(min_length=1)]
    region_scheme_zh: str = ""
    core: str = ""
    short_names: dict[str, str] = Field(default_factory=dict)
    sectors: tuple[Colour, ...] = ()
    atlas_zh: tuple[Text, Text, Text]
    atlas_en: Text
    growth: PackGrowth | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        names = [region.name for region in self.regions]
        if doubled := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"分区重复 / region twice: {', '.join(doubled)}")
        if self.core and self.core not in names:
            raise ValueError(f"core 不是分区 / core is no region: {self.core}")
        if self.years[0] > self.years[1]:
            raise ValueError("起年晚于止年 / the first year is after the last")
        for west, south, east, north in (self.extent, self.frame):
            if not (west < east and south < north):
                raise ValueError("范围须为西南东北 / write west, south, east, north")
        return self

    @property
    def name(self) -> str:
        """What results call the pack they rest on: its id, plan, edition and years."""
        first, last = self.years
        label = f"（{self.label}）" if self.label else ""
        return f"{self.id}：{self.title_zh}（{self.edition}，{first}—{last}）{label}"

    @property
    def region_names(self) -> tuple[str, ...]:
        """Names of the regions, in order."""
        return tuple(region.name for region in self.regions)

    @property
    def province_stem(self) -> str:
        """The province without the word for its kind: 云南省 → 云南, 广西壮族自治区 → 广西."""
        return province_short_name(self.province)


_KINDS = ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "特别行政区", "省", "市")


def province_short_name(name: str) -> str:
    """
    Drop the word for the kind of a province (省名简称).

    Parameters
    ----------
    name
        Full name.

    Returns
    -------
    name
        Short name.

    Examples
    --------
    >>> [province_short_name(name) for name in ("云南省", "广西壮族自治区", "重庆市")]
    ['云南', '广西', '重庆']
    """
    for kind in _KINDS:
        if name.endswith(kind) and len(name) > len(kind) + 1:
            return name.removesuffix(kind)
    return name


def read_pack(folder: Path | None = None) -> Pack:
    """
    Read whose plan a pack is (读取规划包).

    Parameters
    ----------
    folder
        Folder with ``pack.yml``; the pack in use if None.

    Returns
    -------
    pack
        The judged content; read again when the file changes.

    Raises
    ------
    SpecError
        With every fault of the file.
    SetupError
        If the folder is no pack.

    Examples
    --------
    >>> read_pack(shipped_dir()).edition
    '十四五'
    """
    path = (layers_dir() if folder is None else folder) / PACK_FILE
    return _read_pack_file(path, file_stamp(path))


@lru_cache(maxsize=16)
def _read_pack_file(path: Path, stamp: FileStamp) -> Pack:  # noqa: ARG001 - a file that changed is another
    return read_yaml(path, Pack)


def rests_on_shipped() -> bool:
    """
    Tell whether the pack in use is the one that ships.

    Returns
    -------
    shipped
        False for a user's pack.
    """
    return layers_dir().resolve() == shipped_dir().resolve()


def find_pack(named: Path | str, option: str = "--plan") -> Path:
    """
    Folder of a pack by its path, or by the id of the shipped one (规划包位置).

    Parameters
    ----------
    named
        As the user writes it; a folder of that name goes before the id.
    option
        Where it is written, for the error.

    Returns
    -------
    folder
        Where it lies.

    Raises
    ------
    SetupError
        If it is neither.

    Examples
    --------
    >>> find_pack(read_pack(shipped_dir()).id) == shipped_dir()
    True
    """
    if (Path(named) / PACK_FILE).is_file():
        return Path(named)
    shipped = shipped_dir()
    if str(named) == read_pack(shipped).id:
        return shipped
    with use_pack_folder(named, option) as folder:  # which says what is wrong with it
        return folder


def province_albers() -> CRS:
    """
    Equal-area conic of the province in use (省级等积圆锥投影).

    Returns
    -------
    crs
        Albers on CGCS2000, eastings and northings in metres.

    Examples
    --------
    >>> province_albers().name
    'Yunnan Albers (CGCS2000)'
    """
    grid = read_pack().projection
    return albers_grid(grid.name, grid.parallels, grid.origin)


def province_zones() -> dict[int, str]:
    """
    3° Gauss-Krüger zones (三度带) that the province in use lies in.

    Returns
    -------
    zones
        EPSG names by zone number, from west to east, eastings without zone prefix.

    Examples
    --------
    >>> province_zones()
    {33: 'EPSG:4542', 34: 'EPSG:4543', 35: 'EPSG:4544'}
    """
    return {number: gauss_kruger(number) for number in read_pack().gauss_kruger}
