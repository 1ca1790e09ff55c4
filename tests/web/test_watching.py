"""Probes, metrics, and the numbers of requests: what machines that look after a site are told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator

import pytest
import structlog
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from reperio.database.work import StageState, WorkerState, WorkState
from reperio.errors import BackendError, ConfigError
from reperio.log import configure
from reperio.query.view import Condition
from reperio.record.archive import Outcome, Run
from reperio.settings import Settings
from reperio.web import serving
from reperio.web.app import create_app
from reperio.web.labour import WorkStanding
from reperio.web.readiness import Readiness
from reperio.web.standing import SourceStanding, harvests_of
from web.standin import SOURCES, StandIn

TOKEN = "a-token-for-monitors"
SECRET_WORDS = "self-harm in my family"


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def client_of(service: StandIn | None = None, **settings: object) -> TestClient:
    app = create_app(Settings(**settings), service or StandIn())  # type: ignore[arg-type]
    return TestClient(app, base_url="http://localhost:8765", raise_server_exceptions=False, client=("127.0.0.1", 5))


def figures(client: TestClient, **headers: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """What a monitor reads: value by name and labels."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    families = list(text_string_to_metric_families(answer.text))
    assert all(family.documentation for family in families)
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for family in families for one in family.samples}


# -- probes ------------------------------------------------------------------------------------------------------


def test_live_asks_nothing_of_anybody() -> None:
    class Broken(StandIn):
        def condition(self) -> Condition:
            raise AssertionError("asked")

        def status(self):  # type: ignore[no-untyped-def]
            raise AssertionError("asked")

    answer = client_of(Broken()).get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


def test_ready_says_so() -> None:
    answer = client_of().get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "failed": {}, "degraded": {}}
    assert answer.headers["cache-control"] == "no-store"


def test_without_an_index_it_is_not_ready() -> None:
    service = StandIn()
    service.generation = ""
    answer = client_of(service).get("/health/ready")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["failed"] == {"index": "Nothing is indexed yet."}


def test_what_is_degraded_is_ready_still() -> None:
    class Lame(StandIn):
        def condition(self) -> Condition:
            return Condition(degraded={"cluster": "Some copies are missing."}, cluster="yellow")

    answer = client_of(Lame()).get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")


def test_what_stops_is_ready_no_longer_and_closes_connections() -> None:
    client = client_of()
    client.app.state.readiness.stopping = True  # type: ignore[attr-defined]
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (503, {"status": "stopping"})
    assert client.get("/health/live").status_code == 200
    assert client.get("/search/").headers["connection"] == "close"


def test_probes_look_once_in_two_seconds() -> None:
    looks = []

    class Counting(StandIn):
        def condition(self) -> Condition:
            looks.append(1)
            return Condition()

    client = client_of(Counting())
    for _ in range(20):
        assert client.get("/health/ready").status_code == 200
    assert len(looks) <= 2


def test_a_look_that_hangs_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reperio.web.readiness.PATIENCE_SECONDS", 0.05)
    free, looks = threading.Event(), []

    class Hanging(StandIn):
        def condition(self) -> Condition:
            looks.append(1)
            free.wait(10)
            return Condition()

    client = client_of(Hanging())
    begun = time.monotonic()
    answers = [client.get("/health/ready") for _ in range(4)]
    assert time.monotonic() - begun < 5
    assert [answer.status_code for answer in answers] == [503] * 4
    assert list(answers[0].json()["failed"]) == ["check"]
    assert len(looks) == 1, "one look is under way, not four"
    free.set()
    readiness: Readiness = client.app.state.readiness  # type: ignore[attr-defined]
    assert readiness.at_hand(5) == Condition()
    assert client.get("/health/ready").status_code == 200


def test_the_old_probe_answers_as_before() -> None:
    assert client_of().get("/health-check").json() == {"status": "ok"}


# -- metrics -----------------------------------------------------------------------------------------------------


def test_nobody_reads_metrics_unless_they_are_switched_on() -> None:
    answer = client_of().get("/metrics")
    assert answer.status_code == 404
    assert "reperio" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [{"X-Forwarded-For": "192.0.2.7"}, {"Forwarded": "for=192.0.2.7"}, {"Via": "1.1 proxy"}, {"Host": "data.example.org"}],
)  # fmt: skip
def test_local_is_neither_a_proxy_nor_a_name_of_elsewhere(headers: dict[str, str]) -> None:
    client = client_of(metrics="local")
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers=headers).status_code == 404


