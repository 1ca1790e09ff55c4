"""Choosing the reader, and reading without fear."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.record.model import Record
from reperio.resource.read import registry
from reperio.resource.read.registry import READERS, identify, read_record
from reperio.source.model import Source


def source(**more: Any) -> Source:
    return Source.model_validate({"key": "s", "title": "S", "harvest": {"protocol": "files", "path": "."}, **more})


def record(body: bytes, **more: Any) -> Record:
    given = {"media_type": "application/octet-stream", "fetched": "2026-01-02T00:00:00Z", **more}
    return Record(source="s", identifier="1", body=body, **given)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"<codeBook/>", "ddi_codebook"),
        (
            b'\xef\xbb\xbf<?xml version="1.0"?><OAI-PMH><x:codeBook xmlns:x="ddi:codebook:2_5"/></OAI-PMH>',
            "ddi_codebook",
        ),
        ("<codeBook/>".encode("utf-16"), "ddi_codebook"),
        (b'<html><script type="application/ld+json">{}</script></html>', "schema_org"),
        (b'<html><script>self.__next_f.push([1,"a"])</script></html>', "harmony"),
        (b'1:"$Sreact.fragment"\n2:I[1]', "harmony"),
        (b'{"dataset_schema": {}, "extra_data": {}}', "harmony"),
        (b'[{"@context": "https://schema.org"}]', "schema_org"),
        (b'{"datasetVersion": {"metadataBlocks": {}}}', "dataverse"),
        (b'{"resources": [], "license_id": "x"}', "ckan"),
        (b'{"summary": {}, "structuralMetadata": []}', "hdruk"),
        (b"<DDIInstance/>", "ddi_lifecycle"),
        (b'{"unheard": "of"}', None),
        (b"plain", None),
        (b"", None),
    ],
)
def test_identify(body: bytes, name: str | None) -> None:
    assert identify(record(body)) == name


def test_tables_go_to_the_dictionary() -> None:
    assert identify(record(b"a,b\n", media_type="text/csv")) == "dictionary"


def test_every_reader_can_be_had() -> None:
    assert set(READERS) >= {
        "ddi_codebook",
        "schema_org",
        "harmony",
        "dataverse",
        "ckan",
        "hdruk",
        "ukllc",
        "dictionary",
    }
    for name in ("ddi_codebook", "schema_org", "harmony"):
        reading = READERS[name](record(b""), source())
        assert [issue.code for issue in reading.issues] == ["record.empty"]


def test_declared_format_comes_first() -> None:
    body = b'{"@context": "https://schema.org", "@type": "Dataset", "name": "A", "dataset_schema": {"name": "B"}}'
    chosen = read_record(record(body, format="schema_org"), source(reader="harmony"))
    assert [each.title for each in chosen.resources] == ["A"]
    assert [each.title for each in read_record(record(body), source(reader="harmony")).resources] == ["B"]


def test_unknown_format_is_an_issue() -> None:
    for unknown in (record(b"plain"), record(b"<codeBook/>", format="marc")):
        reading = read_record(unknown, source())
        assert [(issue.code, issue.level) for issue in reading.issues] == [("format.unknown", "error")]
        assert reading.resources == []


def test_deleted_record_is_empty() -> None:
    reading = read_record(record(b"plain", deleted=True), source())
    assert (reading.resources, reading.issues) == ([], [])


def test_failing_reader_costs_one_record(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyError("wave")

    monkeypatch.setitem(registry.READERS, "harmony", fail)
    [issue] = read_record(record(b"x", format="harmony"), source()).issues
    assert (issue.code, issue.level, issue.value) == ("reader.failed", "error", "KeyError: 'wave'")


@given(st.binary(), st.sampled_from(["", "ddi_codebook", "schema_org", "harmony"]))
def test_arbitrary_bytes_never_fail(body: bytes, name: str) -> None:
    reading = read_record(record(body, format=name), source())
    assert "reader.failed" not in {issue.code for issue in reading.issues}
    assert reading.issues or reading.resources
