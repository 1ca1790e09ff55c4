"""Records that lie on disk are all found, cut apart and named."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperio.errors import ConfigError, SourceError
from reperio.record.files import fetch_files, guess_media_type
from reperio.record.model import Record
from reperio.record.problem import Problem
from reperio.record.split import find_key
from reperio.source.model import Files, OaiPmh, Politeness, Source

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def declare(path: Path | str, megabytes: int = 64, **more: Any) -> Source:
    files = Files.model_validate({"protocol": "files", "path": str(path), **more})
    return Source(key="s", title="S", harvest=files, reader="r", politeness=Politeness(max_megabytes=megabytes))


def fetch(path: Path | str, problems: list[Problem] | None = None, **more: Any) -> list[Record]:
    met: list[Problem] = []
    records = list(fetch_files(declare(path, **more), now=NOW, report=met.append))
    if problems is None:
        assert met == []
    else:
        problems.extend(met)
    return records


def names(records: list[Record]) -> list[str]:
    return [record.identifier for record in records]


def bodies(records: list[Record]) -> list[bytes]:
    return [record.body for record in records]


def test_a_file_is_one_record(tmp_path: Path) -> None:
    path = tmp_path / "study.xml"
    path.write_bytes(b'\xef\xbb\xbf<?xml version="1.0"?>\n<codeBook/>\n')
    assert fetch(path) == [
        Record(
            source="s",
            identifier="study.xml",
            body=b'<?xml version="1.0"?>\n<codeBook/>\n',
            media_type="application/xml",
            format="r",
            fetched="2026-01-02T03:04:05+00:00",
        )
    ]


def test_a_directory_is_walked_in_order_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    for name in ("b.xml", "a/c.xml", "a/b.json.gz", ".git/x.xml", ".hidden"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        body = b'{"id": 1}' if "json" in name else b"<a/>"
        path.write_bytes(gzip.compress(body) if name.endswith("gz") else body)
    records = fetch(tmp_path)
    assert names(records) == ["a/b.json", "a/c.xml", "b.xml"]
    assert [record.media_type for record in records] == ["application/json", "application/xml", "application/xml"]


def test_a_glob_takes_what_matches_and_names_it_below_its_fixed_part(tmp_path: Path) -> None:
    for name in ("x/one.xml", "x/deep/two.xml", "x/three.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"<a>" + name.encode() + b"</a>")
    assert names(fetch(tmp_path / "x" / "*.xml")) == ["one.xml"]
    assert names(fetch(tmp_path / "x" / "**" / "*.xml")) == ["deep/two.xml", "one.xml"]
    assert names(fetch(tmp_path / "?" / "one.xml")) == ["x/one.xml"]


def test_a_name_with_brackets_that_exists_is_no_pattern(tmp_path: Path) -> None:
    directory = tmp_path / "data [2020]"
    directory.mkdir()
    (directory / "a.xml").write_bytes(b"<a/>")
    assert names(fetch(directory)) == ["a.xml"]
    assert names(fetch(directory / "*.xml")) == ["a.xml"]


@pytest.mark.parametrize("path", ["none", "none/*.xml", "empty", "**x/a", "x" * 300])
def test_a_path_to_nothing_is_an_error_and_not_an_empty_catalogue(tmp_path: Path, path: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError):
        fetch(tmp_path / path)


def test_each_line_is_a_record_however_malformed(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"id": "x"}\r\n\n  \n{"id": 7}\nnot json \xff\x00\n{"id": null}\n{"no')
    records = fetch(path, split="lines", key="/id")
    assert names(records) == ["x", "7", "a.jsonl#5", "a.jsonl#6", "a.jsonl#7"]
    assert bodies(records)[2:] == [b"not json \xff\x00", b'{"id": null}', b'{"no']
    assert {record.media_type for record in records} == {"application/json"}


def test_records_without_key_are_named_by_file_and_position(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b'{"n":1}\n{"n":2}\n'))
    (tmp_path / "b.jsonl").write_bytes(b'{"n":1}')
    assert names(fetch(tmp_path, split="lines")) == ["a.jsonl#1", "a.jsonl#2", "b.jsonl#1"]


def test_items_of_an_array_come_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b'{"data": {"a/b": [ {"id": 1.50}, {"id":"\\u00e9"} , [], 3]}}')
    records = fetch(path, split="array", at="/data/a~1b", key="/id")
    assert bodies(records) == [b'{"id": 1.50}', b'{"id":"\\u00e9"}', b"[]", b"3"]
    assert names(records) == ["1.5", "é", "a.json#3", "a.json#4"]
    path.write_bytes(b"[[1, 2], [3]]")
    assert bodies(fetch(path, split="array", at="/1")) == [b"3"]


def test_members_of_an_object_are_named_by_their_names(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b'{"u": {"k": {"id": "i"}, "l": {}}}')
    assert names(fetch(path, split="members", at="/u")) == ["a.json#k", "a.json#l"]
    assert names(fetch(path, split="members", at="u", key="id")) == ["i", "a.json#l"]


def test_rows_become_objects_of_strings(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        '\ufeffname,label,,name\r\nkz021,"Child\'s\n""sex""",x,y\r\n\r\n,,,\r\nshort\r\n1,2,3,4,5\r\n'.encode()
    )
    records = fetch(path, split="rows", key="name")
    assert names(records) == ["kz021", "short", "1"]
    assert [json.loads(body) for body in bodies(records)] == [
        {"name": "kz021", "label": 'Child\'s\n"sex"', "column 3": "x", "name (2)": "y"},
        {"name": "short", "label": None, "column 3": None, "name (2)": None},
        {"name": "1", "label": "2", "column 3": "3", "name (2)": "4", "column 5": "5"},
    ]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_read_from_the_header(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(delimiter.join(["a", "b", "c"]) + "\n" + delimiter.join(["1", "2", "3"]) + "\n")
    assert [json.loads(body) for body in bodies(fetch(path, split="rows"))] == [{"a": "1", "b": "2", "c": "3"}]


def test_a_declared_encoding_is_used_and_a_wrong_one_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("a\ncafé\n".encode("cp1252"))
    assert bodies(fetch(path, split="rows", encoding="cp1252")) == ['{"a":"café"}'.encode()]
    problems: list[Problem] = []
    assert bodies(fetch(path, problems, split="rows")) == ['{"a":"caf\ufffd"}'.encode()]
    assert [(problem.code, problem.lossy) for problem in problems] == [("file.encoding", False)]
    path.write_bytes("a;b\n1;é\n".encode("utf-16"))
    assert bodies(fetch(path, split="rows", encoding="utf-16")) == ['{"a":"1","b":"é"}'.encode()]


@pytest.mark.parametrize("encoding", ["klingon", "zlib", "a\0"])
def test_an_encoding_that_is_none_is_refused(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes(b"a\n1\n")
    with pytest.raises(SourceError, match="encoding"):
        fetch(tmp_path, split="rows", encoding=encoding)


def test_a_key_that_comes_again_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"id":"a","v":1}\n{"id":"a","v":2}\n{"id":"a","v":1}\n{"id":"a~2"}\n{"id":"a","v":3}\n')
    records = fetch(path, split="lines", key="/id")
    assert names(records) == ["a", "a~2", "a~2~2", "a~3"]
    assert len(set(bodies(records))) == 4


def test_one_key_for_all_is_quick(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(b'{"id":"a","v":%d}\n' % n for n in range(20_000)))
    assert len(set(names(fetch(path, split="lines", key="/id")))) == 20_000


@pytest.mark.parametrize("split", ["document", "lines", "array", "members", "rows"])
def test_damaged_gz_is_reported_and_the_other_files_are_read(tmp_path: Path, split: str) -> None:
    whole = b'[{"a": 1}]' if split == "array" else b'{"x": {"a": 1}}'
    packed = gzip.compress(whole + b" " * 100)
    (tmp_path / "a.gz").write_bytes(packed[:-9])
    (tmp_path / "b.gz").write_bytes(packed[:5])
    (tmp_path / "c").write_bytes(whole + b"\nz")
    if split in {"array", "members"}:
        (tmp_path / "c").write_bytes(whole)
    problems: list[Problem] = []
    records = fetch(tmp_path, problems, split=split)
    assert [(problem.code, problem.place, problem.lossy) for problem in problems] == [
        ("file.unreadable", "a", True),
        ("file.unreadable", "b", True),
    ]
    assert records[-1].identifier.startswith("c")


@pytest.mark.parametrize(
    ("body", "split", "at"),
    [
        (b"{", "array", ""),
        (b'{"a": 1}', "array", ""),
        (b'{"a": 1}', "array", "/b"),
        (b"[1, 2", "array", ""),
        (b"[1]", "members", ""),
        (b"3", "members", "/a"),
        (b"[" * 100_000, "array", ""),
        (b"\xff\xfe", "array", ""),
        (b"", "array", ""),
    ],
)
def test_what_does_not_hold_records_as_declared_is_reported(tmp_path: Path, body: bytes, split: str, at: str) -> None:
    (tmp_path / "a.json").write_bytes(body)
    problems: list[Problem] = []
    assert fetch(tmp_path, problems, split=split, at=at) == []
    assert [problem.code for problem in problems] == ["file.unreadable"]


@pytest.mark.parametrize("split", ["document", "lines", "array", "members", "rows"])
def test_a_bomb_is_not_unfolded(tmp_path: Path, split: str) -> None:
    bomb = gzip.compress(gzip.compress(b""))[:0] + gzip.compress(b"0" * 80_000_000, 1)
    (tmp_path / "a.gz").write_bytes(bomb)
    problems: list[Problem] = []
    tracemalloc.start()
    assert fetch(tmp_path, problems, split=split, megabytes=1) == []
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [problem.code for problem in problems] == ["file.unreadable"]
    assert peak < 20_000_000


def test_a_bomb_of_short_lines_is_not_unfolded(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"\n" * 20_000_000, 9))
    problems: list[Problem] = []
    assert fetch(tmp_path, problems, split="lines", megabytes=1) == []
    assert "bomb" in problems[0].detail