def test_local_is_not_another_machine() -> None:
    app = create_app(Settings(metrics="local"), StandIn())
    away = TestClient(app, base_url="http://localhost:8765", client=("192.0.2.7", 5))
    assert away.get("/metrics").status_code == 404


def test_a_token_lets_in() -> None:
    client = client_of(metrics="token", metrics_token=TOKEN)
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}x"}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer ü".encode()}).status_code == 404
    assert figures(client, Authorization=f"Bearer {TOKEN}")


def test_a_token_is_asked_for_only_where_there_is_one() -> None:
    with pytest.raises(ConfigError, match="REPERIO_METRICS_TOKEN"):
        client_of(metrics="token")


def test_requests_are_counted_by_template_and_status() -> None:
    client = client_of(metrics="open")
    client.get("/search/items/nobody/knows")
    client.get("/made/up/by/somebody")
    client.request("BREW", "/search/")
    held = figures(client)
    counted = {
        (dict(labels)["route"], dict(labels)["status"]): value
        for (name, labels), value in held.items()
        if name == "reperio_http_requests_total"
    }
    assert counted["/search/items/{key:path}", "404"] == 1
    assert counted["none", "404"] == 1
    methods = {dict(labels).get("method") for name, labels in held if name == "reperio_http_requests_total"}
    assert methods == {"GET", "other"}
    assert held["reperio_http_requests_in_flight", ()] == 1, "the one that asks"


def test_searches_are_counted_without_their_words() -> None:
    client = client_of(metrics="open")
    client.get("/search/", params={"query": "sleep"})
    client.get("/search/", params={"query": f"{SECRET_WORDS} zzzzqqqq"})
    held = figures(client)
    assert held["reperio_searches_total", (("found", "no"), ("scope", "all"))] == 1
    assert "self-harm" not in client.get("/metrics").text
    assert "zzzzqqqq" not in client.get("/metrics").text


def test_labels_stay_few_whatever_is_asked() -> None:
    client = client_of(metrics="open")
    before = len(figures(client))
    for number in range(60):
        client.get(f"/search/items/x{number}")
        client.get(f"/nowhere/{number}")
    assert len(figures(client)) < before + 120


def test_the_index_is_told() -> None:
    held = figures(client_of(metrics="open"))
    assert held["reperio_ready", ()] == 1
    assert held["reperio_index_documents", (("collection", "variables"),)] == 8
    assert held["reperio_index_vectors", (("collection", "variables"),)] == 6
    assert held["reperio_index_behind_changes", ()] == 3
    assert held["reperio_index_changed_timestamp_seconds", ()] == 1_700_000_000
    assert held["process_resident_memory_bytes", ()] > 1_000_000
    service = StandIn()
    service.generation = ""
    held = figures(client_of(service, metrics="open"))
    assert held["reperio_ready", ()] == 0
    assert not [name for name, _ in held if name.startswith("reperio_index")]


def a_run(number: int, outcome: str | None, received: int = 0) -> Run:
    return Run(
        id=number, source="arch", started=f"2026-01-{number:02}T03:00:00+00:00", finished=None, outcome=outcome,
        counts=Outcome(new=received), detail="",
    )  # fmt: skip


def test_harvests_are_summed_up() -> None:
    runs = [a_run(5, None), a_run(4, "failed", 2), a_run(3, "interrupted"), a_run(2, "partial", 9), a_run(1, "ok")]
    found = harvests_of("arch", runs)
    assert (found.failures, found.outcome, found.fetched) == (2, "failed", 2)
    assert found.last is not None
    assert found.good is not None
    assert found.last - found.good == 2 * 24 * 3600
    assert harvests_of("arch", [a_run(1, None)]).last is None
    assert harvests_of("arch", [a_run(1, "failed")]).good is None


def test_sources_are_told_and_asked_of_only_now_and_then() -> None:
    asked = []

    def runs(source: str) -> list[Run]:
        asked.append(source)
        return [a_run(1, "ok", 3)] if source == "arch" else []

    standing = SourceStanding(StandIn().sources, runs)
    held = {one.name: one for one in standing.collect()}
    assert [one.value for one in held["reperio_harvest_records"].samples] == [3]
    list(standing.collect())
    assert sorted(asked) == sorted(source.key for source in SOURCES)


def test_a_database_that_does_not_answer_leaves_the_rest() -> None:
    def runs(source: str) -> list[Run]:
        raise BackendError("gone")

    assert list(SourceStanding(StandIn().sources, runs).collect()) == []


