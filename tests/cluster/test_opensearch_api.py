"""The API answers alike over the embedded engine and over a cluster, built by the same command, changed in place, moved."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from cluster.nodes import Nodes
from homes import SAMPLE, WordsEncoder, copy_of, corpus_of, read_home, sample_home
from reperio.errors import NotReadyError
from reperio.index.ask import Ask, Everything
from reperio.jobs import Workshop
from reperio.query.discovery import Discovery
from reperio.query.match import NEAR_FLOOR, RELATIVE_FLOOR, VARIABLE_FLOOR, VARIABLE_SHARE
from reperio.query.model import Query
from reperio.settings import Settings
from reperio.web.app import create_app

__all__ = ["read_home", "sample_home"]

pytestmark = pytest.mark.cluster

QUERIES = (
    "query=", "query=sleep", "query=depression anxiety", "query=%22mental health%22", "query=child*", "query=depresion",
    "query=UK birth cohort, ages 10 to 16", "query=sleep&country=GB", "query=schlaf", "query=health -income",
    "query=household income&sort=newest", "query=&sort=title&size=5&page=2",
)  # fmt: skip


def site(workshop: Workshop) -> TestClient:
    service = workshop.service()
    return TestClient(create_app(workshop.settings, service), raise_server_exceptions=False)


def workshop(home: Path, url: str | None, sources: Path = SAMPLE / "sources") -> Workshop:
    setting = SecretStr(url) if url else None
    made = Workshop(Settings(home=home, sources=sources, model="none", log_level="error", index_url=setting))
    made.__dict__["encoder"] = WordsEncoder()
    return made


CLUSTERS = {
    "three nodes": ("three_nodes", "?shards=3&replicas=1"),
    "elasticsearch": ("elasticsearch", "?shards=3&replicas=0"),
}


@pytest.fixture(scope="module", params=CLUSTERS)
def moved(request: pytest.FixtureRequest, sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The sample, moved to the cluster."""
    name, options = CLUSTERS[request.param]
    nodes: Nodes = request.getfixturevalue(name)
    home = copy_of(sample_home, tmp_path_factory.mktemp("moved") / "home")
    made = workshop(home, nodes.url("api", options))
    assert made.index().rebuilt
    return made


def facts(answer: dict[str, Any]) -> Any:
    """What both engines must agree on: all but scores, and the order that they make."""
    results = answer.get("results", [])
    return answer.get("total"), {result["item"]["id"] for result in results} if len(results) < 20 else len(results)


@pytest.mark.parametrize("query", QUERIES)
def test_searches_find_the_same(moved: Workshop, sample_home: Path, query: str) -> None:
    """By words, exactly. What is near besides is compared by overlap: a graph that is walked may miss the last of it."""
    embedded, cluster = site(workshop(sample_home, None)), site(moved)
    for path in (f"/api/v1/search?{query}&meaning=0", f"/api/v1/facets?{query.partition('&')[0]}&meaning=0"):
        expected, found = embedded.get(path), cluster.get(path)
        assert (found.status_code, expected.status_code) == (200, 200), found.text
        assert facts(found.json()) == facts(expected.json())
        assert found.json().get("facets") == expected.json().get("facets")


@pytest.mark.parametrize("prefix", ["sle", "dep", "ghq", "ger", "h"])
def test_suggestions_are_the_same(moved: Workshop, sample_home: Path, prefix: str) -> None:
    path = f"/api/v1/suggest?prefix={prefix}"
    expected, found = (site(each).get(path).json()["suggestions"] for each in (workshop(sample_home, None), moved))
    assert {one["text"] for one in found} == {one["text"] for one in expected}


def test_variables_of_a_study_are_the_same(moved: Workshop, sample_home: Path) -> None:
    embedded, cluster = site(workshop(sample_home, None)), site(moved)
    results = embedded.get("/api/v1/search?query=&size=50").json()["results"]
    paths = [f"/api/v1/items/{result['item']['id']}/variables?query={word}&limit=100" for result in results[:15]
             for word in ("", "sleep", "age")]  # fmt: skip
    totals = [embedded.get(path).json()["total"] for path in paths]
    assert sum(totals) > 50
    assert [cluster.get(path).json()["total"] for path in paths] == totals


def host_without_index(moved: Workshop, home: Path, options: str = "") -> Workshop:
    """A second host of the same catalogue: it has the corpus, and no index of its own."""
    url = moved.settings.index_url
    assert url is not None
    return workshop(corpus_of(moved.settings.home, home), url.get_secret_value() + options)


@pytest.mark.parametrize("query", ["query=sleep", "query=feeling low at night", "query=depression anxiety"])
def test_a_host_without_the_index_directory_finds_by_words_and_meaning(
    moved: Workshop, tmp_path: Path, query: str
) -> None:
    elsewhere = host_without_index(moved, tmp_path / "home")
    assert elsewhere.service().discovery().encoder is not None
    assert elsewhere.service().discovery().index.catalogue.dimensions == 64
    path = f"/api/v1/search?{query}"
    found, expected = (site(each).get(path).json() for each in (elsewhere, moved))
    assert found["total"] > 0
    assert [each["item"]["id"] for each in found["results"]] == [each["item"]["id"] for each in expected["results"]]


