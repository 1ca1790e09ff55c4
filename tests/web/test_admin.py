"""Pages for operators: who gets in, what they see, what their forms do, and that nobody else's do anything."""

from __future__ import annotations

import json
import re
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from lxml import html

from reperio.cli.ask import _tell_first_token
from reperio.errors import BackendError, ConfigError
from reperio.jobs import Workshop
from reperio.settings import Settings
from reperio.web.admin import inbox
from reperio.web.admin.indexing import Indexer
from reperio.web.admin.keys import FILE, Keys
from reperio.web.admin.limits import Limiter
from reperio.web.admin.routes import ACTS, PAGES
from reperio.web.admin.sessions import SESSION_SECONDS, Sessions
from reperio.web.admin.settling import Settler
from reperio.web.pages import feedback
from web.desks import ADDRESS, client_of, close, field, sign_in, workshop_of
from web.standin import HOSTILE

DESK = "/search/admin"
PAIR = {"left": "a/ferry", "right": "b/77"}
SEEN = ("", "/sources/a", "/sources/c", "/sources/a/issues?code=ages.unreadable", "/health", "/review",
        "/review/pair?left=a/ferry&right=b/77", "/review/history", "/feedback", "/feedback.csv", "/missed")  # fmt: skip


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return workshop_of(tmp_path / "home")


@pytest.fixture
def client(workshop: Workshop) -> Iterator[TestClient]:
    client = client_of(workshop)
    yield client
    close(workshop, client)


def test_the_secret_is_kept_as_a_hash_that_only_its_owner_can_read(tmp_path: Path) -> None:
    keys = Keys(Settings(home=tmp_path))
    assert not keys.ready
    token = keys.first()
    assert token is not None
    assert len(token) >= 32
    path = tmp_path / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert token not in path.read_text()
    assert keys.fits(token)
    assert not keys.fits(token[:-1])
    assert not keys.fits("")
    assert keys.first() is None
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_new_token_ends_the_old_one_and_its_sessions(tmp_path: Path) -> None:
    keys = Keys(Settings(home=tmp_path))
    old = keys.renew()
    _, cookie = Sessions(keys).begin("Ada")
    assert Sessions(keys).read(cookie)
    new = keys.renew()
    assert keys.fits(new)
    assert not keys.fits(old)
    assert Sessions(keys).read(cookie) is None


def test_a_password_counts_alone(tmp_path: Path) -> None:
    token = Keys(Settings(home=tmp_path)).renew()
    keys = Keys(Settings(home=tmp_path, admin_password="correct horse battery"))
    assert keys.fits("correct horse battery")
    assert not keys.fits(token)
    assert keys.first() is None
    other = Keys(Settings(home=tmp_path, admin_password="another long password"))
    assert not other.signed("x", keys.sign("x"))


