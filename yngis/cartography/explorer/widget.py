"""A map of any frame that tells what was selected on it (可选的图)."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from yngis.cartography.web.page_scripts import LARGEST_INLINE
from yngis.errors import LayerError, Problem, SetupError

try:
    import anywidget
    import traitlets
except ImportError as _missing:
    raise SetupError(
        Problem(
            "explore(widget=True)",
            "软件包 anywidget / the package anywidget",
            "未安装 / not installed",
            'pip install "yngis[widget]"',
        )
    ) from _missing

if TYPE_CHECKING:
    import os

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from yngis.cartography.explorer.explore_map import ExploreMap

_SCRIPT: Final = "explore_widget.js"


class ExploreWidget(anywidget.AnyWidget):
    """
    A map of any frame that tells what was selected on it (可选图斑的控件).

    Parameters
    ----------
    shown
        The map, drawn so that it can be selected on.
    index
        Index of the frame.
    """

    _esm = files("yngis.cartography.web").joinpath(_SCRIPT).read_text(encoding="utf-8")
    page = traitlets.Unicode().tag(sync=True)
    height = traitlets.Unicode().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    places = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(self, shown: ExploreMap, index: pd.Index[Any]) -> None:
        page = shown.html()
        if len(page.encode()) > LARGEST_INLINE:
            raise LayerError(
                Problem(
                    "explore(widget=True)",
                    f"≤ {LARGEST_INLINE / 1e6:.0f} MB",
                    f"{len(page.encode()) / 1e6:.0f} MB",
                    "少带几列，或不用 widget / fewer columns with popup=[…], or no widget",
                )
            )
        super().__init__(page=page, height=shown.height_told, title=shown.title_told)
        self._shown, self._index = shown, index

    @property
    def selected(self) -> list[Any]:
        """
        What is selected.

        Returns
        -------
        labels
            Labels of the index, in the order of the frame; ``gdf.loc[widget.selected]`` are the
            rows.
        """
        order: NDArray[np.int64] = self._shown.order
        held = {int(order[place]) for place in self.places if 0 <= place < len(order)}
        return [self._index[row] for row in sorted(held)]

    def save(self, path: str | os.PathLike[str]) -> None:
        """
        Write the page, whole or not at all.

        Parameters
        ----------
        path
            File to write; outside a notebook selecting on it has no effect.
        """
        self._shown.save(path)

    def __repr__(self) -> str:
        """One line: what is drawn, and how much of it is selected."""
        told = repr(self._shown).removeprefix("ExploreMap(").removesuffix(")")
        return f"{type(self).__name__}({told}, {len(self.places):,} selected)"
