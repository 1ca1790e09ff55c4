"""Several processes share the work, on either database: the corpus is the one that a single process makes."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

import reperio.corpus.spans as spans
from crews import Member, Members, few, found, held, undisturbed, workshop
from postgresql import postgresql
from reperio.corpus.intake import ReadReport, Tally
from reperio.corpus.model import Statement
from reperio.database.work import Queue
from reperio.errors import ConfigError
from reperio.jobs import Crew, Workshop

__all__ = ["postgresql"]

Expected = tuple[dict[str, object], list[object]]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Expected:
    """What an undisturbed run comes to."""
    made = undisturbed(tmp_path_factory.mktemp("alone"))
    return held(made), found(made)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind; that of the home is told by nothing."""
    return "" if request.param == "sqlite" else request.getfixturevalue("postgresql").fresh()


@pytest.fixture
def made(tmp_path: Path, url: str) -> Iterator[Workshop]:
    made = few(tmp_path / "home", url)
    yield made
    made.engine.dispose()


def check(made: Workshop, expected: Expected) -> None:
    """Compare part by part, so that a difference is readable."""
    left = Crew(made).queue.state()
    assert (left.stages, left.failures) == ({}, ())
    now = held(made)
    assert [part for part, value in expected[0].items() if now[part] != value] == []
    assert found(made) == expected[1]
    assert made.library.generations.current()
    again = [report for report in made.read() if report.records]
    assert again == [], "everything counts as read"


def test_three_processes_make_what_one_makes(made: Workshop, url: str, expected: Expected) -> None:
    assert Crew(made).ask_for_harvest([]) == len(made.sources)
    members = Members(3, made.settings.home, url)
    members.finish()
    check(made, expected)


@pytest.mark.parametrize("seed", [1])
def test_processes_are_killed_at_random(made: Workshop, url: str, expected: Expected, seed: int) -> None:
    Crew(made).ask_for_harvest([])
    members = Members(2, made.settings.home, url)
    assert members.kill_at_random(seed, kills=4) >= 2
    members.finish()
    check(made, expected)


def test_one_that_is_told_to_stop_leaves_its_work_to_others(made: Workshop, url: str, expected: Expected) -> None:
    Crew(made).ask_for_harvest([])
    member = Member(made.settings.home, url, lease=60.0)
    while not (member.line() or "read ").startswith("read "):
        pass
    member.signal(signal.SIGTERM)
    assert member.wait(60) == 0
    state = Queue(made.engine).state()
    assert state.workers == ()
    assert sum(stage.taken for stage in state.stages.values()) == 0
    assert sum(stage.waiting for stage in state.stages.values()) > 0
    Members(1, made.settings.home, url).finish()
    check(made, expected)


def test_a_newer_version_is_not_overwritten_by_a_slow_reader(
    tmp_path: Path, url: str, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A span that was read before its record changed, and is committed after, leaves what the newer version says."""
    made = workshop(tmp_path / "home", url, sample / "sources")
    source = made.sources["gesis"]
    list(made.harvest([source.key]))
    queue = Crew(made).queue
    with queue.writing() as connection:
        assert spans.ask_for_spans(connection, source.key, made.version_of(source), 1.0) == 1
    slow = queue.take("elsewhere:1", ["read"], [made.version_of(source)])
    assert slow is not None
    paths = sorted((sample / "records" / "gesis").iterdir())
    before = paths[0].read_text("utf-8")

    def read_slowly(self: Tally, *given: Any) -> Iterator[Statement]:
        monkeypatch.undo()
        statements = list(self.statements(*given))
        paths[0].write_text(before.replace("GESIS", "Seen by the slow GESIS"), "utf-8")
        list(made.harvest([source.key]))
        list(made.read([source.key]))
        return iter(statements)

    monkeypatch.setattr(Tally, "statements", read_slowly)
    report = spans.read_span(slow, source, made.corpus.clock())
    made.corpus.settle()
    assert report.records == len(paths)
    resources = [item.resource for item in made.corpus.walk(("study", "series", "dataset"))]
    assert "Seen by the slow GESIS" in repr(resources)
    made.engine.dispose()


def test_one_that_reads_slowly_and_is_killed_leaves_what_others_read(
    tmp_path: Path, url: str, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By hand, too, a batch and the note that it is read are one, and leave what a newer version says."""
    made = workshop(tmp_path / "home", url, sample / "sources")
    list(made.harvest(["gesis"]))
    path = min((sample / "records" / "gesis").iterdir())

    def read_slowly(self: Tally, *given: Any) -> Iterator[Statement]:
        monkeypatch.undo()
        statements = list(self.statements(*given))
        path.write_text(path.read_text("utf-8").replace("GESIS", "Seen by the slow GESIS"), "utf-8")
        list(made.harvest(["gesis"]))
        list(made.read(["gesis"]))
        event.listen(made.engine, "before_cursor_execute", die)
        return iter(statements)

    def die(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("UPDATE archive_state"):
            raise TimeoutError("killed")

    monkeypatch.setattr(Tally, "statements", read_slowly)
    with pytest.raises(TimeoutError, match="killed"):
        list(made.read(["gesis"]))
    event.remove(made.engine, "before_cursor_execute", die)
    list(made.read(["gesis"]))
    assert "Seen by the slow GESIS" in repr([item.resource for item in made.corpus.walk()])
    made.engine.dispose()


def test_reading_by_hand_takes_over_what_was_left(made: Workshop) -> None:
    crew = Crew(made)
    list(made.harvest(["gesis", "closer"]))
    with crew.queue.writing() as connection:
        for key in ("gesis", "closer"):
            source = made.sources[key]
            assert spans.ask_for_spans(connection, key, made.version_of(source), 1.0)
    assert sum(isinstance(report, ReadReport) for report in made.read()) == len(made.sources)
    assert crew.queue.state().stages == {}
    assert {state.key for state in made.corpus.states()} == {"closer", "gesis"}


def test_a_process_begun_later_decides_how_to_read(made: Workshop) -> None:
    crew = Crew(made)
    list(made.harvest(["gesis"]))

    def ask(version: str, began: float) -> int:
        with crew.queue.writing() as connection:
            return spans.ask_for_spans(connection, "gesis", version, began)

    assert ask("old", 1.0) == 1
    assert ask("old", 1.0) == 0
    assert ask("new", 2.0) == 1
    assert ask("old", 1.0) == 0
    assert crew.queue.take("a:1", ["read"], ["old"]) is None
    assert crew.queue.take("a:1", ["read"], ["new"]) is not None


def test_an_unknown_stage_is_refused(made: Workshop) -> None:
    with pytest.raises(ConfigError, match="dancing"):
        Crew(made, ["dancing"])
