"""Spellings of a document's number that are one number, and those that are two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yngis.catalogue.tables.values.document_numbers import plain_number

ONE = (
    "云政〔2020〕12号", "云政[2020]12号", "云政（2020）12号", "云政(2020)第12号", "云政【2020】12",
    "云政 〔２０２０〕 １２ 号", "云政\u200b﹝2020﹞12号", "　云政〔2020〕第 12 号 ",
)  # fmt: skip


@pytest.mark.parametrize("text", ONE)
def test_spellings_of_one_number(text: str) -> None:
    assert plain_number(text) == plain_number(ONE[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("云政〔2020〕12号", "云政〔2020〕112号"),
        ("云政〔2020〕12号", "云政〔2021〕2号"),
        ("云政〔2020〕12号", "云政复〔2020〕12号"),
        ("CR-2020-1", "CR-20201"),
        ("第一批次", "第二批次"),
        ("12号地块", "12"),
        ("1号2", "12"),
    ],
)
def test_numbers_that_are_not_the_same(one: str, other: str) -> None:
    assert plain_number(one) != plain_number(other)


def test_contracts_by_case_and_dashes() -> None:
    assert plain_number("cr53昆明—2021－001") == plain_number("CR53昆明-2021-001")
    assert [plain_number(each) for each in ("", " — ", None, float("nan"))] == [None] * 4


@given(st.text("云政地〔〕[]（）(0123１号第 　-—－ab Ａ"))
def test_the_plain_form_is_plain(text: str) -> None:
    plain = plain_number(text)
    assert plain is None or plain_number(plain) == plain
