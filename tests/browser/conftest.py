"""A real Chromium and the real server on the loopback address: over the stand-in service, and over the sample."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, expect, sync_playwright

from homes import WordsEncoder, workshop
from homes import read_home as read_home  # noqa: PLC0414 - fixtures are found by their names
from homes import sample_home as sample_home  # noqa: PLC0414
from reperio.web.admin.keys import Keys
from reperio.web.app import create_app
from web.desks import workshop_of
from web.standin import StandIn

CHROMIUM = Path("/usr/bin/chromium")
expect.set_options(timeout=20_000)  # a busy machine is no fault of a page
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """An application at a free port of the loopback address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


class Running(str):
    """Address of a running site, and the token of its operators."""

    token: str = ""


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A site over the stand-in, with pages for operators over a small corpus."""
    office = workshop_of(tmp_path_factory.mktemp("office") / "home")
    settings = office.settings.model_copy(update={"public_url": "", "contact": "help@example.org"})
    with served(create_app(settings, StandIn(), office)) as at:
        running = Running(at)
        running.token = Keys(settings).renew()
        yield running


@pytest.fixture(scope="session")
def catalogue(sample_home: Path) -> Iterator[str]:
    """A site over the sample, through the real search."""
    made = workshop(sample_home, WordsEncoder())
    with served(create_app(made.settings, made.service())) as at:
        yield at


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; the test skips where it is absent."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed (/usr/bin/chromium is absent): the pages are not looked at")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield browser
        browser.close()
