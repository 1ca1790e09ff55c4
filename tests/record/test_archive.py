"""The archive keeps every record, in the order of change."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, text

from postgresql import postgresql
from reperio.database import open_database
from reperio.record.archive import Archive, Outcome
from reperio.record.model import Record
from reperio.record.tables import metadata

__all__ = ["postgresql"]


def make(identifier: str, body: bytes = b"<a/>", *, source: str = "ukds", **more: object) -> Record:
    values = {"media_type": "application/xml", "fetched": "2026-01-01T00:00:00+00:00", **more}
    return Record(source=source, identifier=identifier, body=body, **values)  # type: ignore[arg-type]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'a.sqlite'}"
    made: str = request.getfixturevalue("postgresql").fresh()
    return made


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_database(url)
    yield engine
    engine.dispose()


@pytest.fixture
def archive(engine: Engine) -> Archive:
    return Archive(engine)


def test_what_is_stored_comes_back_whole(archive: Archive) -> None:
    record = make("a", b"\x00\xff body", datestamp="2020-01-02", url="https://e.org/x", format="ddi_codebook")
    assert archive.store([record]) == Outcome(new=1)
    assert archive.get("ukds", "a") == record
    assert archive.get("ukds", "b") is None
    assert archive.get("other", "a") is None


def test_unchanged_record_keeps_its_number(archive: Archive) -> None:
    archive.store([make("a"), make("b")])
    before = [seq for seq, _ in archive.records("ukds")]
    assert archive.store([make("a", fetched="2027-01-01T00:00:00+00:00"), make("b")]) == Outcome(unchanged=2)
    assert [seq for seq, _ in archive.records("ukds")] == before


def test_changed_record_moves_to_the_end_and_leaves_its_digest(archive: Archive) -> None:
    archive.store([make("a", b"1"), make("b", b"1")])
    assert archive.store([make("a", b"2")]) == Outcome(changed=1)
    assert [record.identifier for _, record in archive.records("ukds")] == ["b", "a"]
    assert [record.body for _, record in archive.records("ukds", since=2)] == [b"2"]
    assert [version.digest for version in archive.history("ukds", "a")] == [
        make("a", b"1").digest,
        make("a", b"2").digest,
    ]


def test_a_new_reader_is_a_change_and_a_new_datestamp_alone_is_not(archive: Archive) -> None:
    archive.store([make("a", datestamp="2020-01-01")])
    assert archive.store([make("a", datestamp="2021-01-01")]) == Outcome(unchanged=1)
    stored = archive.get("ukds", "a")
    assert stored is not None
    assert stored.datestamp == "2021-01-01"
    assert archive.store([make("a", datestamp="2021-01-01", format="datacite")]) == Outcome(changed=1)


def test_deletion_is_a_change_once_and_can_be_taken_back(archive: Archive) -> None:
    archive.store([make("a")])
    assert archive.store([make("a", b"", deleted=True)]) == Outcome(deleted=1)
    assert archive.store([make("a", b"", deleted=True)]) == Outcome(unchanged=1)
    assert archive.count("ukds") == 0
    [(seq, record)] = archive.records("ukds", since=1)
    assert (seq, record.deleted, record.body) == (2, True, b"")
    assert archive.store([make("a")]) == Outcome(new=1)
    assert archive.count("ukds") == 1
    assert [version.deleted for version in archive.history("ukds", "a")] == [False, True, False]


def test_last_of_several_with_one_identifier_is_kept(archive: Archive) -> None:
    assert archive.store([make("a", b"1"), make("b"), make("a", b"2")]) == Outcome(new=2, changed=1)
    stored = archive.get("ukds", "a")
    assert stored is not None
    assert stored.body == b"2"


def test_sources_do_not_mix(archive: Archive) -> None:
    archive.store([make("a", source="one"), make("a", source="two"), make("b", source="two")])
    assert archive.sources() == ["one", "two"]
    assert (archive.count("one"), archive.count("two"), archive.count("three")) == (1, 2, 0)
    assert archive.last_seq("one") == 1
    assert archive.last_seq("three") == 0


def test_pages_lose_nothing(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reperio.record.archive.PAGE", 7)
    monkeypatch.setattr("reperio.record.archive.PAGE_BYTES", 25)
    archive.store(make(f"r{n:03}", b"x" * (n % 60)) for n in range(950))
    read = list(archive.records("ukds"))
    assert [record.identifier for _, record in read] == [f"r{n:03}" for n in range(950)]
    assert [seq for seq, _ in read] == sorted({seq for seq, _ in read})


def test_hostile_identifiers_are_stored(archive: Archive) -> None:
    names = ["a\0b", "\ud800", "x" * 5000, "x" * 5001, "'; drop table archive_record; --"]
    assert archive.store(make(name, name.encode("utf-8", "replace")) for name in names) == Outcome(new=5)
    assert all(archive.get("ukds", name) is not None for name in names)


def test_state_is_stored_with_its_records_or_not_at_all(archive: Archive) -> None:
    archive.store([make("a")], source="ukds", state={"token": "1"})
    assert archive.load_state("ukds") == {"token": "1"}

    def broken() -> Iterator[Record]:
        yield from (make(f"b{n}") for n in range(1000))
        raise OSError("cut")

    with pytest.raises(OSError, match="cut"):
        archive.store(broken(), source="ukds", state={"token": "2"})
    assert archive.load_state("ukds") == {"token": "1"}
    assert archive.count("ukds") == 1
    archive.save_state("ukds", {})
    assert archive.load_state("ukds") == {}
    assert archive.load_state("other") == {}


def test_state_needs_its_source(archive: Archive) -> None:
    with pytest.raises(ValueError, match="source"):
        archive.store([], state={})


def test_a_pass_tells_what_it_did_not_meet(archive: Archive) -> None:
    archive.store([make("a"), make("b"), make("c"), make("d", b"", deleted=True)])
    archive.begin_pass("ukds", {"pass": 1})
    assert archive.load_state("ukds") == {"pass": 1}
    archive.store([make("b"), make("e")], sighted=True)
    archive.store([make("b")], sighted=True)
    assert archive.unsighted("ukds") == ["a", "c"]
    assert archive.sighted_count("ukds") == 2
    assert set(archive.urls("ukds", "abcde", sighted=True)) == {"b", "e"}
    archive.begin_pass("ukds", {})
    assert archive.unsighted("ukds") == ["a", "b", "c", "e"]


def test_runs_are_logged_and_a_run_without_end_was_interrupted(archive: Archive) -> None:
    first = archive.start_run("ukds")
    second = archive.start_run("ukds")
    archive.finish_run(second, "ok", Outcome(new=3), "fine")
    latest, earlier = archive.runs("ukds")
    assert (latest.id, latest.outcome, latest.counts, latest.detail) == (second, "ok", Outcome(new=3), "fine")
    assert (earlier.id, earlier.outcome, earlier.finished) == (first, "interrupted", None)
    assert archive.runs("other") == []
    assert len(archive.runs(limit=1)) == 1


def test_urls_of_what_is_held(archive: Archive) -> None:
    archive.store([make("a", url="https://e.org/a"), make("b"), make("c", b"", deleted=True)])
    assert archive.urls("ukds", ["a", "b", "c", "d"]) == {"a": "https://e.org/a", "b": None}


def test_tables_are_strict_and_bodies_compressed(archive: Archive, engine: Engine) -> None:
    archive.store([make("a", b"survey " * 10_000)])
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            definitions = connection.execute(text("select sql from sqlite_master where type = 'table'")).scalars().all()
        assert len(definitions) == len(metadata.tables)
        assert all(definition.rstrip().endswith("STRICT") for definition in definitions)
    raw, packed = archive.size("ukds")
    assert raw == 70_000
    assert packed < 200


WRITER = textwrap.dedent("""
    import sys
    from reperio.database import open_database
    from reperio.record.archive import Archive
    from reperio.record.model import Record
    archive = Archive(open_database(sys.argv[1]))
    for batch in range(25):
        archive.store(
            Record(source=sys.argv[2], identifier=f"{batch}-{n}", body=b"x", media_type="text/plain", fetched="2026")
            for n in range(4)
        )
""")


def test_two_writers_at_once_share_one_order(url: str) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, url, name]) for name in ("one", "two")]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    engine = open_database(url)
    archive = Archive(engine)
    numbers = [seq for name in ("one", "two") for seq, _ in archive.records(name)]
    assert sorted(numbers) == list(range(1, 201))
    engine.dispose()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from([b"", b"1", b"2", None])), max_size=5), max_size=6
    )
)
def test_archive_agrees_with_a_dictionary(batches: list[list[tuple[str, bytes | None]]]) -> None:
    engine = create_engine("sqlite://")
    archive = Archive(engine)
    mirror: dict[str, bytes | None] = {}
    copy: dict[str, bytes | None] = {}
    since = 0
    for batch in batches:
        records = [make(name, body or b"", deleted=body is None) for name, body in batch]
        assert archive.store(records).received == len(batch)
        mirror.update(batch)
        for seq, record in archive.records("ukds", since):
            assert seq > since
            since = seq
            copy[record.identifier] = None if record.deleted else record.body
        assert copy == mirror
    assert archive.count("ukds") == sum(body is not None for body in mirror.values())
    engine.dispose()
