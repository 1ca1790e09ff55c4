"""What is asked of a cluster, told by its form. That it means what it should is proved on real nodes (`tests/cluster`)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from reperio.errors import BackendError
from reperio.index.analysis import EVERY_LANGUAGE
from reperio.index.ask import AllOf, AnyOf, Ask, Between, Everything, FacetAsk, Ids, In, Phrase, Word
from reperio.index.document import Document
from reperio.index.opensearch_counts import is_short, read_facet, read_groups, shared_filters
from reperio.index.opensearch_hits import is_total_exact
from reperio.index.opensearch_query import MOST_TERMS, Compiler, leaves
from reperio.index.opensearch_schema import LONGEST_ID, encode, key_of, mapping

LANGUAGES = {"title": ("en", "de"), "label": ("en",)}


def compiled(clause: Any, *, coarse: bool = False) -> Any:
    return Compiler(EVERY_LANGUAGE, LANGUAGES, coarse=coarse).clause(clause)


def test_a_word_is_asked_in_the_fields_and_languages_there_are() -> None:
    forms = compiled(Word("Kinder"))["dis_max"]["queries"]
    asked = [(field, told["value"]) for form in forms for field, told in form["term"].items()]
    assert asked == [
        ("t_title", "kinder"), ("s_title", "en:kinder"), ("s_title", "de:kind"),
        ("t_label", "kinder"), ("s_label", "en:kinder"),
    ]  # fmt: skip


def test_a_coarse_question_has_fewer_clauses() -> None:
    clause = AnyOf(tuple(Word(f"word{number}x") for number in range(50)))
    assert leaves(compiled(clause)) == 250
    assert leaves(compiled(clause, coarse=True)) == 200


def test_fields_that_hold_nothing_are_not_asked_and_unknown_ones_refused() -> None:
    assert compiled(Word("sleep", fields=("abstract",))) == {"match_none": {}}
    with pytest.raises(BackendError):
        compiled(Word("sleep", fields=("colour",)))


def test_a_phrase_with_slop_keeps_its_order() -> None:
    near = compiled(Phrase("one two", fields=("label",), slop=3))["span_near"]
    assert (near["slop"], near["in_order"]) == (3, True)


def test_very_many_ids_are_asked_in_pieces() -> None:
    (several,) = compiled(Ids(tuple(map(str, range(MOST_TERMS + 1)))))["bool"]["filter"]
    assert [len(part["terms"]["id"]) for part in several["bool"]["should"]] == [MOST_TERMS, 1]


def test_infinite_ends_are_numbers_that_json_has() -> None:
    told = Compiler(EVERY_LANGUAGE, LANGUAGES).filter(Between("year", float("-inf"), float("inf")))
    assert "inf" not in str(told).lower()


def test_stop_words_exclude_nothing() -> None:
    told = compiled(AllOf((Word("the"), Word("sleep"))))["bool"]
    assert (len(told["must"]), len(told["should"]), told["minimum_should_match"]) == (1, 1, 0)


def test_filters_that_a_facet_leaves_out_come_after_the_query() -> None:
    topic, country = In("topic", ("a",)), In("country", ("GB",))
    assert shared_filters(Ask(filters=(topic, country))) == ((topic, country), ())
    assert shared_filters(Ask(filters=(topic, country), facets=(FacetAsk("topic"),))) == ((country,), (topic,))


def test_counts_that_shards_told_too_little_of_are_known() -> None:
    answer: dict[str, Any] = {
        "values": {
            "doc_count_error_upper_bound": 0,
            "buckets": [{"key": "b", "doc_count": 2}, {"key": "a", "doc_count": 2}],
        },
        "unknown": {"doc_count": 3},
    }
    counts = read_facet(FacetAsk("topic", 1), answer)
    assert (counts.values, counts.unknown) == ((("a", 2),), 3)
    assert not is_short(FacetAsk("topic"), answer)
    answer["values"]["doc_count_error_upper_bound"] = 4
    assert is_short(FacetAsk("topic"), answer)


def test_groups_are_counted_exactly_or_said_to_be_estimated() -> None:
    answer: dict[str, Any] = {"keys": {"sum_other_doc_count": 0}, "exactly": {"count": 12}, "about": {"value": 13}}
    assert read_groups(answer) == (12, True)
    answer["keys"]["sum_other_doc_count"] = 1
    answer["about"]["value"] = 90_000
    assert read_groups(answer) == (90_000, False)


def test_a_total_that_is_only_a_lower_bound_is_not_exact() -> None:
    assert is_total_exact({"hits": {"total": {"value": 12, "relation": "eq"}}})
    assert not is_total_exact({"hits": {"total": {"value": 10_000, "relation": "gte"}}})


def test_a_document_holds_words_and_stems_by_language_and_only_mapped_fields() -> None:
    document = Document(
        id="s/1", kind="study", root="s/1", texts={"title": ("Follow-up of Kindern \ud800",)}, language="de",
        facets={"topic": ("a", "a")}, ranges={"year": (1990, None)}, title="x\ud800", size=2**70,
    )  # fmt: skip
    told = msgspec.json.decode(encode(document, EVERY_LANGUAGE, 7))
    assert told["t_title"][0] == "follow up of kindern"
    assert told["s_title"][0].split()[-1] == "de:kind"
    assert (told["langs"], told["stamp"], told["f_topic"]) == (["title/de"], 7, ["a"])
    assert told.keys() <= mapping({})["properties"].keys()


def test_ids_too_long_for_the_engine_are_hashed() -> None:
    long = "s/" + "é" * LONGEST_ID
    assert key_of("s/1") == "s/1"
    assert key_of(long) != key_of(long + "x")
    assert len(key_of(long)) < LONGEST_ID


def test_everything_has_no_score() -> None:
    assert compiled(Everything()) == {"bool": {"filter": [{"match_all": {}}]}}
