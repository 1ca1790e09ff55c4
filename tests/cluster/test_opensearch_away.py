"""Vectors that do not answer while words do: answers by words, labelled, and whole again by itself. On a real node."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from cluster.nodes import Nodes
from cluster.seen import Row
from homes import SAMPLE, WordsEncoder, copy_of, corpus_of, read_home, sample_home
from reperio.index import opensearch_meaning
from reperio.index.opensearch_wire import Wire
from reperio.jobs import Workshop
from reperio.settings import Settings
from reperio.web.app import create_app

__all__ = ["read_home", "sample_home"]

pytestmark = pytest.mark.cluster

QUERIES = ("sleep", "depression anxiety", "feeling low at night")
READINESS_KEPT = 2.5


def host(home: Path, url: str) -> Workshop:
    made = Workshop(
        Settings(home=home, sources=SAMPLE / "sources", model="none", log_level="error", index_url=SecretStr(url))
    )
    made.__dict__["encoder"] = WordsEncoder()
    return made


class Site:
    """The sample in a cluster, asked over the API."""

    def __init__(self, made: Workshop) -> None:
        self.workshop = made
        self._client = TestClient(create_app(made.settings, made.service()), raise_server_exceptions=False)
        cluster = made.library.cluster
        assert cluster is not None
        self.wire = cluster.wire

    def get(self, path: str) -> Any:
        told = self._client.get(path)
        assert told.status_code == 200, told.text
        return told.json()

    def status(self, path: str) -> int:
        return self._client.get(path).status_code

    def found(self, text: str, more: str = "") -> tuple[int, list[str]]:
        told = self.get(f"/api/v1/search?query={text}{more}")
        return told["total"], [result["item"]["id"] for result in told["results"]]

    def is_away(self, text: str) -> bool:
        return "meaning_away" in {note["code"] for note in self.get(f"/api/v1/search?query={text}")["notes"]}

    @property
    def vectors(self) -> str:
        """The indexes of vectors in use."""
        path, _ = self.workshop.library.current()
        return ",".join(name for name in self._names() if path.name in name)

    def _names(self) -> list[str]:
        return sorted(self.wire.ask("GET", "/away-*-meaning_*/_alias"))


@pytest.fixture
def site(one_node: Nodes, sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(opensearch_meaning, "PAUSE_SECONDS", 0.2)
    made = host(copy_of(sample_home, tmp_path / "home"), one_node.url("away", "?replicas=0"))
    assert made.index(full=True).rebuilt
    yield Site(made)
    made.engine.dispose()


def close(wire: Wire, names: str) -> None:
    wire.ask("POST", f"/{names}/_close", timeout="30s")


def reopen(wire: Wire, names: str) -> None:
    wire.ask("POST", f"/{names}/_open", timeout="30s")


def answered_by_words(site: Site, words: dict[str, tuple[int, list[str]]]) -> None:
    """Every question is answered as by words alone, and says so; readiness says what is missing."""
    for text in QUERIES:
        assert site.is_away(text)
        assert site.found(text) == words[text]
    time.sleep(READINESS_KEPT)
    ready = site.get("/health/ready")
    assert (ready["status"], ready["failed"]) == ("degraded", {})
    assert "do not answer" in ready["degraded"]["meaning"]


def test_questions_go_on_by_words_and_are_whole_again_by_themselves(site: Site, fault_table: list[Row]) -> None:
    whole = {text: site.found(text) for text in QUERIES}
    words = {text: site.found(text, "&meaning=0") for text in QUERIES}
    assert whole != words, "else nothing is shown"
    assert site.get("/health/ready")["degraded"] == {}
    close(site.wire, site.vectors)
    answered_by_words(site, words)
    item = site.get("/api/v1/search?query=sleep")["results"][0]["item"]["uuid"]
    for path in (f"search?like={item}", f"items/{item}/variables?query=sleep", "facets?query=sleep"):
        assert site.get(f"/api/v1/{path}")
    reopen(site.wire, site.vectors)
    _wait_until(lambda: not site.is_away("sleep"))
    assert {text: site.found(text) for text in QUERIES} == whole
    saw = "answers by words only, labelled; readiness says `degraded`"
    fault_table.append(Row("indexes of vectors closed", saw, "until they answer again, and 15 s at most; no restart"))


def _wait_until(done: Callable[[], bool]) -> None:
    until = time.monotonic() + 120
    while not done():
        assert time.monotonic() < until
        time.sleep(0.2)


def test_vectors_whose_shards_are_lost(site: Site, one_node: Nodes, fault_table: list[Row]) -> None:
    """Files are removed from the disk while the node is down; words are untouched."""
    words = {text: site.found(text, "&meaning=0") for text in QUERIES}
    whole = {text: site.found(text) for text in QUERIES}
    (lost,) = (name for name in site.vectors.split(",") if name.endswith("catalogue"))
    uuid = site.wire.ask("GET", f"/{lost}/_settings")[lost]["settings"]["index"]["uuid"]
    site.wire.ask("POST", f"/{lost}/_flush")
    one_node.kill(0)
    assert one_node.lose(0, uuid)
    one_node.start(0)
    one_node.wait(1, "red")
    _wait_until(lambda: site.status("/api/v1/search?query=sleep&meaning=0") == 200)
    answered_by_words(site, words)
    assert site.workshop.index(full=True).rebuilt
    _wait_until(lambda: not site.is_away("sleep"))
    assert {text: site.found(text) for text in QUERIES} == whole
    site.wire.ask("DELETE", f"/{lost}")
    saw = "answers by words only, labelled; readiness says `degraded`"
    fault_table.append(Row("shards of vectors lost for good", saw, "until `reperio index --full` has made them anew"))


def test_vectors_that_are_gone_are_made_anew_by_indexing(site: Site) -> None:
    whole = {text: site.found(text) for text in QUERIES}
    site.wire.ask("DELETE", f"/{site.vectors}")
    assert site.is_away("sleep")
    assert site.workshop.index().rebuilt
    _wait_until(lambda: not site.is_away("sleep"))
    assert {text: site.found(text) for text in QUERIES} == whole


def test_a_home_that_lost_its_index_builds_beside_what_the_cluster_has(site: Site, tmp_path: Path) -> None:
    url = site.workshop.settings.index_url
    assert url is not None
    other = host(corpus_of(site.workshop.settings.home, tmp_path / "other"), url.get_secret_value())
    before = site.found("sleep")
    report = other.index()
    assert report.rebuilt
    assert report.generation != site.workshop.library.current()[0].name
    assert Site(other).found("sleep") == before
    assert site.found("sleep") == before
    other.engine.dispose()


def test_a_cluster_without_the_plugin_leaves_vectors_to_the_host_that_has_them(
    java: Path, jars: str, sample_home: Path, tmp_path: Path
) -> None:
    plain = os.pathsep.join(jar for jar in jars.split(os.pathsep) if "opensearch-knn" not in jar)
    assert plain != jars
    with Nodes(1, tmp_path / "plain", java, plain) as nodes:
        first = host(copy_of(sample_home, tmp_path / "first"), nodes.url("plain"))
        assert first.index().rebuilt
        second = host(corpus_of(first.settings.home, tmp_path / "second"), nodes.url("plain"))
        here, there = Site(first), Site(second)
        assert not here.workshop.library.keeps_vectors
        assert here.get("/health/ready")["degraded"] == {}
        codes = {note["code"] for note in there.get("/api/v1/search?query=sleep")["notes"]}
        assert "meaning_off" in codes
        assert there.found("sleep") == here.found("sleep", "&meaning=0")
        assert "not on this host" in there.get("/health/ready")["degraded"]["meaning"]
        for made in (first, second):
            made.engine.dispose()
