"""Server processes, and what they serve."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from reperio.database import open_database
from reperio.record.archive import Archive
from reperio.record.http import Fetcher
from reperio.source.model import OaiPmh, Politeness, Source

HERE = Path(__file__).parent
CODEBOOK = """<codeBook xmlns="ddi:codebook:2_5" version="2.5"><stdyDscr><citation><titlStmt>
<titl xml:lang="en">Study {n}</titl><IDNo agency="DOI">10.5555/example-{n}</IDNo></titlStmt></citation>
<stdyInfo><abstract xml:lang="en">What {n} people in a small town said about sleep &amp; school.</abstract></stdyInfo>
</stdyDscr></codeBook>"""


@contextmanager
def running(script: str, *arguments: str) -> Iterator[str]:
    """A server process; gives its address."""
    command = [sys.executable, str(HERE / script), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port, f"{script} did not start"
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


class Served:
    """The directory an OAI-PMH server serves, and what it was asked."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.content: dict[str, Any] = {"records": []}
        self.save()

    def save(self) -> None:
        path = self.directory / "records.new"
        path.write_text(json.dumps(self.content))
        path.replace(self.directory / "records.json")

    def add(self, n: int, *, stamp: str = "", prefixes: tuple[str, ...] = ("oai_ddi25",), text: str = "") -> None:
        (self.directory / f"{n}.xml").write_text(text or CODEBOOK.format(n=n))
        stamp = stamp or f"2025-01-01T00:{n // 60:02}:{n % 60:02}"
        formats = dict.fromkeys(prefixes, f"{n}.xml")
        self.content["records"].append({"id": f"oai:example.org:{n}", "stamp": stamp, "formats": formats})

    def alter(self, n: int, stamp: str, **more: Any) -> None:
        (self.directory / f"{n}.xml").write_text(CODEBOOK.format(n=f"{n} (revised)"))
        each = next(each for each in self.content["records"] if each["id"].endswith(f":{n}"))
        each.update(stamp=stamp, **more)

    def asked(self) -> list[str]:
        path = self.directory / "asked.log"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture(scope="module")
def oai_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    root = tmp_path_factory.mktemp("served")
    with running("oai_server.py", str(root)) as url:
        yield root, url


@pytest.fixture
def served(oai_server: tuple[Path, str]) -> Served:
    directory = oai_server[0] / uuid4().hex
    directory.mkdir()
    return Served(directory)


@pytest.fixture
def oai_url(oai_server: tuple[Path, str], served: Served) -> str:
    return f"{oai_server[1]}/{served.directory.name}"


@pytest.fixture(scope="module")
def bad_url() -> Iterator[str]:
    with running("bad_server.py") as url:
        yield url


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    engine = open_database(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    yield Archive(engine)
    engine.dispose()


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(allow_private=True, backoff_seconds=0.01) as fetcher:
        yield fetcher


@pytest.fixture
def declare() -> Callable[..., Source]:
    def declare(url: str, **more: Any) -> Source:
        names = ("prefixes", "sets")
        oai = {"protocol": "oai_pmh", "url": url, **{name: more.pop(name) for name in names if name in more}}
        politeness = Politeness(delay_seconds=0, tries=3, timeout_seconds=10, max_megabytes=4)
        values = {"key": "s", "title": "S", "harvest": OaiPmh.model_validate(oai), "politeness": politeness}
        return Source.model_validate({**values, **more})

    return declare
