"""Harvesting an OAI-PMH server that someone else wrote, in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from reperio.database import open_database
from reperio.record.archive import Archive, Outcome
from reperio.record.harvest import harvest
from reperio.record.http import Fetcher
from reperio.source.model import Source

pytestmark = [pytest.mark.server, pytest.mark.enable_socket]

Declare = Callable[..., Source]


def fill(served: Any, count: int, **more: Any) -> None:
    for n in range(count):
        served.add(n, **more)
    served.save()


def held(archive: Archive) -> dict[str, bytes]:
    return {record.identifier: record.body for _, record in archive.records("s") if not record.deleted}


def test_pages_are_walked_to_the_end(
    served: Any, oai_url: str, archive: Archive, fetcher: Fetcher, declare: Declare
) -> None:
    fill(served, 10)
    progress: list[tuple[int, int | None]] = []
    report = harvest(declare(oai_url), archive, fetcher, progress=lambda done, total: progress.append((done, total)))
    assert (report.outcome, report.counts, report.held, report.full) == ("ok", Outcome(new=10), 10, True)
    assert progress == [(3, 10), (6, 10), (9, 10), (10, 10)]
    assert sum("resumptionToken=" in asked for asked in served.asked()) == 3
    record = archive.get("s", "oai:example.org:7")
    assert record is not None
    assert record.datestamp == "2025-01-01T00:00:07Z"
    assert record.media_type == "application/xml"
    assert record.url == f"{oai_url}?verb=GetRecord&metadataPrefix=oai_ddi25&identifier=oai%3Aexample.org%3A7"
    root = etree.fromstring(record.body)
    assert root.tag == "{ddi:codebook:2_5}codeBook"
    assert root.findtext(".//{*}titl") == "Study 7"
    assert [run.outcome for run in archive.runs("s")] == ["ok"]


def test_the_second_harvest_asks_for_what_is_new_only(
    served: Any, oai_url: str, archive: Archive, fetcher: Fetcher, declare: Declare
) -> None:
    fill(served, 10)
    harvest(declare(oai_url), archive, fetcher)
    last = archive.last_seq("s")
    again = harvest(declare(oai_url), archive, fetcher)
    assert again.counts == Outcome(unchanged=2)
    assert again.full is False
    assert served.asked()[-1] == "verb=ListRecords&metadataPrefix=oai_ddi25&from=2025-01-01T00%3A00%3A08Z"
    assert archive.last_seq("s") == last

    served.alter(2, "2025-02-01T00:00:00")
    served.alter(3, "2025-02-02T00:00:00", deleted=True)
    served.add(11, stamp="2025-02-03T00:00:00")
    served.save()
    third = harvest(declare(oai_url), archive, fetcher)
    assert third.counts == Outcome(new=1, changed=1, deleted=1, unchanged=2)
    changed = [(record.identifier, record.deleted) for _, record in archive.records("s", since=last)]
    assert changed == [("oai:example.org:2", False), ("oai:example.org:3", True), ("oai:example.org:11", False)]
    assert b"revised" in held(archive)["oai:example.org:2"]
    assert harvest(declare(oai_url), archive, fetcher).counts == Outcome(unchanged=1)


def test_granularity_of_days_overlaps_by_a_day(
    served: Any, oai_url: str, archive: Archive, fetcher: Fetcher, declare: Declare
) -> None:
    served.content["granularity"] = "YYYY-MM-DD"
    fill(served, 2, stamp="2025-03-04T05:06:07")
    harvest(declare(oai_url), archive, fetcher)
    assert harvest(declare(oai_url), archive, fetcher).counts.new == 0
    assert served.asked()[-1].endswith("from=2025-03-03")


def test_a_full_harvest_learns_of_silent_deletions(
    served: Any, oai_url: str, archive: Archive, fetcher: Fetcher, declare: Declare
) -> None:
    fill(served, 5)
    harvest(declare(oai_url), archive, fetcher)
    del served.content["records"][1]
    served.save()
    assert harvest(declare(oai_url), archive, fetcher).held == 5
    report = harvest(declare(oai_url), archive, fetcher, full=True)
    assert report.counts == Outcome(unchanged=4, deleted=1)
    assert report.held == 4
    assert archive.get("s", "oai:example.org:1").deleted  # type: ignore[union-attr]


def test_a_server_that_lost_everything_deletes_nothing(
    served: Any, oai_url: str, archive: Archive, fetcher: Fetcher, declare: Declare
) -> None:
    fill(served, 5)
    harvest(declare(oai_url, expect={"records_min": 3}), archive, fetcher)
    del served.content["records"][1:]
    served.save()
    report = harvest(declare(oai_url, expect={"records_min": 3}), archive, fetcher, full=True)
    assert report.outcome == "failed"
    assert report.held == 5
    assert "at least 3 are expected; nothing is called deleted" in report.detail


def test_a_record_is_taken_from_the_first_prefix_that_has_it(
    served: Any, oai_url: str, archive: Archive, fetcher: Fetcher, declare: Declare
) -> None:
    for n, prefixes in enumerate([("oai_ddi25", "oai_dc"), ("oai_dc",), ("oai_ddi25",), ("ddi_c122", "oai_dc")]):
        served.add(n, prefixes=prefixes)
    served.save()
    source = declare(oai_url, prefixes=["oai_ddi25", "ddi_c122", "nothing", "oai_dc"])

    def taken() -> list[str]:
        return [str(record.url).split("metadataPrefix=")[1].split("&")[0] for _, record in archive.records("s")]

    report = harvest(source, archive, fetcher)
    assert (report.outcome, report.counts) == ("ok", Outcome(new=4))
    assert taken() == ["oai_ddi25", "oai_ddi25", "ddi_c122", "oai_dc"]
    assert harvest(source, archive, fetcher).counts.new == 0
    served.alter(0, "2025-05-05T00:00:00", formats={"oai_dc": "0.xml"})
    served.save()
    assert harvest(source, archive, fetcher, full=True).counts == Outcome(changed=1, unchanged=3)
    assert sorted(taken()) == ["ddi_c122", "oai_dc", "oai_dc", "oai_ddi25"]


def test_a_server_without_the_prefix_says_which_it_has(
    served: Any, oai_url: str, archive: Archive, fetcher: Fetcher, declare: Declare
) -> None:
    fill(served, 1)
    report = harvest(declare(oai_url, prefixes=["marc21"]), archive, fetcher)
    assert report.outcome == "failed"
    assert "It offers oai_ddi25" in str(report.error)


def test_sets_are_walked_one_by_one(
    served: Any, oai_url: str, archive: Archive, fetcher: Fetcher, declare: Declare
) -> None:
    fill(served, 6)
    for n, each in enumerate(served.content["records"]):
        each["sets"] = [["one"], ["two"], ["one", "two"], ["three"]][n % 4]
    served.save()
    report = harvest(declare(oai_url, sets=["one", "two", "empty"]), archive, fetcher)
    assert report.counts == Outcome(new=5, unchanged=1)
    assert "oai:example.org:3" not in held(archive)


@pytest.mark.parametrize("status", ["200 OK", "422 Unprocessable Content", "404 Not Found"])
def test_an_empty_answer_is_no_error(
    served: Any, oai_url: str, archive: Archive, fetcher: Fetcher, declare: Declare, status: str
) -> None:
    fill(served, 3)
    harvest(declare(oai_url), archive, fetcher)
    state = archive.load_state("s")
    served.content.update(records=[], status=status)
    served.add(0, stamp="2001-01-01T00:00:00")
    served.save()
    report = harvest(declare(oai_url), archive, fetcher)
    assert (report.outcome, report.counts, report.held) == ("ok", Outcome(), 3)
    marks = [each["mark"] for each in archive.load_state("s")["lists"].values()]
    assert marks == [each["mark"] for each in state["lists"].values()] == ["2025-01-01T00:00:02Z"]


def test_an_empty_repository_is_no_error(
    served: Any, oai_url: str, archive: Archive, fetcher: Fetcher, declare: Declare
) -> None:
    fill(served, 3)
    report = harvest(declare(oai_url, sets=["none"]), archive, fetcher)
    assert (report.outcome, report.held) == ("ok", 0)
    report = harvest(declare(oai_url, sets=["none"], expect={"records_min": 1}), archive, fetcher)
    assert (report.outcome, report.failed_expectations[-1]) == (
        "failed",
        "0 records are held, at least 1 are expected.",
    )


def test_more_than_expected_fails_loudly(
    served: Any, oai_url: str, archive: Archive, fetcher: Fetcher, declare: Declare
) -> None:
    fill(served, 3)
    report = harvest(declare(oai_url, expect={"records_max": 2}), archive, fetcher)
    assert (report.outcome, report.detail) == ("failed", "3 records are held, at most 2 are expected.")
    assert archive.runs("s")[0].outcome == "failed"


def test_a_private_address_is_refused_by_default(served: Any, oai_url: str, archive: Archive, declare: Declare) -> None:
    with Fetcher() as careful:
        report = harvest(declare(oai_url), archive, careful)
    assert report.outcome == "failed"
    assert "not a public address" in str(report.error)
    assert served.asked() == []


HARVESTER = textwrap.dedent("""
    import sys
    from reperio.database import open_database
    from reperio.record.archive import Archive
    from reperio.record.harvest import harvest
    from reperio.record.http import Fetcher
    from reperio.source.model import Source
    source = Source.model_validate_json(sys.argv[2])
    harvest(source, Archive(open_database(sys.argv[1])), Fetcher(allow_private=True), full="full" in sys.argv)
