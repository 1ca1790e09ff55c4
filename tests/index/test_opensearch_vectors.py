"""What is told and asked of an index of vectors, by its form, in both dialects; its meaning is proved on real nodes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from homes import WordsEncoder
from reperio.errors import BackendError, ConfigError
from reperio.index import opensearch_vectors
from reperio.index.meaning import Entry
from reperio.index.opensearch_address import Address, parse_address
from reperio.index.opensearch_meaning import ClusterMeaning
from reperio.index.opensearch_vectors import (
    MOST_NEAR,
    documents_of,
    has_vectors,
    near_query,
    vectors_mapping,
    vectors_settings,
)
from reperio.index.opensearch_wire import PassingError, Wire
from reperio.index.vectors import TextVectors

HALF = np.array([0.5, -0.123456789], np.float32)
OPENSEARCH = parse_address("opensearch://host/x?shards=9")
ELASTICSEARCH = parse_address("elasticsearch://host/x?replicas=2")


class Told(Wire):
    """A cluster that gives canned answers and keeps what it was asked."""

    def __init__(self, *answers: Any) -> None:
        self._left = list(answers)
        self.asked: list[Any] = []

    def ask(self, method: str, path: str, body: Any = None, *, seconds: float = 0, **params: str | int | bool) -> Any:
        self.asked.append((method, path, params))
        answer = self._left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def search_each(self, index: str, bodies: Sequence[Mapping[str, Any]], *, preference: str) -> list[Any]:
        assert (index, bool(preference)) == ("i", True)
        self.asked += bodies
        return [self._left.pop(0) for _ in bodies]


def hits(*told: tuple[float, str, list[str]], total: int = 0) -> dict[str, Any]:
    rows = [
        {"_score": score, "_source": {"root": root, "entries": entries, "parents": ["p"] * len(entries)}}
        for score, root, entries in told
    ]
    return {"hits": {"total": {"value": total or len(rows)}, "hits": rows}}


def meaning(*answers: Any) -> tuple[ClusterMeaning, Told]:
    told = Told(*answers)
    return ClusterMeaning(told, "opensearch", "i", 2), told


@pytest.fixture
def store(tmp_path: Path) -> TextVectors:
    made = TextVectors(tmp_path, WordsEncoder.dimensions)
    made.ensure(["sleep", "mood", "--"], WordsEncoder())
    return made


# -- which clusters keep vectors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "answer", "expected"),
    [
        (OPENSEARCH, [{"component": "opensearch-security"}, {"component": "opensearch-knn"}], True),
        (OPENSEARCH, [{"component": "org.opensearch.knn.plugin.KNNPlugin"}], True),
        (OPENSEARCH, [{"component": "opensearch-security"}], False),
        (OPENSEARCH, [], False),
        (OPENSEARCH, BackendError("not allowed"), False),
        (ELASTICSEARCH, None, True),
        (parse_address("opensearch://host/x?vectors=files"), None, False),
        (parse_address("elasticsearch://host/x?vectors=files"), None, False),
    ],
)
def test_a_cluster_that_keeps_vectors_is_known_by_its_plugins(address: Address, answer: Any, expected: bool) -> None:
    assert has_vectors(Told(answer), address) is expected


def test_a_cluster_that_does_not_answer_is_not_taken_to_have_no_plugins() -> None:
    with pytest.raises(PassingError):
        has_vectors(Told(PassingError("busy")), OPENSEARCH)


def test_where_vectors_lie_is_told_in_the_address() -> None:
    assert OPENSEARCH.vectors == "cluster"
    with pytest.raises(ConfigError, match="files"):
        parse_address("opensearch://host/x?vectors=elsewhere")


# -- dialects ----------------------------------------------------------------------------------------------------------


def test_opensearch_is_told_of_a_graph_of_lucene() -> None:
    told = vectors_mapping("opensearch", 384, {"generation": "g"})
    vector = told["properties"]["vector"]
    assert (vector["type"], vector["dimension"]) == ("knn_vector", 384)
    assert (vector["method"]["engine"], vector["method"]["space_type"]) == ("lucene", "cosinesimil")
    assert (told["dynamic"], told["_meta"]) == ("strict", {"generation": "g"})
    settings = vectors_settings(OPENSEARCH, 9)["index"]
    assert (settings["knn"], settings["number_of_shards"], settings["refresh_interval"]) == (True, 9, "-1")
    assert settings["auto_expand_replicas"] == "0-1"


def test_elasticsearch_is_told_of_dense_vectors() -> None:
    vector = vectors_mapping("elasticsearch", 384, {})["properties"]["vector"]
    assert (vector["type"], vector["dims"], vector["similarity"]) == ("dense_vector", 384, "cosine")
    settings = vectors_settings(ELASTICSEARCH, 1)["index"]
    assert "knn" not in settings
    assert settings["number_of_replicas"] == 2


def test_both_dialects_narrow_before_they_look_for_what_is_near() -> None:
    narrowed = {"term": {"root": "s/1"}}
    assert near_query("opensearch", HALF, 7, narrowed) == {
        "knn": {"vector": {"vector": [0.5, -0.12346], "k": MOST_NEAR, "filter": narrowed}}
    }, "all that it leaves may be looked at"
    assert near_query("elasticsearch", HALF, 7, narrowed) == {
        "knn": {
            "field": "vector", "query_vector": [0.5, -0.12346], "k": MOST_NEAR, "num_candidates": MOST_NEAR,
            "filter": narrowed,
        }
    }  # fmt: skip
    assert near_query("elasticsearch", HALF, 7)["knn"].items() >= {"k": 7, "num_candidates": 100}.items()
    assert near_query("opensearch", HALF, 10**6)["knn"]["vector"]["k"] == MOST_NEAR


# -- documents ---------------------------------------------------------------------------------------------------------


def test_each_text_of_a_root_is_a_document_with_all_it_stands_for(store: TextVectors) -> None:
    entries = [
        Entry("s/1/a", ("sleep", "mood"), "s/1", "s/1/d"), Entry("s/1/b", ("sleep",), "s/1", "s/1"),
        Entry("s/2/a", ("sleep", "never encoded", "--"), "s/2", ""), Entry("s/3", ("mood",)),
    ]  # fmt: skip
    told = list(documents_of(entries, store))
    assert [(one["root"], one["entries"], one["parents"]) for one in told] == [
        ("s/1", ["s/1/a", "s/1/b"], ["s/1/d", "s/1"]), ("s/1", ["s/1/a"], ["s/1/d"]), ("s/2", ["s/2/a"], [""]),
        ("s/3", ["s/3"], [""]),
    ]  # fmt: skip
    assert told[0]["text"] == told[2]["text"] != told[1]["text"]
    assert told[0]["vector"] == pytest.approx(WordsEncoder().encode(["sleep"])[0].tolist(), abs=1e-3)
    assert told[0].keys() | {"stamp"} == vectors_mapping("opensearch", 2, {})["properties"].keys()


def test_very_many_entries_of_a_text_are_told_apart(store: TextVectors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opensearch_vectors, "MOST_ENTRIES", 2)
    monkeypatch.setattr(opensearch_vectors, "MOST_HELD", 4)
    entries = [Entry(f"s/1/{number}", ("sleep",), "s/1", "") for number in range(9)]
    told = list(documents_of(entries, store))
    assert [len(one["entries"]) for one in told] == [2, 2, 2, 2, 1]
    assert len({opensearch_vectors._key(one) for one in told}) == 5


def test_documents_are_json(store: TextVectors) -> None:
    (told,) = documents_of([Entry("s/é", ("mood",))], store)
    text = msgspec.json.encode(told).decode()
    assert not re.search(r"\d\.\d{6,}", text), "more digits than are kept"
    assert "NaN" not in text


# -- answers -----------------------------------------------------------------------------------------------------------


def test_scores_are_cosines_and_entries_come_once() -> None:
    answer = hits((1.0, "s/1", ["a", "b"]), (0.75, "s/2", ["a", "c"]), (0.5, "s/3", ["d"]))
    made, told = meaning(answer, answer)
    assert [(near.id, near.cosine, near.root) for near in made.nearest(HALF, 3)] == [
        ("a", 1.0, "s/1"), ("b", 1.0, "s/1"), ("c", 0.5, "s/2"),
    ]  # fmt: skip
    assert [near.id for near in made.nearest(HALF, 3, floor=0.9)] == ["a", "b"]
    assert told.asked[0]["query"]["knn"]["vector"]["k"] == 12


def test_all_texts_are_looked_at_where_they_are_few() -> None:
    told = Told(hits(), hits())
    for texts in (MOST_NEAR, MOST_NEAR + 1):
        ClusterMeaning(told, "opensearch", "i", 2, texts).nearest(HALF, 3)
    few, many = (body["query"]["knn"]["vector"] for body in told.asked)
    assert (few["k"], few["filter"]) == (MOST_NEAR, {"match_all": {}})
    assert (many["k"], "filter" in many) == (12, False)
    assert [body["size"] for body in told.asked] == [12, 12]


def test_roots_are_asked_for_again_where_a_few_took_all_places() -> None:
    made, told = meaning(hits((1.0, "s/1", ["a"]), total=40), hits((1.0, "s/1", ["a"]), (0.9, "s/2", ["b"]), total=60))
    assert [near.root for near in made.nearest_roots(HALF, 2)] == ["s/1", "s/2"]
    assert [body["query"]["knn"]["vector"]["k"] for body in told.asked] == [40, MOST_NEAR]
    assert told.asked[0]["collapse"] == {"field": "root"}


def test_each_root_is_narrowed_to_by_itself() -> None:
    made, told = meaning(hits((0.9, "s/1", ["b"]), (0.9, "s/1", ["a"])), hits())
    found = made.nearest_within(HALF, ["s/1", "s/2"], 2)
    assert {root: [near.id for near in nears] for root, nears in found.items()} == {"s/1": ["a", "b"]}
    filters = [body["query"]["knn"]["vector"]["filter"] for body in told.asked]
    assert filters == [{"term": {"root": "s/1"}}, {"term": {"root": "s/2"}}]


def test_an_entry_is_as_near_as_its_nearest_text() -> None:
    made, _ = meaning(hits((0.9, "s/1", ["a", "b"]), (0.8, "s/1", ["a", "c"])))
    assert made.cosines(["a", "c", "z"], HALF) == pytest.approx({"a": 0.8, "c": 0.6})


def test_nothing_is_asked_for_nothing() -> None:
    made, told = meaning()
    nothing = np.zeros(2, np.float32)
    assert made.nearest(nothing, 5) == made.nearest_roots(nothing, 5) == made.nearest(HALF, 0) == []
    assert made.nearest_within(HALF, [], 5) == made.cosines([], HALF) == made.cosines(["a"], nothing) == {}
    assert told.asked == []
