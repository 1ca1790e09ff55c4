"""A site of several hosts, each with an empty home: PostgreSQL for the corpus, three nodes with copies for the index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from cluster.nodes import Nodes
from homes import SAMPLE, WordsEncoder, drain, read_home, sample_home
from homes import workshop as sqlite_workshop
from postgresql import Postgresql, postgresql
from reperio.jobs import Workshop
from reperio.settings import Settings
from reperio.web.app import create_app

__all__ = ["postgresql", "read_home", "sample_home"]

pytestmark = pytest.mark.cluster

BY_WORDS = (
    "/api/v1/search?query=sleep&size=50&meaning=0", "/api/v1/search?query=health -income&size=100&meaning=0",
    "/api/v1/search?query=depression anxiety&country=GB&size=100&meaning=0", "/api/v1/search?query=&sort=title&size=50&page=2",
    "/api/v1/facets?query=health&meaning=0", "/api/v1/suggest?prefix=sle", "/api/v1/sources",
)  # fmt: skip
ALSO = (
    "/api/v1/search?query=trouble sleeping", "/api/v1/search?query=household income&resource_type=variable",
    "/search/", "/search/discover?query=sleep", "/search/studies", "/search/sitemap.xml", "/health/ready",
)  # fmt: skip


def host(home: Path, database: str, index: str) -> Workshop:
    """A host of the site: nothing of its own but settings."""
    made = Workshop(
        Settings(
            home=home, database=SecretStr(database), index_url=SecretStr(index), sources=SAMPLE / "sources", model="none",
            log_level="error",
        )
    )  # fmt: skip
    made.__dict__["encoder"] = WordsEncoder()
    return made


@pytest.fixture(scope="module")
def hosts(
    postgresql: Postgresql, three_nodes: Nodes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Workshop, Workshop]]:
    """One host that harvested, read and indexed, and another that did not."""
    database, index = postgresql.fresh(), three_nodes.url("hosts", "?shards=3&replicas=1")
    first, second = (host(tmp_path_factory.mktemp(name), database, index) for name in ("first", "second"))
    drain(first)
    assert first.index().rebuilt
    yield first, second
    for each in (first, second):
        each.engine.dispose()


def answer(made: Workshop, path: str) -> tuple[int, object]:
    """The status of an answer, and what is in it but scores, order among equals and dates."""
    client = TestClient(create_app(made.settings, made.service()), raise_server_exceptions=False)
    told = client.get(path)
    return told.status_code, told.json() if "json" in told.headers["content-type"] else len(told.text) > 500


def facts(told: object, path: str) -> object:
    """What both engines must agree on: all of the answer but its order by weight, which each has its own of.

    So ids are compared where the page holds them all, or is in order of title.
    """
    if not isinstance(told, dict):
        return told
    ids = {result["item"]["id"] for result in told.get("results", ())}
    assert len(ids) == told.get("total", 0) or "&sort=title" in path, "ask for a page that holds all"
    suggested = {one["text"] for one in told.get("suggestions", ())}
    return told.get("total"), ids, suggested, told.get("facets")


def in_order(told: object) -> object:
    """What hosts that ask the same cluster agree on: what is found, in order, and its counts."""
    if not isinstance(told, dict):
        return told
    ids = [result["item"]["id"] for result in told.get("results", ())]
    return told.get("total"), ids, told.get("facets"), told.get("status")


@pytest.mark.parametrize("path", BY_WORDS)
def test_both_hosts_answer_as_one_machine_does(hosts: tuple[Workshop, Workshop], sample_home: Path, path: str) -> None:
    alone = sqlite_workshop(sample_home, WordsEncoder())
    expected = answer(alone, path)
    alone.engine.dispose()
    assert expected[0] == 200
    for made in hosts:
        found = answer(made, path)
        assert (found[0], facts(found[1], path)) == (200, facts(expected[1], path))


@pytest.mark.parametrize("path", ALSO)
def test_both_hosts_answer_alike(hosts: tuple[Workshop, Workshop], path: str) -> None:
    first, second = (answer(made, path) for made in hosts)
    assert first[0] == 200
    assert in_order(second[1]) == in_order(first[1])
    assert second[0] == first[0]


def test_the_second_host_searches_by_meaning_and_holds_no_index(hosts: tuple[Workshop, Workshop]) -> None:
    second = hosts[1]
    assert second.service().discovery().encoder is not None
    assert not list(second.settings.home.rglob("segment-*"))