def test_words_and_meaning_are_fused_as_by_the_embedded_engine(moved: Workshop, sample_home: Path) -> None:
    """Ten best of each, by overlap: the engines weigh words each in its own way, and fuse by the same function."""
    asked = ("sleep at night", "mental health of mothers", "income of households", "smoking in pregnancy", "wellbeing")
    shares = []
    for text in asked:
        best = [
            {each["item"]["id"] for each in site(one).get(f"/api/v1/search?query={text}&size=10").json()["results"]}
            for one in (workshop(sample_home, None), moved)
        ]
        assert best[0]
        shares.append(len(best[0] & best[1]) / len(best[0]))
    assert sum(shares) / len(shares) >= 0.9, shares


CLOSE = 2e-3
"""Cosines are rounded in files and in a cluster, each in its way."""

EVERY = 10_000


def chosen_among_equals(alone: Discovery, text: str) -> dict[str, float]:
    """What is near only as the home of one of a study's nearest variables, where several homes have one as near as that.

    The study is shown through one of them, and either engine may take any.
    """
    vector = alone.match(Query(text=text)).vector
    assert vector is not None
    variables = alone.index.variables
    roots = [near.root for near in variables.nearest_roots(vector, EVERY)]
    found = {}
    for nears in variables.nearest_within(vector, roots, EVERY, texts=EVERY).values():
        homes = {near.parent for near in nears if near.cosine >= nears[0].cosine - CLOSE}
        if len(homes) > 1:
            found |= dict.fromkeys(homes, nears[0].cosine * VARIABLE_SHARE)
    return found


@pytest.mark.parametrize("text", ["sleep", "feeling low at night", "household income", "wellbeing", "smoking mothers"])
def test_what_is_near_in_meaning_is_the_same_but_at_the_edge(moved: Workshop, sample_home: Path, text: str) -> None:
    """The sample has few texts, so that the cluster looks at all, as the files do.

    What stands at an edge (a floor, the last place of a list) may be on either side of it; of variables as near as one
    another any may stand for their study; and nothing else differs.
    """
    alone, cluster = (one.service().discovery() for one in (workshop(sample_home, None), moved))
    expected, found = (
        {identity: near.cosine for identity, near in one.match(Query(text=text)).near.items()}
        for one in (alone, cluster)
    )
    assert len(expected) > 5
    related = alone.encoder.related if alone.encoder else 0.0
    edges = (
        NEAR_FLOOR * related, VARIABLE_FLOOR * VARIABLE_SHARE, RELATIVE_FLOOR * max(expected.values()),
        min(expected.values()), min(found.values()),
    )  # fmt: skip
    equals = chosen_among_equals(alone, text)
    for identity in expected.keys() | found.keys():
        both = [near[identity] for near in (expected, found) if identity in near]
        if len(both) == 2 and both[0] == pytest.approx(both[1], abs=CLOSE):
            continue
        allowed = (*edges, equals[identity]) if identity in equals else edges
        assert any(max(both) == pytest.approx(value, abs=CLOSE) for value in allowed), (identity, both, allowed)


def test_a_host_without_the_index_directory_finds_by_words_where_vectors_are_in_files(
    moved: Workshop, tmp_path: Path
) -> None:
    elsewhere = host_without_index(moved, tmp_path / "home", "&vectors=files")
    assert elsewhere.service().discovery().encoder is None
    found = site(elsewhere).get("/api/v1/search?query=sleep")
    assert found.status_code == 200
    assert found.json()["total"] > 0


def test_an_index_of_another_encoder_is_refused(moved: Workshop, tmp_path: Path) -> None:
    url = moved.settings.index_url
    assert url is not None
    other = workshop(tmp_path, url.get_secret_value())
    other.encoder.name = "another-7"  # type: ignore[union-attr,misc]
    with pytest.raises(NotReadyError, match="another-7"):
        other.service().discovery()


def test_a_change_reaches_the_cluster_in_place(moved: Workshop) -> None:
    before = moved.library.stamp()
    moved.corpus.settle()
    report = moved.index()
    assert not report.rebuilt
    assert moved.library.stamp() == before


def test_a_rebuild_swaps_and_keeps_one(moved: Workshop) -> None:
    for _ in range(3):
        assert moved.index(full=True).rebuilt
    cluster = moved.library._cluster
    assert cluster is not None
    assert len(cluster._indexes()) == 2 * (2 + 2)  # of this generation and the one before, for words and for meaning
    index = moved.library.open("beginnings-1")
    assert index.backend.search(Ask(clause=Everything(), limit=0)).total > 30


def test_moving_back(moved: Workshop, tmp_path: Path) -> None:
    back = workshop(copy_of(moved.settings.home, tmp_path / "home"), None)
    with pytest.raises(NotReadyError):
        back.service().discovery()
    assert back.index().rebuilt
    assert site(back).get("/api/v1/search?query=sleep").json()["total"] > 0


def test_the_command_line_asks_the_cluster(moved: Workshop) -> None:
    url = moved.settings.index_url
    assert url is not None
    environment = {
        **os.environ,
        "REPERIO_INDEX_URL": url.get_secret_value(),
        "REPERIO_MODEL": "none",
        "REPERIO_SOURCES": str(SAMPLE / "sources"),
    }
    command = [str(Path(sys.executable).parent / "reperio"), "search", "sleep", "--home", str(moved.settings.home)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "sleep" in done.stdout.lower()
