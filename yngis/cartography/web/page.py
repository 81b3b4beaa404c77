"""A branca figure that asks the network for nothing: all it needs lies in the file."""

from __future__ import annotations

import base64
import html
import importlib.metadata
import re
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from branca.element import CssLink, Figure, JavascriptLink

from yngis.cartography.web.guests import (
    NEEDS,
    default_marker_script,
    made_safe,
    no_local_copy,
    refuse_pictures_from_afar,
    stands_in_for,
    without_remote_scripts,
)
from yngis.cartography.web.page_scripts import inline_script, script_hashes
from yngis.errors import SpecError

_ASSETS = "XStatic-Leaflet"  # carries exactly the Leaflet that folium 0.20 names
_IMAGES = {".png": "image/png", ".svg": "image/svg+xml", ".gif": "image/gif"}
_URL = re.compile(r"url\((['\"]?)(?!data:)([^)'\"]+)\1\)")
_SCRIPT = re.compile(r"<script>.*?</script>", re.DOTALL)


@cache
def leaflet_asset(name: str) -> bytes:
    """A file of the installed Leaflet package."""
    for file in importlib.metadata.files(_ASSETS) or ():
        if file.as_posix().endswith(f"/leaflet/data/{name}"):
            return Path(str(file.locate())).read_bytes()
    raise SpecError(no_local_copy(name))


def inline_style(text: str, images: str = "") -> str:
    """
    A style element whose pictures are data URIs.

    Parameters
    ----------
    text
        CSS.
    images
        Folder of the Leaflet package that relative addresses are looked up in.

    Returns
    -------
    element
        ``<style>…</style>``.
    """

    def embed(match: re.Match[str]) -> str:
        path = PurePosixPath(match[2])
        if path.suffix not in _IMAGES:
            return "none"  # a CSS behaviour of browsers that Leaflet 1.9 no longer serves
        content = base64.b64encode(leaflet_asset(str(PurePosixPath(images) / path))).decode()
        return f"url(data:{_IMAGES[path.suffix]};base64,{content})"

    return f"<style>{_URL.sub(embed, text)}</style>"


class OfflineFigure(Figure):
    """
    The root element of a page that is whole in itself.

    Parameters
    ----------
    title
        Title of the page; any text.
    body
        Ready HTML put before folium's own; a script in it does not run.
    scripts
        Script elements put behind it, which do, as :func:`inline_script` makes them.
    head
        Ready style and script elements put after Leaflet's.
    image_sources
        Hosts that pictures may come from; none unless the user asked for an online base map.
    **options
        As for `branca.element.Figure`.
    """

    def __init__(
        self,
        title: str,
        *,
        head: str = "",
        body: str = "",
        scripts: tuple[str, ...] = (),
        image_sources: tuple[str, ...] = (),
        **options: Any,  # noqa: ANN401 - handed on as they are
    ) -> None:
        super().__init__(title=title, **options)
        self._ready_head, self._ready_body, self._image_sources = head, body, image_sources
        self._scripts = scripts

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401 - branca's signature
        """
        Write the page.

        Parameters
        ----------
        **kwargs
            As branca hands them on.

        Returns
        -------
        page
            HTML with a content-security policy: its own scripts, by hash, and no request.

        Raises
        ------
        SpecError
            If an element links to something that has no local copy.
        """
        refuse_pictures_from_afar(self, self._image_sources)
        with made_safe(self):
            for child in list(self._children.values()):
                child.render(**kwargs)
            return self._page(kwargs)

    def _page(self, kwargs: dict[str, Any]) -> str:
        header = "\n".join(
            self._inline(element, kwargs)
            for element in self.header._children.values()  # noqa: SLF001 - branca keeps no public list
        )
        content = self.script.render(**kwargs)
        script = inline_script(content)
        scripts = (*self._scripts, *_guest_scripts(content))
        # What is trusted is named one by one: the libraries' own code, ours, and what folium makes
        # of its elements. A script that a value smuggled into the markup is not among them.
        trusted = [*_SCRIPT.findall(header), *scripts, script]
        inside = "\n".join(
            (
                header,
                self._ready_head,
                "</head><body>",
                self._ready_body + "".join(scripts),
                without_remote_scripts(self.html.render(**kwargs)),
                script,
            )
        )
        return (
            '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{self._policy(trusted)}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{html.escape(str(self.title))}</title>\n{inside}\n</body></html>\n"
        )

    def _inline(self, element: Any, kwargs: dict[str, Any]) -> str:  # noqa: ANN401 - any branca element
        if isinstance(element, JavascriptLink | CssLink):
            if stands_in_for(element):
                return ""
            name = PurePosixPath(urlsplit(element.url).path).name
            text = leaflet_asset(name).decode("utf-8")
            return (
                inline_script(text) if isinstance(element, JavascriptLink) else inline_style(text)
            )
        text = without_remote_scripts(str(element.render(**kwargs)))
        # folium forbids pinch zoom, which people with weak sight need; the page has its own line.
        return re.sub(r"<meta (name=\"viewport\"|http-equiv=\"content-type\")[^>]*>", "", text)

    def _policy(self, trusted: list[str]) -> str:
        images = " ".join(("data:", *self._image_sources))
        return (
            f"default-src 'none'; script-src {script_hashes(trusted)}; style-src 'unsafe-inline'; "
            f"img-src {images}; base-uri 'none'; form-action 'none'"
        )


@cache
def _guest_script() -> str:
    text = files("yngis.cartography.web").joinpath("guests.js").read_text(encoding="utf-8")
    return inline_script(default_marker_script(leaflet_asset) + text)


def _guest_scripts(content: str) -> tuple[str, ...]:
    """The script behind what users added, where what folium wrote calls it."""
    return (_guest_script(),) if any(need in content for need in NEEDS) else ()