def test_work_and_workers_are_told() -> None:
    worker = WorkerState(name="host-1", stages=("read",), doing="", seconds=9, silent=1, finished=3)
    gone = WorkerState(name="host-2", stages=("read",), doing="", seconds=9, silent=9_999, finished=3)
    state = WorkState(stages={"read": StageState(waiting=4, failed=1)}, workers=(worker, gone))
    held = {one.name: one for one in WorkStanding(lambda: state).collect()}
    assert [sample.value for sample in held["reperio_workers"].samples] == [1]
    assert {sample.labels["state"]: sample.value for sample in held["reperio_work"].samples} == {
        "waiting": 4, "taken": 0, "failed": 1,
    }  # fmt: skip


# -- numbers of requests, and the log ----------------------------------------------------------------------------


def test_a_number_that_a_proxy_gave_is_kept() -> None:
    answer = client_of().get("/search/", headers={"X-Request-ID": "edge-7.42_abc"})
    assert answer.headers["x-request-id"] == "edge-7.42_abc"


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 65, "<script>alert(1)</script>", "a b c d e f g", "ümlaut-umlaut"]
)
def test_what_is_no_number_is_replaced(given: str) -> None:
    client = client_of()
    answer = client.get("/search/", headers={"X-Request-ID": given.encode()})
    number = answer.headers["x-request-id"]
    assert len(number) == 32
    assert int(number, 16)
    assert client.get("/search/").headers["x-request-id"] != number


def events(told: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in told.splitlines()]


def test_requests_are_not_logged_unless_asked(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", "json")
    client_of().get("/search/", params={"query": SECRET_WORDS})
    assert capsys.readouterr().err == ""


def test_routes_are_logged_without_who_or_what(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", "json")
    headers = {"X-Forwarded-For": "192.0.2.7", "User-Agent": "Somebody's browser", "X-Request-ID": "edge-0001"}
    client_of(log_requests="routes").get("/search/", params={"query": SECRET_WORDS}, headers=headers)
    told = capsys.readouterr().err
    (event,) = events(told)
    assert (event["event"], event["route"], event["status"], event["request_id"]) == (
        "request.answered", "/search/", 200, "edge-0001",
    )  # fmt: skip
    for private in ("self-harm", "192.0.2.7", "Somebody", "127.0.0.1"):
        assert private not in told


def test_all_of_an_address_is_logged_only_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", "json")
    client_of(log_requests="full").get("/search/", params={"query": "sleep"}, headers={"X-Forwarded-For": "192.0.2.7"})
    told = capsys.readouterr().err
    assert events(told)[0]["query"] == "query=sleep"
    assert "192.0.2.7" not in told


def test_a_crash_carries_the_number_of_its_request(capsys: pytest.CaptureFixture[str]) -> None:
    class Crashing(StandIn):
        def sources(self):  # type: ignore[no-untyped-def]
            raise RuntimeError("boom")

    configure("info", "json")
    answer = client_of(Crashing(), metrics="open").get("/search/sources", headers={"X-Request-ID": "edge-0002"})
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] == "edge-0002"
    crash = next(one for one in events(capsys.readouterr().err) if one["event"] == "request.crashed")
    assert crash["request_id"] == "edge-0002"


def test_privacy_says_what_is_logged() -> None:
    words = "them the words of searches are logged"
    assert words in client_of(log_requests="full").get("/search/privacy", headers={"Accept-Language": "en"}).text
    assert words not in client_of(log_requests="routes").get("/search/privacy").text


def test_templates_are_made_ready_once_the_index_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Settings(), StandIn())
    told: list[str] = []
    monkeypatch.setattr(app.state.readiness, "at_hand", lambda _: told.append("open"))
    monkeypatch.setattr(serving, "FIRST_SECONDS", 0)
    monkeypatch.setattr(serving, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(app.state.site.environment, "get_template", told.append)
    serving.prepare_templates(app)
    assert told[0] == "open"
    assert sorted(told[1:]) == app.state.site.environment.list_templates()
    assert told[1] == "layout.html"


def test_the_home_page_is_counted_before_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    service = StandIn()
    app = create_app(Settings(), service)
    monkeypatch.setattr(app.state.readiness, "at_hand", lambda _: None)
    monkeypatch.setattr(serving, "FIRST_SECONDS", 0)
    monkeypatch.setattr(serving, "PAUSE_SECONDS", 0)
    serving.prepare_templates(app)
    monkeypatch.setattr(service, "total", pytest.fail)
    assert TestClient(app).get("/search/").status_code == 200
