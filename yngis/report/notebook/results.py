"""What an analysis gives an explorer (结果): frames, and pages that show themselves."""

from __future__ import annotations

import html
import shutil
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from yngis.cartography.web.page_scripts import LARGEST_INLINE
from yngis.catalogue.io.folder import replacing_folder
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.output.write import write_text
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping


class ShownPage:
    """
    A page that a notebook shows in place (网页).

    Parameters
    ----------
    path
        The page.
    """

    def __init__(self, path: Path) -> None:
        self._name = path.name
        self._page = path.read_bytes().decode("utf-8")

    def save(self, path: str | os.PathLike[str]) -> None:
        """
        Write the page, whole or not at all.

        Parameters
        ----------
        path
            File to write.
        """
        write_text(path, self._page)

    def _repr_html_(self) -> str:
        size = len(self._page.encode())
        name = html.escape(self._name)
        if size > LARGEST_INLINE:
            return (
                f"<p>{name}：{size / 1e6:.0f} MB，请用 .save(…) 存成文件打开 / "
                "too large here, save it with .save(…)</p>"
            )
        # Attributes of HTML end at quotes, and nothing else in the page can end this one.
        return (
            f'<iframe srcdoc="{html.escape(self._page)}" title="{name}" '
            'style="width:100%;height:640px;border:0"></iframe>'
        )

    def __repr__(self) -> str:
        """One line: which page."""
        return f"ShownPage({self._name!r}, {len(self._page.encode()) / 1e6:.1f} MB)"


class Result:
    """
    An analysis and its pages (结果).

    Parameters
    ----------
    name
        Name of the analysis.
    found
        What it found, as its own function gives it; its attributes are attributes of this, too.
    folder
        What it wrote.
    program
        Command that writes such a folder.
    held
        Folder that goes with the result; None where the caller named one.
    frames
        Frames by name that what was found does not hold as attributes.
    """

    def __init__(
        self,
        name: str,
        found: object,
        folder: Path,
        program: str,
        held: Path | None,
        *,
        frames: Mapping[str, pd.DataFrame] | None = None,
    ) -> None:
        self.found = found
        self.folder = folder
        self._name, self._program, self._frames = name, program, dict(frames or {})
        if held is not None:
            weakref.finalize(self, shutil.rmtree, held, ignore_errors=True)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All frames by name."""
        own = {
            name: getattr(self.found, name)
            for name in dir(self.found)
            if not name.startswith("_") and isinstance(getattr(self.found, name), pd.DataFrame)
        }
        inside = getattr(self.found, "tables", None)
        return {**(inside if isinstance(inside, dict) else {}), **own, **self._frames}

    def map(self, name: str | None = None) -> ShownPage:
        """
        Show a map.

        Parameters
        ----------
        name
            Which, where there are several; the first if None.

        Returns
        -------
        page
            Shows itself; ``.save(path)`` writes it.

        Raises
        ------
        LayerError
            If there is no such map; names those there are.
        """
        places = [self.folder / "map.html", *sorted((self.folder / "maps").glob("*.html"))]
        pages = {path.stem: path for path in places if path.is_file()}
        if not pages or (name is not None and name not in pages):
            # Images give none at all, others draw those that were asked for.
            none = "调用时给 maps=，或看 .report() / give maps=, or see .report()"
            mend = did_you_mean(str(name), pages) if pages else none
            raise LayerError(
                Problem(f"{self._name}.map()", "、".join(pages) or "—", str(name), mend)
            )
        return ShownPage(pages[name] if name is not None else next(iter(pages.values())))

    def report(self) -> ShownPage:
        """
        Show the report.

        Returns
        -------
        page
            Shows itself; ``.save(path)`` writes it.
        """
        return ShownPage(self.folder / "report.html")

    def to_folder(self, path: str | os.PathLike[str]) -> Path:
        """
        Keep everything that was written: report, map, workbook, tables, record of the run.

        Parameters
        ----------
        path
            Folder; an earlier result of the same analysis in it is replaced whole.

        Returns
        -------
        folder
            The folder.
        """
        with replacing_folder(path, self._program) as fresh:
            shutil.copytree(self.folder, fresh, dirs_exist_ok=True)
        return Path(path)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the analysis found
        """Attributes of what was found."""
        if name.startswith("_") or name == "found":
            raise AttributeError(name)
        frame = self._frames.get(name)
        return getattr(self.found, name) if frame is None else frame

    def __dir__(self) -> list[str]:
        """Own names and those of what was found, for completion."""
        inside = {name for name in dir(self.found) if not name.startswith("_")}
        return sorted({*super().__dir__(), *inside, *self._frames})

    def __repr__(self) -> str:
        """One line: which analysis, and its tables."""
        told = ", ".join(f"{name} {len(table):,}" for name, table in self.tables.items())
        return f"{self._name}({told})"