""")


def start(database: str, source: Source, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HARVESTER, database, source.model_dump_json(), *more]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, text=True)


def wait_until(process: subprocess.Popen[str], reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not reached():
        assert process.poll() is None, "the harvest ended too soon"
        assert time.monotonic() < deadline, "the harvest did not get so far"
        time.sleep(0.02)


@pytest.mark.parametrize("pages", [1, 3, 5])
def test_a_harvest_killed_in_the_middle_goes_on_where_it_was(
    served: Any, oai_url: str, tmp_path: Path, fetcher: Fetcher, declare: Declare, pages: int
) -> None:
    fill(served, 20)
    served.content["slow"] = 0.15
    served.save()
    url = f"sqlite:///{tmp_path / 'killed.sqlite'}"
    process = start(url, declare(oai_url))
    wait_until(process, lambda: sum("ListRecords" in asked for asked in served.asked()) > pages)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(timeout=10) == -signal.SIGKILL

    engine = open_database(url)
    broken = Archive(engine)
    kept = broken.count("s")
    assert 3 * (pages - 1) <= kept < 20
    before = len(served.asked())
    served.content["slow"] = 0
    served.save()
    report = harvest(declare(oai_url), broken, fetcher)
    assert (report.outcome, report.held, report.counts) == ("ok", 20, Outcome(new=20 - kept))
    lists = [asked for asked in served.asked()[before:] if "ListRecords" in asked]
    assert all("resumptionToken" in asked for asked in lists) is (kept > 0)
    assert [run.outcome for run in broken.runs("s")] == ["ok", "interrupted"]

    whole_engine = open_database(f"sqlite:///{tmp_path / 'whole.sqlite'}")
    whole = Archive(whole_engine)
    harvest(declare(oai_url), whole, fetcher)
    assert held(broken) == held(whole)
    assert broken.load_state("s")["lists"]["oai_ddi25"]["mark"] == whole.load_state("s")["lists"]["oai_ddi25"]["mark"]
    engine.dispose()
    whole_engine.dispose()


def test_a_full_harvest_killed_in_the_middle_deletes_what_is_gone_and_nothing_else(
    served: Any, oai_url: str, tmp_path: Path, fetcher: Fetcher, declare: Declare
) -> None:
    fill(served, 15)
    url = f"sqlite:///{tmp_path / 'killed.sqlite'}"
    engine = open_database(url)
    archive = Archive(engine)
    harvest(declare(oai_url), archive, fetcher)
    del served.content["records"][4]
    served.content["slow"] = 0.15
    served.save()
    before = len(served.asked())
    process = start(url, declare(oai_url), "full")
    wait_until(process, lambda: sum("ListRecords" in asked for asked in served.asked()[before:]) > 3)
    process.kill()
    process.wait(timeout=10)
    assert archive.count("s") == 15
    served.content["slow"] = 0
    served.save()
    report = harvest(declare(oai_url), archive, fetcher)
    assert (report.full, report.counts.deleted, report.held) == (True, 1, 14)
    assert archive.get("s", "oai:example.org:4").deleted  # type: ignore[union-attr]
    engine.dispose()


def shape(root: Any) -> list[tuple[str, dict[str, str], str]]:
    """What an XML document says, whatever its prefixes and indentation.

    A document without a namespace falls into that of the envelope, since oai_repo does not undeclare it.
    """
    envelope = "{http://www.openarchives.org/OAI/2.0/}"
    return [
        (
            str(each.tag).removeprefix(envelope),
            dict(each.attrib),
            " ".join(f"{each.text or ''} {each.tail or ''}".split()),
        )
        for each in root.iter("*")
    ]


@pytest.mark.real
def test_real_ddi_comes_through_unharmed(
    shared_data: Path, served: Any, oai_url: str, archive: Archive, fetcher: Fetcher, declare: Declare
) -> None:
    files = sorted((shared_data / "catalogues" / "ddi_xml").rglob("*.xml"))
    roots = {}
    for n, path in enumerate(files):
        try:
            roots[n] = etree.parse(str(path)).getroot()
        except etree.XMLSyntaxError:
            continue
        served.add(n, text=etree.tostring(roots[n], encoding="unicode"))
    served.save()
    assert len(roots) > 60
    report = harvest(declare(oai_url), archive, fetcher)
    assert (report.outcome, report.held) == ("ok", len(roots)), report.detail
    assert sum("resumptionToken=" in asked for asked in served.asked()) > 15
    bodies = held(archive)
    for n, root in roots.items():
        body = etree.fromstring(bodies[f"oai:example.org:{n}"])
        assert shape(body) == shape(root)
    raw, packed = archive.size("s")
    assert packed < raw / 3
    assert harvest(declare(oai_url), archive, fetcher).counts.new == 0
