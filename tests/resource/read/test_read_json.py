"""JSON made safe."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.resource.read.json import at, listed, load_json, mapping, parse_json, said
from reperio.resource.read.reading import Reading


def load(body: bytes) -> tuple[object, list[str]]:
    reading = Reading()
    return load_json(body, reading), [issue.code for issue in reading.issues]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_any_unicode_encoding(encoding: str) -> None:
    assert load('{"a": "é"}'.encode(encoding)) == ({"a": "é"}, [])


def test_wrong_encoding_is_read_and_noted() -> None:
    assert load('{"a": "café"}'.encode("cp1252")) == ({"a": "café"}, ["encoding.wrong"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "record.empty"),
        (b"  \0 ", "record.empty"),
        (b'{"a": ', "json.malformed"),
        (b"[" * 100_000, "json.too_deep"),
        (b"[" * 150 + b"]" * 150, "json.too_deep"),
        (b"9" * 5000 + b"x", "json.malformed"),
    ],
)
def test_unreadable(body: bytes, code: str) -> None:
    assert load(body) == (None, [code])


def test_numbers_that_json_lacks() -> None:
    value, codes = load(b"[NaN, -Infinity, 1e999, 1.5, 12345678901234567890123]")
    assert value == [None, None, None, 1.5, "12345678901234567890123"]
    assert codes == ["json.number"] * 3


def test_nuls_and_half_characters_are_dropped() -> None:
    value, codes = load(b'{"a\\u0000": "x\\ud800y", "b": "\\ud83d\\ude00", "c": "a\0b"}')
    assert value == {"a": "xy", "b": "😀", "c": "ab"}
    assert codes == ["json.characters"]


def test_repeated_keys_are_noted() -> None:
    assert load(b'{"a": 1, "a": 2}') == ({"a": 2}, ["json.duplicate_key"])


@given(st.binary())
def test_never_raises(body: bytes) -> None:
    value, codes = load(body)
    assert codes or value is not None or body.strip() == b"null"


SCALARS = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text()


@given(st.recursive(SCALARS, lambda kids: st.lists(kids) | st.dictionaries(st.text(), kids)))
def test_json_is_unchanged(value: object) -> None:
    reading = Reading()
    assert parse_json(json.dumps(value, ensure_ascii=False), reading) == value or reading.issues


def test_looking_into_what_cannot_be_trusted() -> None:
    assert (listed(None), listed([1]), listed(1)) == ([], [1], [1])
    assert (said(" a "), said(3), said(True), said(""), said([])) == ("a", "3", None, None, None)
    assert (mapping([]), mapping({"a": 1})) == ({}, {"a": 1})
    assert at({"a": {"b": 1}}, "a", "b") == 1
    assert at({"a": []}, "a", "b") is None
