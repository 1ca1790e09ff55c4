"""The database and those who share the work are killed at random: nothing committed is lost, nothing is doubled.

Run with `-s` to read the rows of the table of faults.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from fastapi.testclient import TestClient

from cluster.seen import Row
from crews import Members, few, found, held, undisturbed, workshop
from homes import copy_of, read_home, sample_home
from postgresql import Postgresql, postgresql, running
from reperio.desk import Report, desk_of
from reperio.errors import BackendError
from reperio.jobs import Crew, Workshop
from reperio.web.app import create_app

__all__ = ["postgresql", "read_home", "sample_home"]

pytestmark = pytest.mark.cluster

Expected = tuple[dict[str, Any], list[Any]]
Tell = Callable[..., None]
DURABLE = ("fsync=off", "full_page_writes=off")
"""The machine goes on when its server is killed: what was handed to the system is not lost, so flushing is spared."""

LONGEST_RECOVERY = 60.0
LEAST_KILLS = 5
MOST_ROUNDS = 6


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Expected:
    """What an undisturbed run comes to."""
    made = undisturbed(tmp_path_factory.mktemp("alone"))
    return held(made), found(made)


@pytest.fixture
def server() -> Iterator[Postgresql]:
    """A server to be killed."""
    yield from running(DURABLE)


@pytest.fixture
def tell(fault_table: list[Row]) -> Tell:
    """Report a row of the table: the fault, what users saw, for how long, what was lost."""

    def row(fault: str, seen: str, long: str, lost: str) -> None:
        fault_table.append(Row(fault, seen, long, lost))
        print(f"\n| {fault} | {seen} | {long} | {lost} |")  # noqa: T201

    return row


def check(made: Workshop, expected: Expected) -> str:
    """Compare with the undisturbed run; gives what is the same, in words."""
    left = Crew(made).queue.state()
    assert (left.stages, left.failures) == ({}, ())
    now = held(made)
    for part, value in expected[0].items():
        assert now[part] == value, part
    assert found(made) == expected[1]
    counts = now["counts"]
    return f"nothing: {len(now['records'])} records, {sum(counts.values()):,} resources, index as in an undisturbed run"


@pytest.mark.parametrize("kind", ["postgresql", "sqlite"])
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_workers_are_killed_at_random(
    request: pytest.FixtureRequest, tmp_path: Path, expected: Expected, tell: Tell, kind: str, seed: int
) -> None:
    """Where a machine is busy, workers may be done before many of them were killed: then another home is begun."""
    kills: Counter[str] = Counter()
    lost, rounds = "", 0
    while kills.total() < LEAST_KILLS and rounds < MOST_ROUNDS:
        url = request.getfixturevalue("postgresql").fresh() if kind == "postgresql" else ""
        home = tmp_path / f"home{rounds}"
        made = few(home, url)
        Crew(made).ask_for_harvest([])
        members = Members(3, home, url)
        members.kill_at_random(seed + 100 * rounds, kills=10)
        members.finish()
        lost = check(made, expected)
        made.engine.dispose()
        kills += members.kills
        rounds += 1
    assert kills.total() >= LEAST_KILLS
    when = ", ".join(f"{number} at {stage}" for stage, number in kills.most_common())
    tell(f"{kills.total()} workers killed ({kind}, seed {seed}: {when})", "nothing", "0 s", lost)


@pytest.mark.parametrize("seed", [21, 22])
def test_the_database_is_killed_while_workers_read(
    server: Postgresql, tmp_path: Path, expected: Expected, tell: Tell, seed: int
) -> None:
    url = server.fresh()
    made = few(tmp_path / "home", url)
    Crew(made).ask_for_harvest([])
    members = Members(2, tmp_path / "home", url)
    away = 0.0
    for lines in (seed, 2 * seed):
        for _ in range(lines):
            if members.members[0].line() is None:
                break
        server.kill()
        began = time.monotonic()
        time.sleep(1.0)
        server.start()
        away = max(away, time.monotonic() - began)
    began = time.monotonic()
    members.finish()
    lost = check(made, expected)
    tell(
        f"database killed twice while 2 workers read (SIGKILL, seed {seed}, away {away:.1f} s)",
        "workers wait and go on by themselves",
        f"done {time.monotonic() - began:.0f} s after its return",
        lost,
    )
    made.engine.dispose()


class Seen(msgspec.Struct):
    """What those saw who asked one address all the time: answers by status, and the longest time without a good one."""

    statuses: Counter[int] = msgspec.field(default_factory=Counter)
    longest: float = 0.0
    slowest: float = 0.0
    told: bool = True
    """Whether each refusal said when to come again."""


def keep_asking(client: TestClient, path: str, seen: Seen, stop: threading.Event) -> None:
    last = time.monotonic()
    while not stop.is_set():
        asked = time.monotonic()
        answer = client.get(path)
        now = time.monotonic()
        seen.slowest = max(seen.slowest, now - asked)
        seen.statuses[answer.status_code] += 1
        seen.told &= answer.status_code != 503 or int(answer.headers.get("Retry-After", 0)) > 0
        if answer.status_code == 200:
            seen.longest, last = max(seen.longest, now - last), now
        time.sleep(0.05)


def keep_reporting(made: Workshop, kept: list[str], stop: threading.Event) -> None:
    """Send feedback all the time; `kept` is what was acknowledged."""
    desk = desk_of(made.settings)
    number = 0
    while not stop.is_set():
        number += 1
        try:
            desk.report(Report(text=f"report {number}"))
            kept.append(f"report {number}")
        except BackendError:
            pass
        time.sleep(0.02)
    desk.close()


@pytest.fixture
def site(server: Postgresql, sample_home: Path, tmp_path: Path) -> Iterator[Workshop]:
    """The sample in a database to be killed, with the index of the one in SQLite."""
    home = copy_of(sample_home, tmp_path / "home")
    made = workshop(home, server.fresh())
    list(made.harvest())
    list(made.read())
    yield made
    made.engine.dispose()


def test_the_database_is_killed_while_people_search(server: Postgresql, site: Workshop, tell: Tell) -> None:
    client = TestClient(create_app(site.settings, site.service(), site), raise_server_exceptions=False)
    uuid = client.get("/api/v1/search?query=sleep").json()["results"][0]["item"]["uuid"]
    paths = ["/api/v1/search?query=sleep", f"/api/v1/items/{uuid}", "/api/v1/suggest?prefix=sle", "/health/live"]
    seen, stop, kept = {path: Seen() for path in paths}, threading.Event(), list[str]()
    threads = [threading.Thread(target=keep_asking, args=(client, path, seen[path], stop)) for path in paths]
    threads.append(threading.Thread(target=keep_reporting, args=(site, kept, stop)))
    for thread in threads:
        thread.start()
    time.sleep(2)
    server.kill()
    began = time.monotonic()
    time.sleep(4)
    server.start()
    away = time.monotonic() - began
    while time.monotonic() - began < away + LONGEST_RECOVERY and client.get(paths[1]).status_code != 200:
        time.sleep(0.05)
    recovered = time.monotonic() - began - away
    time.sleep(1)
    stop.set()
    for thread in threads:
        thread.join()
    search, item, suggest, live = (seen[path] for path in paths)
    client.app.state.office.close()  # type: ignore[attr-defined]  # an ASGI application by type
    desk = desk_of(site.settings)
    held_now = {report.text for report in desk.reports(limit=100_000)}
    desk.close()
    assert set(kept) <= held_now, "what was acknowledged is kept"
    assert set(search.statuses) | set(item.statuses) <= {200, 503}
    assert item.statuses[503], "what needs the database is refused"
    assert search.told
    assert item.told
    assert set(suggest.statuses) == set(live.statuses) == {200}, "what needs the index alone goes on"
    assert recovered < LONGEST_RECOVERY
    tell(
        f"database killed while people search (SIGKILL, away {away:.1f} s)",
        f"503 with Retry-After for records ({item.statuses[503]} of {item.statuses.total()} requests) and searches that "
        f"show them ({search.statuses[503]} of {search.statuses.total()}); suggestions and probes went on; "
        f"the slowest answer took {max(search.slowest, item.slowest):.1f} s",
        f"good again {recovered:.1f} s after its return",
        f"nothing: all {len(kept)} reports that were acknowledged are kept",
    )
