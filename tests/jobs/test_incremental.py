"""Small changes cost little and end where building anew would have ended."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from homes import WordsEncoder, workshop
from reperio.corpus.intake import ReadReport
from reperio.errors import GoneError
from reperio.index.ask import Ask, Everything, FacetAsk, Ids, In, Page, Word
from reperio.index.backend import Backend
from reperio.index.build import BuildReport, build
from reperio.index.document import FACETS, RANGES
from reperio.index.library import Index, Library
from reperio.jobs import Workshop
from reperio.query.model import Chosen, Query

TWINLIFE = "records/cohorts/twinlife.json"
MIDUS = "records/icpsr/2760.json"


def all_stages(made: Workshop) -> tuple[list[ReadReport], BuildReport]:
    assert {report.outcome for report in made.harvest()} == {"ok"}
    return list(made.read()), made.index()


def fresh(home: Path, sample: Path) -> Workshop:
    """As a new process would open it."""
    return workshop(home, WordsEncoder(), sample / "sources")


def edit(path: Path, change: Callable[[dict[str, object]], object]) -> None:
    record = json.loads(path.read_text(encoding="utf-8"))
    change(record)
    path.write_text(json.dumps(record), encoding="utf-8")


def files(directory: Path) -> dict[str, tuple[int, int]]:
    found = {
        str(path.relative_to(directory)): (path.stat().st_mtime_ns, path.stat().st_size)
        for path in directory.rglob("*")
        if path.is_file() and path.name not in {".lock", ".line"}
    }
    assert found
    return found


def test_nothing_new_writes_nothing(home: Path, sample: Path) -> None:
    before = files(home / "index"), files(home / "cache")
    reads, report = all_stages(fresh(home, sample))
    assert sum(read.records for read in reads) == 0
    assert (report.rebuilt, report.written, report.encoded) == (False, 0, 0)
    assert (files(home / "index"), files(home / "cache")) == before


def test_a_changed_record_is_found_by_its_new_words(home: Path, sample: Path) -> None:
    def change(record: dict[str, object]) -> None:
        record["name"] = "Quokkas and Numbats, 1995-1996"
        record["spatialCoverage"] = {"@type": "Place", "name": "Australia"}
        record["keywords"] = ["marsupials"]

    service = fresh(home, sample).service()
    before = service.search(Query(text="MIDUS"))
    assert before.total
    edit(sample / MIDUS, change)
    reads, report = all_stages(fresh(home, sample))
    assert sum(read.records for read in reads) == 1
    assert not report.rebuilt
    assert 0 < report.written < 100
    assert 0 < report.encoded < 30
    service._looked = 0.0
    after = service.search(Query(text="quokkas numbats", meaning=False))
    assert after.results[0].item.resource.title == "Quokkas and Numbats, 1995-1996"
    assert service.search(Query(text='"marsupials"')).facets["country"].values == (("AU", 1),)
    chosen = service.search(Query(chosen=(Chosen("keyword", ("Marsupials",)),)))
    assert chosen.total == 1
    near = service.discovery().index.catalogue.vector(after.results[0].item.id)
    assert near is not None
    wanted = WordsEncoder().encode(["Quokkas and Numbats, marsupials"])[0]
    stale = WordsEncoder().encode(["Midlife in the United States, twins"])[0]
    assert float(near @ wanted) > float(near @ stale)


def test_a_deleted_record_is_found_no_more(home: Path, sample: Path) -> None:
    service = fresh(home, sample).service()
    found = service.search(Query(text="TwinLife")).results[0].item
    counts = service.search(Query()).scopes
    (sample / TWINLIFE).unlink()
    reads, report = all_stages(fresh(home, sample))
    assert sum(read.deleted for read in reads) == 1
    assert (report.rebuilt, report.encoded) == (False, 0)
    assert report.written < 50
    service._looked = 0.0
    with pytest.raises(GoneError):
        service.find(found.id)
    assert found.id not in {result.item.id for result in service.search(Query(text="TwinLife", size=100)).results}
    now = service.search(Query()).scopes
    assert now["all"] == counts["all"] - 1
    assert service.discovery().index.catalogue.vector(found.id) is None


def test_an_added_record_is_found(home: Path, sample: Path) -> None:
    service = fresh(home, sample).service()
    counts = service.search(Query()).scopes
    new = {
        "@context": "https://schema.org/", "@type": "Dataset", "@id": "https://example.org/wombats",
        "name": "Wombat Household Panel", "identifier": ["wombats"], "inLanguage": "en",
        "description": "A panel of wombats and their burrows.", "keywords": ["burrows"],
    }  # fmt: skip
    (sample / "records/cohorts/wombats.json").write_text(json.dumps(new), encoding="utf-8")
    _, report = all_stages(fresh(home, sample))
    assert not report.rebuilt
    assert report.written < 10
    service._looked = 0.0
    assert service.search(Query()).scopes["all"] == counts["all"] + 1
    assert service.search(Query(text="wombat burrows")).results[0].item.resource.title == "Wombat Household Panel"
    near = service.search(Query(text="wombats burrowing"))
    assert near.results[0].item.resource.title == "Wombat Household Panel"


def test_bringing_up_to_date_ends_where_building_anew_does(home: Path, sample: Path, tmp_path: Path) -> None:
    """Among what changes is a series that shares a study with a series of another catalogue."""
    (sample / TWINLIFE).unlink()
    edit(sample / MIDUS, lambda record: record.update(spatialCoverage="Iceland", name="Midlife elsewhere"))
    edit(sample / "records/closer/alspac.json", lambda record: record.update(keywords=["teeth"]))
    for name in ("ukds/2000032.xml", "gesis/za5400.xml", "cessda/ukds-5566.xml", "ukds/5566.xml"):
        path = sample / "records" / name
        if path.exists():
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("</titl>", " anew</titl>", 1), encoding="utf-8")
    made = fresh(home, sample)
    _, report = all_stages(made)
    assert not report.rebuilt
    assert report.written > 10
    anew = Library(tmp_path / "anew")
    build(made.corpus, anew, made.encoder, home / "cache")
    one, other = made.library.open(""), anew.open("")
    assert one.backend.stats().documents == other.backend.stats().documents
    compare_words(one.backend, other.backend)
    compare_meaning(one, other, [item.id for item in made.corpus.walk()])


def compare_words(one: Backend, other: Backend) -> None:
    facets = tuple(FacetAsk(name, 5000) for name in (*FACETS, *RANGES))
    asks = [
        Ask(clause=clause, facets=facets, limit=1000, sort="title", roots_only=roots, collection=collection)
        for clause in (Everything(), Word("health"), Word("anew"), Word("income"), Word("sweep"))
        for roots in (False, True)
        for collection in ("catalogue", "variables")
        if not (roots and collection == "variables")
    ]
    for ask in asks:
        assert shown(one.search(ask)) == shown(other.search(ask)), ask.clause
    everything = one.search(Ask(limit=5000)).hits
    assert len(everything) > 200
    for hit in everything:
        above = Ask(clause=Ids((hit.id,)), facets=facets)
        assert shown(one.search(above)) == shown(other.search(above)), hit.id
        below = Ask(collection="variables", filters=(In("ancestor", (hit.id,)),), limit=0)
        assert one.search(below).total == other.search(below).total, hit.id


def shown(page: Page) -> object:
    return page.total, [(hit.id, hit.root, hit.parent) for hit in page.hits], page.facets


def compare_meaning(one: Index, other: Index, ids: list[str]) -> None:
    vector = WordsEncoder().encode(["health of children"])[0]
    for mine, theirs in ((one.catalogue, other.catalogue), (one.variables, other.variables)):
        left, right = mine.cosines(ids, vector), theirs.cosines(ids, vector)
        assert left.keys() == right.keys()
        assert left == pytest.approx(right, abs=1e-4)
        nearest = [(near.id, near.root) for near in mine.nearest(vector, 50)]
        assert nearest == [(near.id, near.root) for near in theirs.nearest(vector, 50)]


def test_a_changed_declaration_is_read_anew(home: Path, sample: Path) -> None:
    path = sample / "sources" / "cls_sample.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("title: Next Steps", "title: Next Strides"), "utf-8")
    reads, _ = all_stages(fresh(home, sample))
    assert {read.source: read.records for read in reads if read.records} == {"cls": 4}
    assert fresh(home, sample).service().search(Query(text='"Next Strides"')).total


def test_only_what_is_chosen_is_done(home: Path, sample: Path) -> None:
    made = fresh(home, sample)
    assert [report.source for report in made.harvest(["icpsr", "cls"])] == ["icpsr", "cls"]
    assert [report.source for report in made.read(["ukds"])] == ["ukds"]
    assert [report.records for report in made.read(["cls"], everything=True)] == [4]


def test_turning_meaning_off_and_on(home: Path, sample: Path) -> None:
    """Words do not depend on the encoder, and texts encoded before are not encoded again."""
    report = workshop(home, None, sample / "sources").index()
    assert (report.rebuilt, report.written) == (False, 0)
    report = workshop(home, WordsEncoder(), sample / "sources").index()
    assert (report.rebuilt, report.written, report.encoded, report.left) == (False, 0, 0, 0)
