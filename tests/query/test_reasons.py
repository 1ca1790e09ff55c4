"""What each reason counts: taking a cited reason away lowers what it was cited for."""

from __future__ import annotations

import msgspec
import pytest

from reperio.index.ask import Ask
from reperio.index.document import Document
from reperio.index.memory import MemoryBackend
from reperio.query.explain import Grounds, reasons_of
from reperio.query.model import Query, Reason
from reperio.query.parse import parse
from reperio.query.rank import Evidence, Fused, fuse
from reperio.query.service import SearchService

TEXTS = {
    "title": ("Sleep of shift workers",),
    "abstract": ("How they sleep and what they eat.",),
    "keyword": ("sleep", "diet"),
}
OTHERS = tuple(
    Document(
        id=f"o{number}", kind="study", root=f"o{number}", texts={"title": (f"Study {number}",), "keyword": ("sleep",)}
    )
    for number in range(4)
)


def score(texts: dict[str, tuple[str, ...]], text: str) -> float:
    backend = MemoryBackend()
    backend.upsert([Document(id="a", kind="study", root="a", texts=texts), *OTHERS])
    backend.commit()
    hits = backend.search(Ask(clause=parse(text).clause())).hits
    return next((hit.score for hit in hits if hit.id == "a"), 0.0)


@pytest.mark.parametrize(("field", "word"), [("title", "shift"), ("abstract", "eat"), ("keyword", "diet")])
def test_a_field_that_is_cited_counts(field: str, word: str) -> None:
    """Without the word in the field that is given as a reason the score is lower."""
    less = {name: texts for name, texts in TEXTS.items() if name != field}
    text = f"sleep OR {word}"
    assert score(less, text) < score(TEXTS, text)


def without(evidence: Evidence, reason: str) -> Evidence:
    changes: dict[str, object] = {
        "meaning": {"cosines": {one: cosine for one, cosine in evidence.cosines.items() if one != "a"}},
        "phrases": {"phrases": {one: value for one, value in evidence.phrases.items() if one != "a"}},
        "complete": {"complete": evidence.complete - {"a"}},
        "words": {"words": {**evidence.words, "a": 1.0}},
    }
    return msgspec.structs.replace(evidence, **changes[reason])  # type: ignore[arg-type]


@pytest.mark.parametrize("reason", ["meaning", "phrases", "complete", "words"])
def test_a_part_that_is_cited_counts(reason: str) -> None:
    """Each part of the score that is told lowers it when its evidence goes, and the place with it."""
    evidence = Evidence(
        words={"a": 9.0, "b": 9.0, "c": 2.0},
        cosines={"a": 0.8, "b": 0.8, "c": 0.1},
        phrases={"a": 3.0, "b": 3.0},
        complete=frozenset({"a", "b"}),
    )
    full = {one.id: one for one in fuse(evidence, 0.4)}
    less = {one.id: one for one in fuse(without(evidence, reason), 0.4)}
    assert less["a"].score < full["a"].score
    order = [one.id for one in fuse(evidence, 0.4)]
    assert order.index("a") < order.index("b")
    order = [one.id for one in fuse(without(evidence, reason), 0.4)]
    assert order.index("a") > order.index("b")


def test_scattered_words_count_less_and_are_not_whole() -> None:
    evidence = Evidence(words={"a": 5.0, "b": 5.0}, complete=frozenset({"a", "b"}), scattered=frozenset({"a"}))
    first, second = fuse(evidence, 0.0)
    assert (first.id, second.id) == ("b", "a")
    assert second.complete == 0 < first.complete


def test_what_lacks_words_counts_less() -> None:
    evidence = Evidence(words={"a": 5.0, "b": 4.9}, complete=frozenset({"b"}))
    assert [one.id for one in fuse(evidence, 0.0)] == ["b", "a"]


def test_shares_add_up_to_the_score() -> None:
    fused = Fused("a", 0.9, 0.7, 0.2, 0.05, 0.04)
    reasons = reasons_of(Grounds(fused=fused, typed=("sleep", "diet")))
    assert sum(reason.weight for reason in reasons) == pytest.approx(0.09)
    assert reasons == (Reason("together", weight=pytest.approx(0.09)),)


@pytest.mark.parametrize(
    "text", ["anxiety", "household income", "mental health of children", "anxiety and household income"]
)
def test_shares_of_real_results_add_up(service: SearchService, text: str) -> None:
    results = service.search(Query(text=text, size=40)).results
    assert results
    for result in results:
        counted = [reason.weight for reason in result.reasons if reason.kind not in {"title", "identifier"}]
        assert sum(counted) <= result.score + 1e-9
        assert all(weight >= 0 for weight in counted)
        assert list(counted) == sorted(counted, reverse=True)
    summed = [abs(sum(reason.weight for reason in result.reasons) - result.score) < 1e-6 for result in results]
    assert sum(summed) > len(summed) * 0.6
