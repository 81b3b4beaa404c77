"""Scripts and data inside a page (页内脚本): closed by nothing in them, let run by their hashes."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable


LARGEST_INLINE: Final = 30_000_000
"""Bytes of a page beyond which a notebook does not take it in: it would no longer open."""


def inline_script(text: str) -> str:
    """A script element that nothing in its text can close."""
    safe = re.sub(r"</(?=script)", r"<\\/", text, flags=re.IGNORECASE)
    return f"<script>{re.sub(r'^//# sourceMappingURL=.*$', '', safe, flags=re.MULTILINE)}</script>"


def data_block(name: str, value: object) -> str:
    """Data for the page's own script, inert whatever it says."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return f'<script type="application/json" id="{html.escape(name)}">{text}</script>'


def script_hashes(scripts: Iterable[str]) -> str:
    """Scripts that a page's policy lets run, by their hashes (脚本散列)."""
    return " ".join(
        content_hash(script.removeprefix("<script>").removesuffix("</script>"))
        for script in scripts
    )


def content_hash(content: str) -> str:
    """Hash of what stands in a script or style element, as policies have it."""
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