def test_a_file_that_cannot_be_read_lets_nobody_in(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{")
    with pytest.raises(ConfigError):
        Keys(Settings(home=tmp_path)).fits("")
    assert Keys(Settings(home=tmp_path)).renew()


def test_a_session_ends_and_cannot_be_made_up(tmp_path: Path) -> None:
    now = [1_000_000.0]
    keys = Keys(Settings(home=tmp_path))
    sessions = Sessions(keys, lambda: now[0])
    session, cookie = sessions.begin("Ada")
    assert sessions.read(cookie) == session
    text, _, signature = cookie.partition(".")
    _, other = sessions.begin("Bob")
    for forged in (
        "",
        ".",
        text,
        f"{text}.",
        f"{other.partition('.')[0]}.{signature}",
        f"{text}.{'0' * 64}",
        "é.ü",
        "a" * 5000,
    ):
        assert sessions.read(forged) is None
    now[0] += SESSION_SECONDS
    assert sessions.read(cookie) is None


def test_a_mark_fits_its_session_only(tmp_path: Path) -> None:
    sessions = Sessions(Keys(Settings(home=tmp_path)))
    one, _ = sessions.begin("Ada")
    other, _ = sessions.begin("Ada")
    assert sessions.marked(one, sessions.mark(one))
    assert not sessions.marked(other, sessions.mark(one))
    assert not sessions.marked(one, "")


def test_tries_are_limited_for_each_and_for_all() -> None:
    now = [0.0]
    limiter = Limiter(2, 3, 60, lambda: now[0])
    limiter.note("a")
    assert limiter.wait("a") == 0
    limiter.note("a")
    assert 0 < limiter.wait("a") <= 61
    assert limiter.wait("b") == 0
    limiter.note("b")
    assert limiter.wait("c") > 0
    now[0] = 61
    assert limiter.wait("a") == limiter.wait("c") == 0


@pytest.mark.parametrize("path", SEEN)
def test_nobody_sees_a_page_who_is_not_in(client: TestClient, path: str) -> None:
    answer = client.get(f"{DESK}{path or '/'}")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{DESK}/sign-in"
    assert answer.headers["cache-control"] == "no-store"


def test_every_page_and_form_stands_behind_the_gate(client: TestClient) -> None:
    assert len(PAGES) > 10
    for path, _ in PAGES:
        if path not in {"/admin", "/admin/sign-in"}:
            assert client.get("/search" + path.replace("{key}", "a")).status_code == 303, path
    for path, _ in ACTS:
        if path != "/admin/sign-in":
            answer = client.post("/search" + path, data={"answer": "same", **PAIR})
            assert answer.headers["location"] == f"{DESK}/sign-in", path


@pytest.mark.parametrize("path", SEEN)
def test_pages_show_and_are_never_kept_or_indexed(client: TestClient, workshop: Workshop, path: str) -> None:
    sign_in(client, workshop)
    answer = client.get(f"{DESK}{path or '/'}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert "etag" not in answer.headers
    assert HOSTILE not in answer.text
    assert "<script>" not in answer.text
    assert " style=" not in answer.text


def test_the_cookie_is_for_this_site_and_its_operators_only(client: TestClient, workshop: Workshop) -> None:
    stamp = field(client.get(f"{DESK}/sign-in").text, "stamp")
    token = Keys(workshop.settings).renew()
    stamp = field(client.get(f"{DESK}/sign-in").text, "stamp")
    cookie = client.post(f"{DESK}/sign-in", data={"stamp": stamp, "name": "Ada", "secret": token}).headers["set-cookie"]
    assert cookie.startswith("__Secure-")
    for part in ("HttpOnly", "Secure", "SameSite=strict", "Path=/search/admin", "Max-Age=28800"):
        assert part in cookie
    assert token not in cookie


def test_without_https_the_cookie_still_is_http_only(tmp_path: Path) -> None:
    workshop = workshop_of(tmp_path / "plain")
    plain = Workshop(workshop.settings.model_copy(update={"public_url": "http://find.example.org"}))
    client = client_of(plain)
    sign_in(client, plain)
    close(plain, client)
    workshop.engine.dispose()
    assert not next(iter(client.cookies.jar)).secure


def test_wrong_secrets_are_refused_and_soon_not_even_looked_at(client: TestClient, workshop: Workshop) -> None:
    token = Keys(workshop.settings).renew()
    stamp = field(client.get(f"{DESK}/sign-in").text, "stamp")
    form = {"stamp": stamp, "name": "Ada", "secret": "wrong"}
    for _ in range(8):
        answer = client.post(f"{DESK}/sign-in", data=form)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
    answer = client.post(f"{DESK}/sign-in", data=form | {"secret": token})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "change", [{"stamp": ""}, {"stamp": "1.0"}, {"name": ""}, {"name": "rules"}, {"name": "\u202e\x00"}]
)
def test_signing_in_needs_the_form_and_a_name(client: TestClient, workshop: Workshop, change: dict[str, str]) -> None:
    token = Keys(workshop.settings).renew()
    stamp = field(client.get(f"{DESK}/sign-in").text, "stamp")
    answer = client.post(f"{DESK}/sign-in", data={"stamp": stamp, "name": "Ada", "secret": token} | change)
    assert answer.status_code in {400, 403}
    assert "set-cookie" not in answer.headers


def test_who_signed_out_is_out_everywhere(client: TestClient, workshop: Workshop) -> None:
    mark = sign_in(client, workshop)
    kept = {cookie.name: cookie.value or "" for cookie in client.cookies.jar}
    assert client.post(f"{DESK}/sign-out", data={"mark": mark}).status_code == 303
    client.cookies.clear()
    header = {"Cookie": "; ".join(f"{name}={value}" for name, value in kept.items())}
    assert client.get(f"{DESK}/", headers=header).status_code == 303


@pytest.mark.parametrize("mark", ["", "0" * 64, "é"])
def test_a_form_of_another_session_changes_nothing(client: TestClient, workshop: Workshop, mark: str) -> None:
    sign_in(client, workshop)
    answer = client.post(f"{DESK}/review/judge", data={"mark": mark, "answer": "same", **PAIR})
    assert answer.status_code == 403
    assert workshop.corpus.history(by_people=True) == []


def test_a_form_sent_by_another_site_changes_nothing(client: TestClient, workshop: Workshop) -> None:
    mark = sign_in(client, workshop)
    form = {"mark": mark, "answer": "same", **PAIR}
    answer = client.post(f"{DESK}/review/judge", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert workshop.corpus.history(by_people=True) == []


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("text/plain", b"mark=x"), ("application/x-www-form-urlencoded", b"a=" + b"x" * 50_000),
     ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(100))),
     ("application/x-www-form-urlencoded", b"\xff\xfe%00=%ff")],
)  # fmt: skip
def test_odd_forms_are_refused(client: TestClient, content_type: str, body: bytes) -> None:
    for path, _ in ACTS:
        answer = client.post(f"/search{path}", content=body, headers={"Content-Type": content_type})
        assert answer.status_code in {303, 400, 403}, path


