"""Answers of OAI-PMH servers are read, or refused with a reason."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperio.errors import ProtocolError
from reperio.record.oai_answer import BrokenAnswerError, Identity, OaiError, read_formats, read_identity, read_page
from reperio.record.oai_pmh import prefix_of, record_url
from reperio.record.oai_state import (
    ListState,
    OaiState,
    forget_tokens,
    load_oai_state,
    read_datestamp,
    save_oai_state,
    write_from,
)

SECONDS = Identity(name="", granularity="YYYY-MM-DDThh:mm:ssZ", deletions="no", earliest=None)
DAYS = Identity(name="", granularity="YYYY-MM-DD", deletions="no", earliest="2020-05-05")


def envelope(content: str, namespace: str = 'xmlns="http://www.openarchives.org/OAI/2.0/"') -> bytes:
    head = f"<OAI-PMH {namespace}><responseDate>2026-01-02T03:04:05Z</responseDate><!-- note -->"
    return f'<?xml version="1.0"?>{head}{content}</OAI-PMH>'.encode()


def test_a_page_is_read_with_all_it_says() -> None:
    page = read_page(
        envelope(
            "<ListRecords>"
            "<record><header><identifier> oai:a:1 </identifier><datestamp>2025-01-01</datestamp>"
            "<setSpec>x</setSpec></header><metadata>\n<c:book xmlns:c='ddi'><?pi?><c:t>é</c:t></c:book>\n</metadata>"
            "<about><p/></about></record>"
            "<record><header status='deleted'><identifier>oai:a:2</identifier></header></record>"
            "<resumptionToken completeListSize='7' cursor='0'> a&amp;b </resumptionToken></ListRecords>"
        )
    )
    first, second = page.items
    assert (first.identifier, first.datestamp, first.deleted) == ("oai:a:1", "2025-01-01", False)
    assert (
        first.body
        == (
            "<?xml version='1.0' encoding='UTF-8'?>\n"
            '<c:book xmlns:c="ddi" xmlns="http://www.openarchives.org/OAI/2.0/"><?pi?><c:t>é</c:t></c:book>'
        ).encode()
    )
    assert (second.identifier, second.datestamp, second.deleted, second.body) == ("oai:a:2", None, True, b"")
    assert (page.token, page.total, page.answered, page.repaired) == ("a&b", 7, "2026-01-02T03:04:05Z", False)


def test_the_last_page_has_no_token() -> None:
    for end in ("", "<resumptionToken/>", "<resumptionToken completeListSize='many'> </resumptionToken>"):
        page = read_page(envelope(f"<ListRecords>{end}</ListRecords>"))
        assert (page.token, page.total, page.items) == (None, None, ())


def test_prefixed_and_missing_namespaces_are_read() -> None:
    body = envelope("<o:ListRecords/>", 'xmlns:o="http://www.openarchives.org/OAI/2.0/"')
    assert read_page(body.replace(b"OAI-PMH", b"o:OAI-PMH")).items == ()
    assert read_page(envelope("<ListRecords/>", "")).items == ()


def test_metadata_that_is_no_single_document_is_kept_for_its_reader() -> None:
    for metadata in ("<metadata/>", "<metadata>words</metadata>", "<metadata><a/><b/></metadata>", ""):
        record = f"<record><header><identifier>i</identifier></header>{metadata}</record>"
        [item] = read_page(envelope(f"<ListRecords>{record}</ListRecords>")).items
        assert b"<metadata" in item.body or b"<record" in item.body


def test_identity_and_formats_are_read() -> None:
    said = "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity><deletedRecord>persistent</deletedRecord>"
    identity = read_identity(envelope(f"<Identify><repositoryName>R</repositoryName>{said}</Identify>"))
    assert (identity.name, identity.by_second, identity.deletions, identity.earliest) == ("R", True, "persistent", None)
    assert read_identity(envelope("<Identify/>")).by_second is False
    formats = "<metadataFormat><metadataPrefix>oai_dc</metadataPrefix></metadataFormat><metadataFormat/>"
    assert read_formats(envelope(f"<ListMetadataFormats>{formats}</ListMetadataFormats>")) == ["oai_dc"]


def test_an_error_of_the_standard_keeps_its_code() -> None:
    with pytest.raises(OaiError, match=r"badArgument: no such date") as caught:
        read_page(envelope("<error code='badArgument'>no such\n date</error><error code='badVerb'/>"))
    assert caught.value.code == "badArgument"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0",
        b"words",
        b"<html/>",
        b"<!DOCTYPE html><html></html>",
        b"<OAI-PMH/>",
        envelope("<ListRecords><record/></ListRecords>"),
        envelope("<ListRecords><record><header><identifier> </identifier></header></record></ListRecords>"),
        envelope("<ListRecords><record>")[:-10],
        b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + envelope("<ListRecords>&a;</ListRecords>"),
        envelope("<ListRecords>&undeclared;</ListRecords>"),
        b"<a>" * 100_000,
    ],
)
def test_what_is_no_answer_is_a_broken_one(body: bytes) -> None:
    with pytest.raises(BrokenAnswerError):
        read_page(body)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 400))
def test_no_bytes_crash_it(noise: bytes, place: int) -> None:
    good = envelope("<ListRecords><record><header><identifier>i</identifier></header></record></ListRecords>")
    for body in (noise, good[:place] + noise + good[place:], good[:place]):
        try:
            read_page(body)
        except ProtocolError:
            continue


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("2025-01-02", "2025-01-02T00:00:00Z"),
        (" 2025-01-02T03:04:05Z ", "2025-01-02T03:04:05Z"),
        ("2025-01-02T03:04:05.678+02:00", "2025-01-02T01:04:05Z"),
        ("0001-01-01", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_datestamps_come_in_one_form(text: str | None, stamp: str | None) -> None:
    assert read_datestamp(text) == stamp


def test_the_next_harvest_asks_from_one_unit_earlier() -> None:
    assert write_from("2025-01-01T00:00:00Z", SECONDS, by_second=True) == "2024-12-31T23:59:59Z"
    assert write_from("2025-01-01T00:00:00Z", DAYS, by_second=False) == "2024-12-31"
    assert write_from("2019-01-01T00:00:00Z", DAYS, by_second=False) == "2020-05-05"


@pytest.mark.parametrize(
    ("highest", "started", "before", "mark"),
    [
        ("2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z", None, "2025-01-01T00:00:00Z"),
        ("2099-01-01T00:00:00Z", "2026-01-01T00:00:00Z", None, "2026-01-01T00:00:00Z"),
        ("2099-01-01T00:00:00Z", "soon", None, "2027-01-01T00:00:00Z"),
        (None, "2026-01-01T00:00:00Z", "2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
        (None, "2026-01-01T00:00:00Z", None, None),
    ],
)
def test_the_mark_misses_no_change(highest: str | None, started: str, before: str | None, mark: str | None) -> None:
    state = ListState(mark=before, highest=highest, started=started, token="t")
    state.finish(datetime(2027, 1, 1, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert (state.mark, state.token, state.done) == (mark, None, True)


def test_a_state_survives_and_one_of_another_server_does_not() -> None:
    state = OaiState(url="https://e.org/oai", doing="new", lists={"oai_dc": ListState(mark="m", token="t", received=3)})
    saved = save_oai_state(state)
    assert save_oai_state(load_oai_state(saved, "https://e.org/oai")) == saved
    assert load_oai_state(saved, "https://other.org/oai").lists == {}
    for broken in ({}, {"url": 1}, {"url": "https://e.org/oai", "lists": {"a": {"mark": 5}}}, {"protocol": "files"}):
        assert load_oai_state(broken, "https://e.org/oai") == OaiState(url="https://e.org/oai")
    again = load_oai_state(forget_tokens(saved, "https://e.org/oai"), "https://e.org/oai")
    assert again.lists["oai_dc"] == ListState(mark="m")


@pytest.mark.parametrize("identifier", ["oai:a:1", "a&metadataPrefix=evil", "ü ?#", "\ud800"])
def test_the_address_of_a_record_names_its_prefix(identifier: str) -> None:
    for base in ("https://e.org/oai", "https://e.org/oai?key=1"):
        assert prefix_of(record_url(base, identifier, "oai_ddi25")) == "oai_ddi25"
    assert prefix_of(None) is None
