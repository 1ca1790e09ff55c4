"""Moving to PostgreSQL and back: every row, what is numbered next, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import text

from homes import SAMPLE, copy_of, workshop
from postgresql import Postgresql
from reperio.database import open_database
from reperio.desk import Desk, Report, metadata
from reperio.errors import ConfigError
from reperio.jobs import Workshop
from reperio.jobs.backup import make_backup
from reperio.jobs.move import move, shown
from reperio.jobs.restore import restore
from reperio.settings import Settings
from reperio.web.app import create_app


@pytest.fixture
def on() -> Iterator[Callable[[str, Path], Workshop]]:
    """A workshop over a database, let go of afterwards."""
    made = []

    def on(url: str, home: Path) -> Workshop:
        settings = Settings(home=home, sources=SAMPLE / "sources", model="none", database=SecretStr(url))
        made.append(Workshop(settings))
        return made[-1]

    yield on
    for one in made:
        one.engine.dispose()


def reported(home: Path, url: str = "", more: Report | None = None) -> list[str]:
    """What the desk holds, after `more`."""
    desk = Desk(home, 90, url=url)
    if more is not None:
        desk.report(more)
    found = [one.text for one in desk.reports()]
    desk.close()
    return found


On = Callable[[str, Path], Workshop]


def sqlite(home: Path) -> str:
    return f"sqlite:///{home / 'reperio.sqlite'}"


@pytest.fixture
def home(read_home: Path, tmp_path: Path) -> Path:
    home = copy_of(read_home, tmp_path / "home")
    desk = Desk(home, 90)
    desk.report(Report(kind="site", text="The map is upside down."))
    desk.close()
    studies = [item.id for item in workshop(home).corpus.walk(("study",))]
    workshop(home).corpus.judge(studies[0], studies[1], "no", by="Ada", why="Other people.")
    return home


def items(held: Workshop) -> list[object]:
    found = sorted(held.corpus.walk(), key=lambda item: item.id)
    assert len(found) > 2500
    return list(found)


def test_there_and_back_again(home: Path, postgresql: Postgresql, tmp_path: Path, on: On) -> None:
    there = postgresql.fresh()
    sums = move(sqlite(home), there, home, metadata)
    moved = on(there, tmp_path / "there")
    assert items(moved) == items(workshop(home))
    assert moved.corpus.judgements() == workshop(home).corpus.judgements() != []
    assert reported(tmp_path / "there", there) == ["The map is upside down."]
    assert sums["archive_record"].rows > 100
    assert sums["desk_report"].rows == 1

    back = tmp_path / "back"
    assert move(there, sqlite(back), back, metadata) == sums
    assert items(workshop(back)) == items(workshop(home))
    assert reported(back) == ["The map is upside down."]


def test_work_goes_on_where_it_was_moved_to(home: Path, postgresql: Postgresql, tmp_path: Path, on: On) -> None:
    """Numbers go on after those that were moved, nothing is read twice, and the index is built and serves."""
    there = postgresql.fresh()
    move(sqlite(home), there, home, metadata)
    moved = on(there, tmp_path / "there")
    last = max(run.id for run in moved.archive.runs(limit=500))
    assert [report.outcome for report in moved.harvest(["ada"])] == ["ok"]
    assert max(run.id for run in moved.archive.runs(limit=500)) > last
    assert sum(report.records for report in moved.read()) == 0
    studies = [item.id for item in moved.corpus.walk(("study",))]
    moved.corpus.judge(studies[2], studies[3], "no", by="Ada")
    assert len(reported(tmp_path / "there", there, Report(kind="site", text="Another."))) == 2
    assert moved.index().documents["variables"] == 2550
    client = TestClient(create_app(moved.settings, moved.service(), moved))
    assert client.get("/health/ready").status_code == 200
    assert client.get("/api/v1/search", params={"query": "sleep"}).json()["total"] > 0


def test_what_is_filled_is_not_written_into(home: Path, postgresql: Postgresql, tmp_path: Path, on: On) -> None:
    there = postgresql.fresh()
    move(sqlite(home), there, home, metadata)
    with pytest.raises(ConfigError, match="already"):
        move(sqlite(home), there, home, metadata)
    with pytest.raises(ConfigError, match="already"):
        move(there, sqlite(home), home, metadata)
    with pytest.raises(ConfigError, match="in use"):
        move(sqlite(home), sqlite(home), home, metadata)


def test_what_fails_half_way_leaves_nothing(
    home: Path, postgresql: Postgresql, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = postgresql.fresh()

    def fail(table: str, _count: int) -> None:
        if table == "corpus_statement":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(sqlite(home), there, home, metadata, fail)
    engine = open_database(there)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM archive_record")).scalar() == 0
    engine.dispose()
    assert move(sqlite(home), there, home, metadata)["corpus_statement"].rows > 2500


def test_a_backup_of_postgresql_is_one_of_sqlite(home: Path, postgresql: Postgresql, tmp_path: Path, on: On) -> None:
    there = postgresql.fresh()
    move(sqlite(home), there, home, metadata)
    make_backup(on(there, tmp_path / "there"), tmp_path / "b", desk=metadata)
    restore(tmp_path / "b", tmp_path / "again", tmp_path / "sources")
    assert items(workshop(tmp_path / "again")) == items(workshop(home))
    assert reported(tmp_path / "again") == ["The map is upside down."]


def test_passwords_are_not_shown() -> None:
    assert "hush" not in shown("postgresql://reperio:hush@db.example.org/reperio")
