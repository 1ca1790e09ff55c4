"""Pages for operators and forms in a real browser: used by keyboard, with and without JavaScript."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect

from reperio.web.admin.keys import Keys
from reperio.web.app import create_app
from reperio.web.pages import feedback
from web.desks import workshop_of
from web.standin import StandIn

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
DESK = "/search/admin"
PAIR = f"{DESK}/review/pair?left=a/ferry&right=b/77"


class Running:
    """A site that runs, and the token of its operators."""

    def __init__(self, address: str, token: str) -> None:
        self.address = address
        self.token = token


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    workshop = workshop_of(Path(tmp_path_factory.mktemp("desk")) / "home")
    settings = workshop.settings.model_copy(update={"public_url": None})
    app = create_app(settings, StandIn(), workshop)
    app.state.office.reporting._each = 100
    app.state.office.desk.miss("zzzz")
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Running(f"http://127.0.0.1:{port}", Keys(settings).renew())
    server.should_exit = True
    thread.join(10)
    app.state.office.close()
    workshop.engine.dispose()


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "QUICK_SECONDS", -1)


def _sign_in(context: BrowserContext, running: Running) -> Page:
    page = context.new_page()
    page.goto(f"{DESK}/")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Token").fill(running.token)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    return page


def test_patterns_stand_forced_colours_and_print(browser: Browser, running: Running) -> None:
    context = browser.new_context(base_url=running.address, forced_colors="active")
    page = context.new_page()
    page.goto("/-/patterns")
    assert page.locator(".badge").first.evaluate("one => getComputedStyle(one).borderStyle") == "solid"
    page.emulate_media(media="print", forced_colors="none")
    expect(page.locator(".top nav")).to_be_hidden()
    expect(page.locator("#colours")).to_be_visible()
    context.close()


def test_without_javascript_a_pair_is_judged_and_taken_back(browser: Browser, running: Running) -> None:
    context = browser.new_context(base_url=running.address, java_script_enabled=False)
    page = _sign_in(context, running)
    page.goto(PAIR)
    page.get_by_role("textbox", name="Why").fill("Both run the same ferry")
    page.get_by_role("button", name="The same", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Kept: they are the same.")
    page.goto(PAIR)
    expect(page.get_by_role("table", name="Who judged what, when and why")).to_contain_text("Both run the same ferry")
    page.get_by_role("button", name="Undo: same, said by Ada").click()
    expect(page.get_by_role("status")).to_contain_text("Taken back.")
    page.get_by_role("button", name="Sign out").click()
    page.goto(PAIR)
    expect(page.get_by_role("heading", level=1)).to_have_text("For operators")
    context.close()


@pytest.mark.parametrize("script", [True, False])
def test_a_problem_is_reported_from_the_page_of_a_record_and_read(
    browser: Browser, running: Running, script: bool
) -> None:
    context = browser.new_context(base_url=running.address, java_script_enabled=script)
    page = context.new_page()
    page.goto("/search/studies/growing-up-and-sleeping-well-survey")
    page.get_by_role("link", name="Report a problem with this record").click()
    page.get_by_label("Something stated is wrong").check()
    page.get_by_label("In your words").fill(f"The years are off, {script}")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    page = _sign_in(context, running)
    page.get_by_role("link", name="Feedback").first.click()
    report = page.locator("li.card", has_text=f"The years are off, {script}")
    report.get_by_role("button", name="Done").click()
    expect(report).to_have_count(0)
    context.close()
