"""Whatever a server does, the harvest ends, says why, and keeps what was good."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from reperio.record.archive import Archive, Outcome
from reperio.record.harvest import harvest
from reperio.record.http import Fetcher
from reperio.source.model import Source

pytestmark = [pytest.mark.server, pytest.mark.enable_socket]

Declare = Callable[..., Source]


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("down", "status 500"),
        ("truncated", "not XML"),
        ("cut", "cannot be reached"),
        ("bomb", "document type|not XML"),
        ("file", "document type"),
        ("huge", "more than 4 MB"),
        ("same_token", "same resumption token"),
        ("two_tokens", "same resumption token"),
        ("same_page", "same page"),
        ("empty_pages", "without a record"),
        ("always_expired", "badResumptionToken"),
        ("forbidden", "status 403"),
        ("html", "not XML|document type|not <OAI-PMH>"),
        ("badly_asked", "badArgument"),
        ("nameless", "without an identifier"),
        ("inside", "no address we visit"),
    ],
)
def test_misbehaviour_ends_the_harvest_with_a_reason(
    bad_url: str, archive: Archive, fetcher: Fetcher, declare: Declare, way: str, words: str
) -> None:
    report = harvest(declare(f"{bad_url}/{way}"), archive, fetcher)
    assert report.outcome == "failed"
    assert any(word in str(report.error) for word in words.split("|")), report.error
    assert archive.runs("s")[0].outcome == "failed"
    assert archive.runs("s")[0].detail == report.detail
    assert report.held == archive.count("s") == report.counts.new


def test_an_overloaded_server_is_asked_again_when_it_said(
    bad_url: str, archive: Archive, fetcher: Fetcher, declare: Declare
) -> None:
    began = time.monotonic()
    report = harvest(declare(f"{bad_url}/busy"), archive, fetcher)
    assert (report.outcome, report.held) == ("ok", 1)
    assert time.monotonic() - began >= 2


def test_an_answer_cut_once_is_asked_for_again(
    bad_url: str, archive: Archive, fetcher: Fetcher, declare: Declare
) -> None:
    report = harvest(declare(f"{bad_url}/truncated_once"), archive, fetcher)
    assert (report.outcome, report.counts) == ("ok", Outcome(new=2))


def test_an_expired_token_starts_the_list_again(
    bad_url: str, archive: Archive, fetcher: Fetcher, declare: Declare
) -> None:
    report = harvest(declare(f"{bad_url}/expired"), archive, fetcher)
    assert (report.outcome, report.counts) == ("ok", Outcome(new=2, unchanged=2))


def test_a_circle_is_not_entered_again_at_its_token(
    bad_url: str, archive: Archive, fetcher: Fetcher, declare: Declare
) -> None:
    harvest(declare(f"{bad_url}/same_token"), archive, fetcher)
    assert [each["token"] for each in archive.load_state("s")["lists"].values()] == [None]


def test_nothing_at_all_is_an_empty_catalogue(
    bad_url: str, archive: Archive, fetcher: Fetcher, declare: Declare
) -> None:
    report = harvest(declare(f"{bad_url}/nothing"), archive, fetcher)
    assert (report.outcome, report.held) == ("ok", 0)


def test_seconds_announced_but_refused_become_days(
    bad_url: str, archive: Archive, fetcher: Fetcher, declare: Declare
) -> None:
    source = declare(f"{bad_url}/no_seconds")
    assert harvest(source, archive, fetcher).counts == Outcome(new=1)
    report = harvest(source, archive, fetcher)
    assert (report.outcome, report.counts, report.held) == ("ok", Outcome(new=1), 2)


def test_characters_no_xml_may_hold_are_removed_and_reported(
    bad_url: str, archive: Archive, fetcher: Fetcher, declare: Declare
) -> None:
    report = harvest(declare(f"{bad_url}/controls"), archive, fetcher)
    assert (report.outcome, report.held) == ("ok", 2)
    assert [problem.code for problem in report.problems] == ["oai.repaired"]
    assert b">xyz<" in archive.get("s", "a").body  # type: ignore[union-attr]
    assert "caf\ufffd".encode() in archive.get("s", "b").body  # type: ignore[union-attr]


def test_a_server_that_is_not_there_is_a_passing_failure(
    bad_url: str, archive: Archive, fetcher: Fetcher, declare: Declare
) -> None:
    report = harvest(declare("http://127.0.0.1:9/oai"), archive, fetcher)
    assert report.outcome == "failed"
    assert "cannot be reached" in str(report.error)
