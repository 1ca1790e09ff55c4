"""A site over PostgreSQL answers as one over SQLite does; two processes of it on two hosts are one site."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from crews import workshop
from homes import SAMPLE, drain, read_home, sample_home
from homes import workshop as sqlite_workshop
from postgresql import Postgresql, postgresql
from reperio.desk import desk_of
from reperio.jobs import Workshop
from reperio.web.admin.keys import Keys
from reperio.web.app import create_app
from reperio.web.pages.feedback import QUICK_SECONDS
from web.desks import field

__all__ = ["postgresql", "read_home", "sample_home"]

pytestmark = [pytest.mark.server, pytest.mark.enable_socket]

PATHS = (
    "/api/v1/search?query=sleep&size=50", "/api/v1/search?query=UK+birth+cohort,+ages+10+to+16", "/api/v1/facets?query=health",
    "/api/v1/search?query=depression+anxiety&country=GB", "/api/v1/suggest?prefix=sle", "/api/v1/sources",
    "/api/v1/search?query=&sort=title&size=50&page=2", "/search/sitemap-1.xml", "/search/studies", "/search/sources",
)  # fmt: skip
DATES = re.compile(r"\d{4}-\d\d-\d\d[T ][\d:.+Z]*|\"took_ms\":[\d.]+|\d{4}-\d\d-\d\d|score\":[\d.e-]+")


@pytest.fixture(scope="module")
def moved(postgresql: Postgresql, sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """The sample harvested and read into PostgreSQL, over the index of the one in SQLite."""
    home = tmp_path_factory.mktemp("moved")
    (home / "index").symlink_to(sample_home / "index")
    made = workshop(home, postgresql.fresh())
    drain(made)
    yield made
    made.engine.dispose()


def plain(text: str) -> str:
    """An answer without when it was made."""
    return DATES.sub("", text)


@pytest.mark.parametrize("path", PATHS)
def test_answers_are_those_over_sqlite(moved: Workshop, sample_home: Path, path: str) -> None:
    answers = []
    for made in (sqlite_workshop(sample_home, moved.encoder), moved):
        client = TestClient(create_app(made.settings, made.service()))
        answers.append(client.get(path))
        made.engine.dispose()
    assert answers[0].status_code == 200
    assert [answer.status_code for answer in answers] == [200, 200]
    assert plain(answers[1].text) == plain(answers[0].text)


def test_every_item_is_the_same(moved: Workshop, sample_home: Path) -> None:
    alone = sqlite_workshop(sample_home)
    items: list[dict[str, Any]] = []
    for made in (alone, moved):
        items.append({item.id: (item.slug, item.members, item.variables, item.children) for item in made.corpus.walk()})
        made.engine.dispose()
    assert len(items[0]) > 2500
    assert items[1] == items[0]


class Host:
    """A host of the site: its own home, the database and the index of all."""

    def __init__(self, home: Path, index: Path, url: str) -> None:
        home.mkdir()
        (home / "index").symlink_to(index)
        command = [
            sys.executable,
            "-c",
            "from reperio.cli import main; main()",
            "serve",
            "--port",
            "0",
            "--home",
            str(home),
        ]
        environment = {
            **os.environ, "REPERIO_DATABASE": url, "REPERIO_MODEL": "none", "REPERIO_SOURCES": str(SAMPLE / "sources"),
            "REPERIO_LOG_LEVEL": "error",
        }  # fmt: skip
        self.output = (home / "output").open("w+")
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=self.output, text=True)

    def client(self) -> httpx.Client:
        """A browser at this host."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.output.seek(0)
        assert "Reperio is at" in line, self.output.read()
        address = re.search(r"http://[^/]+", line)
        assert address is not None
        return httpx.Client(base_url=address[0], timeout=60)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.output.close()


def test_two_hosts_are_one_site(moved: Workshop, sample_home: Path, tmp_path: Path) -> None:
    url = moved.settings.database_url
    hosts = [Host(tmp_path / name, sample_home / "index", url) for name in ("one", "two")]
    stack = ExitStack()
    try:
        one, two = (host.client() for host in hosts)
        stack.callback(one.close)
        stack.callback(two.close)
        assert one.get("/api/v1/search?query=sleep").json()["total"] > 0
        _feedback(one, two)
        with closing(desk_of(moved.settings)) as desk:
            assert {report.text for report in desk.reports()} == {"seen at one", "seen at two"}
        with closing(Keys(moved.settings)) as keys:
            token = keys.renew()
        stamp = field(one.get("/search/admin/sign-in").text, "stamp")
        answer = two.post("/search/admin/sign-in", data={"stamp": stamp, "name": "Ada", "secret": token})
        assert answer.status_code == 303
        cookies = {"Cookie": answer.headers["set-cookie"].partition(";")[0]}
        mark = field(one.get("/search/admin/", headers=cookies).text, "mark")
        left, right = sorted(item.id for item in moved.corpus.roots(("study",), limit=2))
        for client, answered in ((one, "same"), (two, "different")):
            form = {"mark": mark, "answer": answered, "left": left, "right": right}
            assert client.post("/search/admin/review/judge", data=form, headers=cookies).status_code == 303
        said = moved.corpus.history(by_people=True)
        assert {entry.judgement.verdict for entry in said} == {"yes", "no"}
        assert two.post("/search/admin/sign-out", data={"mark": mark}, headers=cookies).status_code == 303
        assert one.get("/search/admin/", headers=cookies).status_code == 303
    finally:
        stack.close()
        for host in hosts:
            host.stop()


def _feedback(one: httpx.Client, two: httpx.Client) -> None:
    """A form drawn by one host is taken by the other."""
    stamps = [field(client.get("/search/feedback").text, "stamp") for client in (two, one)]
    time.sleep(QUICK_SECONDS + 1)
    for client, stamp, text in zip((one, two), stamps, ("seen at one", "seen at two"), strict=True):
        assert client.post("/search/feedback", data={"stamp": stamp, "text": text}).status_code == 303
