"""What users lay on a map with folium (自加的 folium 图层): made to work offline, or refused."""

from __future__ import annotations

import base64
import html
import re
from contextlib import contextmanager
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from branca.colormap import ColorMap
from branca.element import CssLink, Html, JavascriptLink, MacroElement
from folium.map import Layer, Popup, Tooltip
from jinja2 import Template

from yngis.catalogue.io.text import number_as_text
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from branca.element import Element

_OURS: Final = {
    "Control.FullScreen.min.js": "L.control.fullscreen",
    "Control.FullScreen.css": "",
    "d3.min.js": "",
}
"""Links that the page's own script stands in for, and what a script that needs it calls."""

NEEDS: Final = ("$(", "L.AwesomeMarkers", "L.control.fullscreen", "L.marker(", "Y.colourBar")
"""What a script of folium calls that the page's own script holds ready."""

_DRAGGING: Final = re.compile(
    r"<script src=\"[^\"]*jquery-ui[^\"]*\"></script>\s*<script>.*?draggable.*?</script>", re.DOTALL
)
"""geopandas makes its legend movable so; it is shown where it stands."""

_REMOTE: Final = re.compile(r"<(?:script|link)\b[^>]*?(?:src|href)=[\"']((?:https?:)?//[^\"']+)")
_FROM_AFAR: Final = re.compile(r"(?:https?:)?//")
_POPUP_WIDTH: Final = 340  # px
_DANGEROUS: Final = {"\\": "&#92;", "`": "&#96;", "$": "&#36;", "{": "&#123;"}


class _ColourBar(MacroElement):
    """The legend of a colour scale, drawn by the page's own script in place of d3."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "Y.colourBar({{ this._parent_name }}, {{ this.bar|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, scale: ColorMap, parent: Element) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._parent = parent
        low, high = float(scale.vmin), float(scale.vmax)
        steps = [low + (high - low) * step / 20 for step in range(21)]
        self._parent_name = _map_above(parent)
        self.bar = {
            "caption": str(scale.caption or ""),
            "low": number_as_text(low, 4),
            "high": number_as_text(high, 4),
            "colours": [str(scale.rgb_hex_str(step)) for step in steps],
        }


def _map_above(element: Element) -> str:
    """Name of the map that an element lies on."""
    at: Any = element
    while getattr(at, "_name", "") != "Map" and getattr(at, "_parent", None) is not None:
        at = at._parent  # noqa: SLF001 - branca's only way up
    return str(at.get_name())


def _all_descendants_of(element: Element) -> Iterator[Element]:
    for child in list(element._children.values()):  # noqa: SLF001 - branca keeps no public list
        yield child
        yield from _all_descendants_of(child)


@contextmanager
def made_safe(root: Element) -> Iterator[None]:
    """
    Let what users added be written as it can work: texts inert, colour scales without d3.

    folium puts the texts of popups and tooltips into template literals of a script that the page
    trusts, where ``${…}`` would run; as entities they are text.
    """
    undo: list[Callable[[], None]] = []

    def put(owner: Any, **values: object) -> None:  # noqa: ANN401 - any element
        for name, value in values.items():
            undo.append(partial(setattr, owner, name, getattr(owner, name)))
            setattr(owner, name, value)

    for element in [root, *_all_descendants_of(root)]:
        content: Any = getattr(element, "html", None)
        inner = list(_all_descendants_of(content)) if hasattr(content, "_children") else []
        for part in (element, *inner):
            put(part, **_safe_values(part))
        children = element._children  # noqa: SLF001 - branca keeps no public list
        for name, child in list(children.items()):
            if isinstance(child, ColorMap):
                undo.append(partial(children.update, {name: child}))
                children[name] = _ColourBar(child, element)
    try:
        yield
    finally:
        for restore in reversed(undo):
            restore()


def _safe_values(part: Element) -> dict[str, object]:
    """What an element is to hold while it is written."""
    if isinstance(part, Html):
        return {"data": _make_text_inert(part.data, escape=not part.script), "script": True}
    if isinstance(part, Tooltip):
        return {"text": _make_text_inert(part.text, escape=False)}
    if isinstance(part, Popup) and isinstance(part.options.get("max_width"), str):
        # Of "100%" Leaflet makes NaN, and a Chinese text stands one sign a line.
        return {"options": {**part.options, "max_width": _POPUP_WIDTH}}
    return {}


def refuse_pictures_from_afar(root: Element, sources: tuple[str, ...]) -> None:
    """
    Refuse tiles and pictures that the page may not load.

    Raises
    ------
    SpecError
        With every address that is neither in the file nor of a base map that was asked for.
    """
    found = []
    for element in _all_descendants_of(root):
        address = getattr(element, "tiles", None) or getattr(element, "url", None)
        linked = isinstance(element, Layer) and isinstance(address, str)
        if (
            linked
            and _FROM_AFAR.match(str(address))
            and not str(address).replace("{s}", "0").startswith(sources)
        ):
            found.append(str(address))
    if found:
        raise SpecError([no_local_copy(address) for address in dict.fromkeys(found)])


def _make_text_inert(text: object, *, escape: bool) -> str:
    plain = str(text).replace("\\`", "`")  # folium's own escape of a backtick
    said = html.escape(plain) if escape else plain
    return "".join(_DANGEROUS.get(sign, sign) for sign in said)


def stands_in_for(element: JavascriptLink | CssLink) -> bool:
    """Whether the page's own script does what a linked file would."""
    return PurePosixPath(urlsplit(element.url).path).name in _OURS


def without_remote_scripts(text: str) -> str:
    """
    Take what is not needed out of ready HTML.

    Raises
    ------
    SpecError
        If what is left asks the network for something.
    """
    kept = _DRAGGING.sub("", text)
    if found := _REMOTE.search(kept):
        raise SpecError(no_local_copy(found[1]))
    return kept


def no_local_copy(name: str) -> Problem:
    """What to tell of an element that needs a file from the network."""
    return Problem(
        where=name,
        promised="不联网也能用的图层或插件 / a layer or plugin that needs no network",
        found="需要网上的文件，没有离线副本；什么也没有写 / it needs a file from the network; "
        "nothing was written",
        mend="去掉它；可用的有 Marker、Popup、Tooltip、Icon、GeoJson、explore(m=…)、Choropleth、"
        "FeatureGroup、LayerControl、Fullscreen；在线底图用 basemap="
        " / leave it out; these work, and online base maps by basemap=",
    )


def default_marker_script(asset: Callable[[str], bytes]) -> str:
    """Leaflet's own picture of a marker, as data: it looks for files otherwise."""
    names = {"iconUrl": "marker-icon.png", "iconRetinaUrl": "marker-icon-2x.png"}
    names["shadowUrl"] = "marker-shadow.png"
    parts = (
        f'{key}: "data:image/png;base64,{base64.b64encode(asset(f"images/{name}")).decode()}"'
        for key, name in names.items()
    )
    return (
        "L.Icon.Default.imagePath = ''; delete L.Icon.Default.prototype._getIconUrl;"
        f"L.Icon.Default.mergeOptions({{ {', '.join(parts)} }});"
    )
