"""Scripts inside a page (页内脚本): closed by nothing in their text, let run by their hashes."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def inline_script(text: str) -> str:
    """A script element that nothing in its text can close."""
    safe = re.sub(r"</(?=script)", r"<\\/", text, flags=re.IGNORECASE)
    return f"<script>{re.sub(r'^//# sourceMappingURL=.*$', '', safe, flags=re.MULTILINE)}</script>"


def script_hashes(scripts: Iterable[str]) -> str:
    """Scripts that a page's policy lets run, by their hashes (脚本散列)."""
    return " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(_script_content(script)).digest()).decode()}'"
        for script in scripts
    )


def _script_content(script: str) -> bytes:
    """Content of a script element, as browsers hash it."""
    return script.removeprefix("<script>").removesuffix("</script>").encode()
