"""`reperio serve` over PostgreSQL and a real search node: probes and figures say which part is down, and when all is back."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from cluster.nodes import Nodes
from homes import SAMPLE, drain
from postgresql import Postgresql, running
from reperio.jobs import Workshop
from reperio.settings import Settings

pytestmark = pytest.mark.cluster

LONGEST_RECOVERY = 90.0
PROBED_AGAIN = 0.5
SEARCH = "/api/v1/search?query=sleep"


@pytest.fixture
def database() -> Iterator[Postgresql]:
    """A server to be killed."""
    yield from running(("fsync=off", "full_page_writes=off"))


class Site:
    """A server process of a host that holds nothing, asked over HTTP."""

    def __init__(self, home: Path, database: str, index: str) -> None:
        home.mkdir()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("REPERIO_")}
        told = {
            "REPERIO_HOME": str(home), "REPERIO_DATABASE": database, "REPERIO_INDEX_URL": index, "REPERIO_MODEL": "none",
            "REPERIO_SOURCES": str(SAMPLE / "sources"), "REPERIO_METRICS": "open", "REPERIO_LOG_FORMAT": "json",
        }  # fmt: skip
        self._output = (home / "output").open("w")
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from reperio.cli import main; main()", "serve", "--port", "0"],
            env=kept | told, stdout=subprocess.PIPE, stderr=self._output, text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        address = re.search(r"http://[^/]+", line)
        assert address is not None, (home / "output").read_text()
        self.client = httpx.Client(base_url=address[0], timeout=60)

    def ready(self) -> tuple[int, dict[str, Any]]:
        """Status and word of the probe, and what it says of each part."""
        told = self.client.get("/health/ready")
        assert told.status_code == 200 or int(told.headers["Retry-After"]) > 0
        return told.status_code, told.json()

    def figure(self, name: str) -> float:
        """One figure of those for monitors."""
        families = text_string_to_metric_families(self.client.get("/metrics").text)
        (value,) = (one.value for family in families for one in family.samples if one.name == name)
        return value

    def until(self, is_so: Callable[[], bool]) -> float:
        """Wait until something is so; gives the seconds it took."""
        began = time.monotonic()
        while not is_so():
            assert time.monotonic() - began < LONGEST_RECOVERY, self.ready()
            time.sleep(PROBED_AGAIN)
        return time.monotonic() - began

    def is_ready(self) -> bool:
        """Whether people can be sent here."""
        return self.ready()[0] == 200

    def stop(self) -> int:
        """Tell it to stop; gives how it ended."""
        self.client.close()
        self._process.terminate()
        code = self._process.wait(60)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._output.close()
        return code


@pytest.fixture
def site(database: Postgresql, one_node: Nodes, tmp_path: Path) -> Iterator[Site]:
    url, index = database.fresh(), one_node.url("served", "?replicas=0")
    first = Workshop(
        Settings(home=tmp_path / "first", database=SecretStr(url), index_url=SecretStr(index), sources=SAMPLE / "sources",
                 model="none", log_level="error")
    )  # fmt: skip
    drain(first)
    assert first.index().rebuilt
    first.engine.dispose()
    made = Site(tmp_path / "second", url, index)
    yield made
    assert made.stop() == 0


def test_probes_tell_which_part_is_down_and_when_it_is_back(site: Site, database: Postgresql, one_node: Nodes) -> None:
    site.until(site.is_ready)
    whole = site.client.get(SEARCH).json()["total"]
    assert whole > 0
    assert site.ready()[1] == {"status": "ready", "failed": {}, "degraded": {}}
    assert site.figure("reperio_ready") == 1

    one_node.kill(0)
    site.until(lambda: not site.is_ready())
    assert "cluster" in site.ready()[1]["failed"]
    assert "database" not in site.ready()[1]["failed"]
    assert site.figure("reperio_ready") == 0
    refused = site.client.get(SEARCH)
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (503, True)
    assert "cluster" in refused.json()["detail"]
    assert site.client.get("/health/live").status_code == 200

    database.kill()
    site.until(lambda: {"cluster", "database"} <= site.ready()[1]["failed"].keys())
    one_node.start(0)
    one_node.wait(1)
    site.until(lambda: site.ready()[1]["failed"].keys() == {"database"})
    assert site.client.get("/health/live").status_code == 200
    assert site.client.get("/api/v1/suggest?prefix=sle").status_code == 200, "what needs the index alone goes on"
    database.start()
    site.until(site.is_ready)
    assert site.client.get(SEARCH).json()["total"] == whole
    assert site.figure("reperio_ready") == 1
