"""Feedback and searches in vain: what is kept, what is not, and what hostile people cannot do with it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from reperio.desk import Desk, Report
from reperio.errors import NotFoundError
from reperio.jobs import Workshop
from reperio.web.pages import feedback
from web.desks import client_of, close, field, sign_in, workshop_of
from web.standin import HOSTILE, STUDY

FORM = "/search/feedback"
DESK = "/search/admin"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "QUICK_SECONDS", -1)


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return workshop_of(tmp_path / "home")


@pytest.fixture
def client(workshop: Workshop) -> Iterator[TestClient]:
    client = client_of(workshop)
    yield client
    close(workshop, client)


@pytest.fixture
def clock() -> list[datetime]:
    return [datetime(2026, 3, 1, 12, 34, 56, tzinfo=UTC)]


@pytest.fixture
def desk(tmp_path: Path, clock: list[datetime]) -> Iterator[Desk]:
    made = Desk(tmp_path, 10, lambda: clock[0])
    yield made
    made.close()


def _held(client: TestClient) -> list[Report]:
    return client.app.state.office.desk.reports()  # type: ignore[attr-defined, no-any-return]  # an ASGI application by type


def _send(client: TestClient, **form: str) -> int:
    asked = {name: form[name] for name in ("item", "search") if name in form}
    stamp = field(client.get(FORM, params=asked).text, "stamp")
    return client.post(FORM, data={"stamp": stamp} | form).status_code


def test_a_problem_with_a_record_is_kept_and_shown_to_operators(client: TestClient, workshop: Workshop) -> None:
    page = client.get("/search/studies/growing-up-and-sleeping-well-survey").text
    assert f"{FORM}?item={STUDY.uuid}" in page
    assert (
        _send(client, item=STUDY.uuid, reason="wrong", text=f"The years are off. {HOSTILE}", contact="ada@example.org")
        == 303
    )
    (held,) = _held(client)
    assert (held.kind, held.subject, held.reason, held.useful) == ("record", STUDY.uuid, "wrong", "")
    assert held.title == STUDY.title
    assert held.generation
    assert "\u202e" not in held.text
    sign_in(client, workshop)
    shown = client.get(f"{DESK}/feedback").text
    assert "The years are off." in shown
    assert "ada@example.org" in shown
    assert "<img src=x" not in shown


def test_whether_results_were_useful_is_asked_below_them(client: TestClient) -> None:
    assert "Was this useful?" in client.get("/search/?query=sleep").text
    assert "Was this useful?" not in client.get("/search/discover").text
    page = client.get(FORM, params={"search": "query=sleep", "useful": "no"}).text
    assert 'value="no" checked' in page
    assert _send(client, search="query=sleep&source=arch", useful="no", reason="order") == 303
    (held,) = _held(client)
    assert (held.kind, held.subject, held.title, held.useful) == ("search", "query=sleep&source=arch", "sleep", "no")


def test_nothing_of_who_sent_it_is_kept(client: TestClient, workshop: Workshop) -> None:
    stamp = field(client.get(FORM).text, "stamp")
    headers = {"User-Agent": "Telltale/1.0", "Referer": "https://telltale.example/", "X-Forwarded-For": "203.0.113.9"}
    answer = client.post(FORM, data={"stamp": stamp, "text": "Well done"}, headers=headers)
    assert answer.status_code == 303
    assert "set-cookie" not in answer.headers
    client.get("/search/?query=zzzz", headers=headers)
    close(workshop, client)
    written = b"".join(path.read_bytes() for path in workshop.settings.home.glob("desk.sqlite*"))
    assert b"Well done" in written
    for telling in (b"Telltale", b"telltale", b"203.0.113.9", b"testclient"):
        assert telling not in written


@pytest.mark.parametrize(
    "form",
    [{"text": ""}, {"text": "x" * 2001}, {"text": "x", "contact": "x" * 301}, {"reason": "nonsense"}, {"useful": "maybe"},
     {"text": " \n "}],
)  # fmt: skip
def test_what_says_nothing_or_too_much_comes_back_with_what_was_written(
    client: TestClient, form: dict[str, str]
) -> None:
    stamp = field(client.get(FORM).text, "stamp")
    answer = client.post(FORM, data={"stamp": stamp} | form)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert form.get("contact", "") in answer.text
    assert _held(client) == []


def test_robots_are_thanked_and_forgotten(client: TestClient) -> None:
    assert _send(client, text="Buy", website="https://spam.example") == 303
    assert _held(client) == []


@pytest.mark.parametrize("stamp", ["", "1.2", "x.y", f"{10**12}.{'0' * 64}"])
def test_a_form_that_was_never_drawn_is_refused(client: TestClient, stamp: str) -> None:
    assert client.post(FORM, data={"stamp": stamp, "text": "hello"}).status_code == 403
    assert _held(client) == []


def test_a_form_sent_too_fast_or_by_another_site_is_refused(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = field(client.get(FORM).text, "stamp")
    elsewhere = client.post(FORM, data={"stamp": stamp, "text": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403
    monkeypatch.setattr(feedback, "QUICK_SECONDS", 2)
    assert client.post(FORM, data={"stamp": stamp, "text": "x"}).status_code == 403
    assert _held(client) == []


def test_too_many_at_once_are_held_off(client: TestClient) -> None:
    found = [_send(client, text=f"Number {number}") for number in range(8)]
    assert found == [303] * 6 + [429] * 2


@pytest.mark.parametrize("about", [{"item": "nothing-here"}, {"item": HOSTILE}, {"search": "year_min=x"}, {"search": "a" * 5000},
                                   {"search": "&".join("a=1" for _ in range(500))}, {"item": "\x00"}])  # fmt: skip
def test_feedback_on_what_is_not_there_is_on_the_site(client: TestClient, about: dict[str, str]) -> None:
    answer = client.get(FORM, params=about)
    assert answer.status_code == 200
    assert "<h1>Feedback</h1>" in answer.text
    assert "<script>alert" not in answer.text


def test_reports_are_put_away_taken_up_and_deleted(client: TestClient, workshop: Workshop) -> None:
    assert _send(client, text="First") == 303
    mark = sign_in(client, workshop)
    key = str(_held(client)[0].key)
    assert client.post(f"{DESK}/feedback", data={"mark": mark, "key": key, "act": "done"}).status_code == 303
    assert "First" not in client.get(f"{DESK}/feedback").text
    assert "First" in client.get(f"{DESK}/feedback?state=done").text
    client.post(f"{DESK}/feedback", data={"mark": mark, "key": key, "act": "new"})
    assert "First" in client.get(f"{DESK}/feedback").text
    for form in ({"key": "999", "act": "done"}, {"key": "x", "act": "done"}, {"key": key, "act": "burn"}):
        assert client.post(f"{DESK}/feedback", data={"mark": mark} | form).status_code in {400, 404}
    client.post(f"{DESK}/feedback", data={"mark": mark, "key": key, "act": "delete"})
    assert _held(client) == []


def test_the_file_of_reports_holds_all_and_no_formula(client: TestClient, workshop: Workshop) -> None:
    assert _send(client, text='=HYPERLINK("https://evil.example")') == 303
    sign_in(client, workshop)
    answer = client.get(f"{DESK}/feedback.csv")
    assert "attachment" in answer.headers["content-disposition"]
    (row,) = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert row["text"].startswith("'=")
    assert row["kind"] == "site"


def test_it_does_not_exist_where_it_is_switched_off(tmp_path: Path) -> None:
    workshop = workshop_of(tmp_path / "off", feedback=False)
    client = client_of(workshop)
    assert client.get(FORM).status_code == 404
    assert client.post(FORM, data={"text": "x"}).status_code == 404
    page = client.get("/search/?query=sleep").text
    assert "useful" not in page
    assert FORM not in page
    close(workshop, client)


def test_a_search_in_vain_is_counted_once_a_time_it_is_made(client: TestClient, workshop: Workshop) -> None:
    for _ in range(3):
        client.get("/search/?query=Zzzz%20%20Qqq")
    client.get("/search/?query=sleep")
    client.get("/search/?query=zzzz&page=2")
    held = client.app.state.office.desk.missed()  # type: ignore[attr-defined]  # an ASGI application by type
    assert [(one.text, one.times) for one in held] == [("zzzz qqq", 3)]
    mark = sign_in(client, workshop)
    assert "zzzz qqq" in client.get(f"{DESK}/missed").text
    assert client.post(f"{DESK}/missed", data={"mark": mark}).status_code == 303
    assert "zzzz qqq" not in client.get(f"{DESK}/missed").text


def test_words_in_vain_are_cut_and_forgotten_in_time(desk: Desk, clock: list[datetime]) -> None:
    desk.miss("x" * 500)
    desk.miss("Later \x00\u202e one")
    assert sorted(len(one.text) for one in desk.missed()) == [9, 200]
    clock[0] += timedelta(days=11)
    assert desk.missed() == []
    desk.miss("new")
    clock[0] -= timedelta(days=11)
    assert [one.text for one in desk.missed()] == ["new"], "what is too old is deleted, not only hidden"


def test_nothing_is_kept_when_keeping_is_switched_off(tmp_path: Path) -> None:
    desk = Desk(tmp_path, 0)
    desk.miss("secret")
    assert not desk.path.exists()


def test_the_time_is_kept_to_the_minute(desk: Desk) -> None:
    desk.report(Report(text="x"))
    assert desk.reports()[0].at == "2026-03-01T12:34+00:00"
    with pytest.raises(NotFoundError):
        desk.put(99, "done")


def test_a_failing_desk_does_not_fail_a_search(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    office = client.app.state.office  # type: ignore[attr-defined]  # an ASGI application by type
    office.desk.path.mkdir()
    assert client.get("/search/?query=zzzz").status_code == 200
    answer = client.get(FORM)
    assert answer.status_code == 200
    sent = client.post(FORM, data={"stamp": field(answer.text, "stamp"), "text": "x"})
    assert sent.status_code == 503
