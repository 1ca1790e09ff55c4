"""Codes for no answer."""

from __future__ import annotations

import pytest

from reperio.resource.read.missing import is_missing


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("-9", "Refusal"), ("-8", "Don't know"), ("-1", "Item not applicable"), ("-1", "Don’t Know"), ("-7", "PROXY"),
        ("-2", "Trifft nicht zu"), ("-1", "keine Angabe"), ("-99", "Weet niet"), ("-10", "Missing by error"),
        ("-9.0", "No answer"), ("-3", "N/A"),
    ],
)  # fmt: skip
def test_negative_codes_labelled_so_are_missing(code: str, label: str) -> None:
    assert is_missing(code, label)


@pytest.mark.parametrize(
    ("code", "label"),
    [("-2", "Disagree strongly"), ("-9", ""), ("9", "Refusal"), (None, "Don't know"), ("-1", "One below average"), ("A-1", "Refused")],
)  # fmt: skip
def test_others_are_answers(code: str | None, label: str) -> None:
    assert not is_missing(code, label)
