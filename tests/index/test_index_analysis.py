"""How text becomes words."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.index.analysis import ENGLISH, Analysis, is_stop_word, split_word


def test_words_are_caseless_and_without_accents() -> None:
    assert ENGLISH.words("The MÉNIÈRE’s Straße, e\u0301tude & İzmir") == ("the", "meniere", "strasse", "etude", "izmir")


@pytest.mark.parametrize(
    ("text", "alternatives"),
    [
        ("sleep", (("sleep",),)),
        ("Follow-up", (("follow", "up"), ("followup",))),
        ("followups", (("followups",), ("follow", "ups"))),
        ("GHQ-12", (("ghq", "12"), ("ghq12",))),
        ("ghq12", (("ghq12",), ("ghq", "12"))),
        ("q12", (("q12",),)),
        ("3.5", (("3", "5"),)),
        ("…", ()),
    ],
)
def test_alternatives(text: str, alternatives: tuple[tuple[str, ...], ...]) -> None:
    assert ENGLISH.alternatives(text) == alternatives


@pytest.mark.parametrize(
    ("text", "variants"),
    [
        ("plain words only", ()),
        ("a follow-up", ("followup",)),
        ("COVID-19-related", ("COVID19related", "COVID19", "19related")),
        ("datasets, GHQ12", ("data sets", "ghq 12")),
        ("from 3.5 to 2001-02", ()),
        ("x-" * 100, ()),
    ],
)
def test_indexed_variants(text: str, variants: tuple[str, ...]) -> None:
    assert ENGLISH.indexed(text)[1:] == variants


@given(st.text(max_size=60))
def test_what_is_asked_in_the_words_of_a_text_is_among_its_words(text: str) -> None:
    whole = ENGLISH.words(text)
    indexed = [ENGLISH.words(piece) for piece in ENGLISH.indexed(text)]
    assert indexed[0] == whole
    for alternative in ENGLISH.alternatives(text)[:1]:
        assert alternative == whole


@given(st.text(st.characters(codec=None), max_size=40))
def test_no_text_is_refused(text: str) -> None:
    assert all(ENGLISH.words(piece) is not None for piece in ENGLISH.indexed(text))


@pytest.mark.parametrize(
    "hostile", ["a" * 300_000, "a-" * 100_000, "a1" * 100_000, "a_" * 100_000 + "!", "'s" * 100_000]
)
def test_hostile_texts_take_time_in_proportion(hostile: str) -> None:
    started = time.process_time()
    ENGLISH.indexed(hostile)
    assert time.process_time() - started < 5


def test_split_words() -> None:
    assert split_word("followup") == ("follow", "up")
    assert split_word("datasets") == ("data", "sets")
    assert split_word("sdq25") == ("sdq", "25")
    assert split_word("sleep") == ()


def test_stop_words() -> None:
    assert is_stop_word(" The ")
    assert not is_stop_word("sleep")


def test_languages() -> None:
    both = Analysis(("en", "de"))
    assert [both.language(stated) for stated in ("", "de-AT", "EN", "fr")] == ["en", "de", "en", "en"]
    assert both.stems(("kindern",), "de") == ENGLISH.stems(("kind",), "en")
    assert both.name != ENGLISH.name


def test_threads_do_not_disturb_each_other() -> None:
    texts = [f"Follow-up number {number} of studies" for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ENGLISH.words, texts))
    assert found == [("follow", "up", "number", str(number), "of", "studies") for number in range(200)]
