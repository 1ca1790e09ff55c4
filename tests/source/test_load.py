"""Declarations are read, and each mistake is named with its place."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperio.errors import SourceError
from reperio.source.load import load_source, load_sources
from reperio.source.model import Files, OaiPmh

GOOD = """\
key: fsd
title: Finnish Social Science Data Archive
publisher: Tampere University
country: FI
credit:
  text: "Source: FSD, {year}"
  licence: CC BY 4.0
harvest:
  protocol: oai_pmh
  url: https://services.fsd.tuni.fi/v0/oai
  prefixes: [oai_ddi25, oai_dc]
politeness: {delay_seconds: 2, tries: 3}
lookups:
  access: {"1": open, A: registered}
expect:
  records_min: 1500
  fill: {abstract: 0.9}
options: {columns: [a, b], since: 2020-01-02, deep: {on: true, n: 3, f: 0.5, none: null}}
"""


def write(directory: Path, text: str, name: str = "fsd.yml") -> Path:
    path = directory / name
    path.write_bytes(text.encode())
    return path


def fail(directory: Path, text: str) -> str:
    with pytest.raises(SourceError) as caught:
        load_source(write(directory, text))
    return str(caught.value)


def test_a_declaration_becomes_a_source_of_plain_values(tmp_path: Path) -> None:
    source = load_source(write(tmp_path, GOOD))
    assert source.key == "fsd"
    assert isinstance(source.harvest, OaiPmh)
    assert source.harvest.prefixes == ("oai_ddi25", "oai_dc")
    assert source.politeness.delay_seconds == 2
    assert source.lookups.access == {"1": "open", "A": "registered"}
    deep = {"on": True, "n": 3, "f": 0.5, "none": None}
    assert source.options == {"columns": ["a", "b"], "since": "2020-01-02", "deep": deep}
    assert {type(value) for value in source.options["deep"].values()} == {bool, int, float, type(None)}
    assert type(source.options) is dict
    assert type(source.options["columns"]) is list
    assert type(source.options["since"]) is str


def test_path_of_files_is_read_from_the_place_of_the_declaration(tmp_path: Path) -> None:
    text = "key: a\ntitle: A\nharvest: {protocol: files, path: ../data/*.xml}\n"
    source = load_source(write(tmp_path, text))
    assert isinstance(source.harvest, Files)
    assert source.harvest.path == f"{tmp_path}/../data/*.xml"
    home = load_source(write(tmp_path, text.replace("../data/*.xml", "'~/$HOME/x'")))
    assert isinstance(home.harvest, Files)
    assert home.harvest.path == f"{tmp_path}/~/$HOME/x"


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("publisher:", "publsher:", 3, ["unknown key `publsher`", "Did you mean `publisher`?"]),
        ("  licence: CC", "  license: CC", 7, ["unknown key `credit.license`", "Did you mean `licence`?"]),
        ("  prefixes:", "  prefix:", 11, ["unknown key `harvest.prefix`", "Did you mean `prefixes`?"]),
        ("  url: https", "  zzzzzz: https", 11 - 1, ["unknown key `harvest.zzzzzz`", "Allowed: protocol, url"]),
        ("oai_pmh", "oai-pmh", 9, ["`harvest.protocol`", "Did you mean `oai_pmh`?"]),
        ("  protocol: oai_pmh\n", "", 8, ["`harvest.protocol` is missing"]),
        ("key: fsd\n", "", 1, ["key `key` is missing"]),
        ("key: fsd", "key: FSD!", 1, ["`key`", "pattern"]),
        ("tries: 3", "tries: many", 12, ["`politeness.tries`", "integer"]),
        ("tries: 3", "tires: 3", 12, ["Did you mean `tries`?"]),
        ("A: registered", "2: registered", 14, ["`lookups.access.2`", "string"]),
        ("https://services", "nonsense", 10, ["`harvest.url`", "URL"]),
        ("country: FI", "country: [FI]", 4, ["`country`", "string"]),
        ("country: FI", "schedule: dayly", 4, ["`schedule`", "Did you mean `daily`?"]),
        ("country: FI", "title: again", 4, ["not YAML", "duplicate key"]),
        ("country: FI", "country: [FI", 5, ["not YAML"]),
        ("country: FI", "country: !!python/object:os.system x", 4, ["`country`"]),
    ],
)
def test_a_mistake_is_named_with_file_line_and_key(
    tmp_path: Path, old: str, new: str, line: int, words: list[str]
) -> None:
    assert old in GOOD
    message = fail(tmp_path, GOOD.replace(old, new, 1))
    assert f"{tmp_path}/fsd.yml:{line}: " in message
    assert [word for word in words if word not in message] == []


def test_every_mistake_is_told_at_once_in_order(tmp_path: Path) -> None:
    message = fail(tmp_path, GOOD.replace("tries:", "tires:").replace("country:", "land:"))
    first, second = message.strip().split("\n")
    assert ":4: unknown key `land`" in first
    assert ":12: unknown key `politeness.tires`" in second


@pytest.mark.parametrize("text", ["", "- a\n", "just words", "a: b: c", "\x00", "a: \x07", "--- a\n--- b\n", "{" * 700])
def test_what_is_no_declaration_is_a_source_error(tmp_path: Path, text: str) -> None:
    assert "fsd.yml" in fail(tmp_path, text)


def test_bytes_that_are_not_text_are_a_source_error(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_bytes(b"key: \xff\xfe\xff")
    with pytest.raises(SourceError, match="UTF-8"):
        load_source(path)


def test_aliases_that_unfold_without_end_are_refused(tmp_path: Path) -> None:
    rows = [f"  l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12)]
    bomb = "\n".join(["key: a", "title: A", "harvest: {protocol: files, path: x}", "options:", "  l0: &l0 [x]", *rows])
    assert "unfolds" in fail(tmp_path, bomb)


def test_an_alias_that_holds_itself_is_refused(tmp_path: Path) -> None:
    assert "fsd.yml" in fail(tmp_path, GOOD + "lookups2: &a [*a]\n")


def test_huge_and_missing_files_are_source_errors(tmp_path: Path) -> None:
    assert "at most" in fail(tmp_path, GOOD + "# " + "x" * 1_000_001)
    with pytest.raises(SourceError, match="cannot be read"):
        load_source(tmp_path / "none.yml")


@pytest.mark.parametrize("path", ["''", '"a\\0b"'])
def test_a_path_that_names_no_file_is_refused(tmp_path: Path, path: str) -> None:
    assert "names no file" in fail(tmp_path, f"key: a\ntitle: A\nharvest: {{protocol: files, path: {path}}}\n")


def test_a_directory_is_loaded_sorted_by_key(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("key: fsd", "key: zz"), "1.yml")
    write(tmp_path, GOOD, "2.yml")
    write(tmp_path, "ignored", "readme.md")
    assert list(load_sources(tmp_path)) == ["fsd", "zz"]


def test_two_declarations_of_one_key_are_refused(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "1.yml")
    write(tmp_path, GOOD, "2.yml")
    with pytest.raises(SourceError, match=r"2\.yml.*'fsd' is declared in 1\.yml already"):
        load_sources(tmp_path)


def test_a_file_that_would_be_passed_over_is_refused(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "fsd.yaml")
    with pytest.raises(SourceError, match=r"Name it fsd\.yml"):
        load_sources(tmp_path)


def test_a_missing_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no directory"):
        load_sources(tmp_path / "none")
    assert load_sources(tmp_path) == {}


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=60), st.integers(0, len(GOOD)))
def test_no_bytes_crash_it(tmp_path_factory: pytest.TempPathFactory, noise: bytes, place: int) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yml"
    path.write_bytes(GOOD.encode()[:place] + noise + GOOD.encode()[place:])
    with contextlib.suppress(SourceError):
        assert load_source(path).key