def test_it_does_not_exist_where_it_is_switched_off(tmp_path: Path) -> None:
    workshop = workshop_of(tmp_path / "off", admin=False)
    client = client_of(workshop)
    for path in ("/", "/sign-in", "/review"):
        assert client.get(DESK + path).status_code == 404
    assert client.post(f"{DESK}/sign-in", data={"secret": "x"}).status_code == 404
    assert "For operators" not in client.get("/search/").text
    close(workshop, client)


# -- what they see -----------------------------------------------------------------------------------------------


def test_the_overview_tells_what_wants_attention(client: TestClient, workshop: Workshop) -> None:
    sign_in(client, workshop)
    page = client.get(f"{DESK}/").text
    assert re.search(r"<strong>3</strong> pairs wait", page)
    assert "The last harvest was failed. The server answered 500." in page
    assert "0 records are held, at least 5 are expected." in page
    assert "It is declared no more" in page
    assert "Due now" in page


def test_issues_are_told_by_code_with_examples(client: TestClient, workshop: Workshop) -> None:
    sign_in(client, workshop)
    page = client.get(f"{DESK}/sources/a").text
    assert "No age could be read in a/ferry." in page
    assert "No age could be read in b/77." not in page
    every = client.get(f"{DESK}/sources/a/issues?code=ages.unreadable").text
    assert "No age could be read in a/ferry." in every
    assert client.get(f"{DESK}/sources/nothing").status_code == 404
    bare = client.get(f"{DESK}/sources/a/issues", follow_redirects=False)
    assert (bare.status_code, bare.headers["location"]) == (303, f"{DESK}/sources/a")


def test_everything_people_can_choose_has_words_for_operators() -> None:
    assert {reason for reasons in feedback.REASONS.values() for reason, _ in reasons} == {*inbox.REASONS}


def test_health_tells_each_part_and_no_secret(tmp_path: Path) -> None:
    workshop = workshop_of(tmp_path / "home", admin_password="correct horse battery")
    client = client_of(workshop)
    stamp = field(client.get(f"{DESK}/sign-in").text, "stamp")
    client.post(f"{DESK}/sign-in", data={"stamp": stamp, "name": "Ada", "secret": "correct horse battery"})
    page = client.get(f"{DESK}/health").text
    for said in ("Database", "sqlite", "Search index", "Disk", "REPERIO_ADMIN_PASSWORD", "python"):
        assert said in page
    assert "correct horse" not in page
    values = html.document_fromstring(page).xpath("//dl[last()]//dd/text()")
    assert "en, de" in values
    assert not {"None", "True", "False", "('en', 'de')"} & {*values}
    close(workshop, client)


# -- judging -----------------------------------------------------------------------------------------------------


def test_a_pair_is_judged_with_who_when_and_why_and_taken_back(client: TestClient, workshop: Workshop) -> None:
    mark = sign_in(client, workshop, "Ada")
    pair = client.get(f"{DESK}/review/pair", params=PAIR).text
    assert "two records" in pair
    assert "Differs: " in pair
    assert "Same: " in pair
    answer = client.post(f"{DESK}/review/judge", data={"mark": mark, "answer": "same", "why": "One ferry", **PAIR})
    assert answer.status_code == 303
    assert "done=same" in answer.headers["location"]
    held = workshop.corpus.judgement("a/ferry", "b/77")
    assert held is not None
    assert (held.verdict, held.by, held.why) == ("yes", "Ada", "One ferry")
    client.app.state.office.settler.finish()  # type: ignore[attr-defined]  # an ASGI application by type
    assert workshop.corpus.merged_with("a/ferry") == ("b/77",)
    after = client.get(f"{DESK}/review/pair", params=PAIR).text
    assert "one record" in after
    assert "Undo: same, said by Ada" in after
    client.post(f"{DESK}/review/judge", data={"mark": mark, "answer": "undo", **PAIR})
    client.app.state.office.settler.finish()  # type: ignore[attr-defined]  # as above
    assert workshop.corpus.merged_with("a/ferry") == ()
    history = client.get(f"{DESK}/review/history").text
    assert "taken back" in history
    assert "One ferry" in history


