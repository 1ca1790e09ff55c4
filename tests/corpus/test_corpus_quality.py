from __future__ import annotations

from pathlib import Path

from reperio.corpus.model import Statement
from reperio.corpus.store import Corpus
from reperio.database import open_database
from reperio.resource.fields import Resource
from reperio.resource.issues import Issue
from reperio.resource.model import Origin, Text
from reperio.resource.quality.assess import assess
from reperio.resource.quality.tally import standing_of, tally_of

CRASHED = Issue(code="reader.failed", path="", level="error")


def resource(identity: str, *titles: str, abstract: str = "") -> Resource:
    return Resource(
        id=identity, kind="study", source="arch", titles=tuple(Text(title, "en") for title in titles),
        abstracts=(Text(abstract, "en"),) if abstract else (),
        origins=(Origin(source="arch", record="r", reader="ddi_codebook", date="2026-01-02T03:04:05Z"),),
    )  # fmt: skip


def corpus(directory: Path) -> Corpus:
    return Corpus(open_database(f"sqlite:///{directory / 'corpus.sqlite'}"))


def test_quality_by_source_follows_what_its_records_say(tmp_path: Path) -> None:
    held = corpus(tmp_path)
    assert held.standings() == {}
    one, two = resource("arch/1", "Keepers"), resource("arch/2", "Harbours", abstract="Who ran them.")
    held.replace("arch", "one", [one])
    held.replace("arch", "two", [two])
    assert held.standings() == {"arch": standing_of(tally_of([one, two]))}
    better = resource("arch/1", "Keepers", abstract="Who kept the lights.")
    held.replace("arch", "one", [better])
    standing = held.standings()["arch"]
    assert standing.number == 2
    assert standing.score == round((assess(better).score + assess(two).score) / 2)
    held.withdraw("arch", "one")
    assert held.standings()["arch"].number == 1
    held.withdraw("arch", "two")
    assert held.standings() == {}


def test_a_record_that_could_not_be_read_keeps_what_it_said(tmp_path: Path) -> None:
    held = corpus(tmp_path)
    held.replace("arch", "one", [resource("arch/1", "Keepers")])
    held.settle()
    before, standing = held.item("arch/1"), held.standings()
    counts = held.replace_many([Statement(source="arch", record="one", resources=(), issues=(CRASHED,), unread=True)])
    held.settle()
    assert (counts.removed, counts.changed) == (0, 0)
    assert held.item("arch/1") == before
    assert held.item("arch/1").resource.origins
    assert held.standings() == standing
    assert [noted.issue.code for noted in held.issues("arch")] == ["reader.failed"]
    held.replace("arch", "one", [resource("arch/1", "Keepers of lights")])
    held.settle()
    assert held.item("arch/1").resource.title == "Keepers of lights"
    assert held.issues("arch") == []


def test_a_new_record_that_could_not_be_read_is_noted(tmp_path: Path) -> None:
    held = corpus(tmp_path)
    held.replace_many([Statement(source="arch", record="one", resources=(), issues=(CRASHED,), unread=True)])
    assert held.issue_counts("arch") == {"reader.failed": 1}
    assert held.standings() == {}