def test_a_large_file_of_lines_is_streamed(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes((b'{"x":"%s"}\n' % (b"y" * 1000)) * 30_000)
    tracemalloc.start()
    count = sum(1 for _ in fetch_files(declare(path, split="lines", key="/none"), now=NOW))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 30_000
    assert peak < 15_000_000


@pytest.mark.parametrize(
    ("name", "body", "media_type"),
    [
        ("a", b" <?xml?><a/>", "application/xml"),
        ("a.xml", b"<!DOCTYPE html><html>", "text/html"),
        ("a.html", b"\n<HTML lang=en>", "text/html"),
        ("a.jsonld", b"{}", "application/ld+json"),
        ("a.txt", b"[1]", "application/json"),
        ("a.csv", b"a,b", "text/csv"),
        ("a.TSV", b"a\tb", "text/tab-separated-values"),
        ("README", b"words", "text/plain"),
        ("x.bin", b"PK\0\1", "application/octet-stream"),
    ],
)
def test_media_types_are_told_by_content_then_by_name(name: str, body: bytes, media_type: str) -> None:
    assert guess_media_type(name, body) == media_type


def test_a_source_of_another_protocol_is_refused() -> None:
    oai = OaiPmh.model_validate({"protocol": "oai_pmh", "url": "https://e.org"})
    with pytest.raises(ConfigError):
        next(fetch_files(Source(key="s", title="S", harvest=oai), now=NOW))


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from(["document", "lines", "array", "members", "rows"]),
    st.sampled_from(["", "/a", "/0", "~"]),
)
def test_no_bytes_crash_it(tmp_path_factory: pytest.TempPathFactory, body: bytes, split: str, at: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(body)
    problems: list[Problem] = []
    records = fetch(path, problems, split=split, at=at, key="/id")
    assert len(set(names(records))) == len(records)
    if split == "lines" and body[:2] != b"\x1f\x8b":
        lines = [line for line in body.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]
        assert len(records) >= len(set(lines)) or len(lines) != len(set(lines))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=100), st.text(max_size=20))
def test_keys_of_any_bytes_are_text_or_none(body: bytes, key: str) -> None:
    found = find_key(body, key)
    assert found is None or found.strip()


@pytest.mark.real
@pytest.mark.parametrize(
    ("path", "split", "key", "count"),
    [
        ("catalogues/ckan_datagovuk_2016/packages.jsonl.gz", "lines", "/id", 30_600),
        ("variables/alspac_variable_catalogue/variables.csv.gz", "rows", None, 98_369),
    ],
)
def test_real_files_give_every_record(shared_data: Path, path: str, split: str, key: str | None, count: int) -> None:
    problems: list[Problem] = []
    source = declare(shared_data / path, split=split, key=key)
    assert sum(1 for _ in fetch_files(source, now=NOW, report=problems.append)) == count
    assert problems == []