def test_one_is_taken_out_of_all_it_was_merged_with(client: TestClient, workshop: Workshop) -> None:
    for other in ("b/77", "c/harbour"):
        workshop.corpus.decide("a/ferry", other, "same", "Bob")
    mark = sign_in(client, workshop)
    assert "out of the 3" in client.get(f"{DESK}/review/pair", params=PAIR).text
    client.post(f"{DESK}/review/judge", data={"mark": mark, "answer": "split-right", **PAIR})
    client.app.state.office.settler.finish()  # type: ignore[attr-defined]  # an ASGI application by type
    assert workshop.corpus.merged_with("b/77") == ()
    assert workshop.corpus.merged_with("a/ferry") == ("c/harbour",)


@pytest.mark.parametrize(
    ("form", "status"),
    [({"answer": "perhaps", **PAIR}, 400), ({"answer": "same", "left": "a/ferry", "right": "a/ferry"}, 400),
     ({"answer": "same", "left": "a/ferry", "right": "no/such"}, 404), ({"answer": "undo", **PAIR}, 404),
     ({"answer": "split-left", **PAIR}, 400), ({"answer": "same"}, 400)],
)  # fmt: skip
def test_a_judgement_that_makes_no_sense_is_refused(
    client: TestClient, workshop: Workshop, form: dict[str, str], status: int
) -> None:
    mark = sign_in(client, workshop)
    assert client.post(f"{DESK}/review/judge", data={"mark": mark, **form}).status_code == status
    assert workshop.corpus.history(by_people=True) == []


@pytest.mark.parametrize("query", ["left=&right=", "left=a/ferry", "left=a%00&right=b", "left=zz/1&right=zz/2"])
def test_a_pair_that_is_not_there_is_no_crash(client: TestClient, workshop: Workshop, query: str) -> None:
    sign_in(client, workshop)
    assert client.get(f"{DESK}/review/pair?{query}").status_code in {400, 404}


def test_the_index_is_brought_up_to_date_from_the_page_and_once_at_a_time(
    client: TestClient, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def index() -> None:
        begun.set()
        assert go_on.wait(20)

    monkeypatch.setattr(workshop, "index", index)
    mark = sign_in(client, workshop)
    page = client.get(f"{DESK}/").text
    assert "Search does not show 3 changes yet" in page
    assert "Bring the index up to date" in client.get(f"{DESK}/review").text
    assert client.post(f"{DESK}/index", data={}).status_code != 303, "without the mark of the session"
    assert client.post(f"{DESK}/index", data={"mark": mark}).status_code == 303
    assert begun.wait(20)
    assert "is being brought up to date" in client.get(f"{DESK}/").text
    indexer = client.app.state.office.indexer  # type: ignore[attr-defined]  # an ASGI application by type
    assert not indexer.begin(), "one at a time"
    go_on.set()
    indexer.wait(20)
    assert not indexer.running
    assert not indexer.failed


def test_an_index_that_fails_says_why() -> None:
    def refused() -> None:
        raise BackendError("Another process is indexing.")

    def broken() -> None:
        raise ZeroDivisionError

    for index, said in ((refused, "Another process is indexing."), (broken, "It broke off; the log says where.")):
        indexer = Indexer(index)
        assert indexer.begin()
        indexer.wait(20)
        assert indexer.failed == said


def test_a_burst_of_judgements_settles_once() -> None:
    settled: list[int] = []
    settler = Settler(lambda: settled.append(1), 0.05)
    for _ in range(5):
        settler.soon()
    assert settler.waiting
    settler.finish()
    assert settled == [1]
    assert not settler.waiting


def test_the_first_start_says_where_to_sign_in_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workshop = Workshop(Settings(home=tmp_path))
    _tell_first_token(workshop, f"{ADDRESS}{DESK}/")
    said = capsys.readouterr().err
    assert Keys(workshop.settings).fits(said.split("only now: ")[1].split()[0])
    _tell_first_token(workshop, f"{ADDRESS}{DESK}/")
    _tell_first_token(Workshop(Settings(home=tmp_path / "other", admin=False)), "x")
    assert capsys.readouterr().err == ""
    assert set(json.loads((tmp_path / FILE).read_bytes())) == {"key", "salt", "hash"}
