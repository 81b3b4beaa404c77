"""XML by a library (XML 输出): any text goes in, and what comes out is well formed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Mapping

_ILLEGAL: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal_text(text: str) -> str:
    r"""
    Text without the signs that XML 1.0 cannot hold (合法字符).

    Examples
    --------
    >>> legal_text("甲\x00\x0b<园>")
    '甲��<园>'
    """
    return _ILLEGAL.sub("\ufffd", text)


def add_element(
    parent: ET.Element, tag: str, attributes: Mapping[str, str] | None = None, text: str = ""
) -> ET.Element:
    """
    Put an element at the end of another (加子元素).

    Parameters
    ----------
    parent
        Where it goes.
    tag, attributes, text
        Its name, its attributes and what it holds.

    Returns
    -------
    element
        The new one.
    """
    clean = {name: legal_text(value) for name, value in (attributes or {}).items()}
    made = ET.SubElement(parent, tag, clean)
    if text:
        made.text = legal_text(text)
    return made


def xml_document(root: ET.Element, doctype: str = "") -> str:
    """
    Write a tree as a document (写 XML).

    Parameters
    ----------
    root
        Its root element.
    doctype
        Declared document type; none if empty.

    Returns
    -------
    text
        Indented, the same tree the same text.
    """
    ET.indent(root, " ")
    head = f"<!DOCTYPE {doctype}>\n" if doctype else ""
    return f"{head}{ET.tostring(root, encoding='unicode')}\n"
