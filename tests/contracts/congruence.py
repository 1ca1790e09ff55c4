"""Random documents and random asks: a backend must answer as the oracle in memory does.

Equal are ids, totals, facets, groups; ranking is compared by overlap, since every engine weighs words in its own way.
"""

from __future__ import annotations

import random

from hypothesis import strategies as st

from reperio.index.ask import (
    AllOf,
    AnyOf,
    Ask,
    Between,
    Clause,
    Everything,
    FacetAsk,
    Filter,
    Ids,
    In,
    Page,
    Phrase,
    Without,
    Word,
)
from reperio.index.backend import Backend
from reperio.index.document import Document

_WORDS_OF_TEXTS = """
sleep sleeping sleeps diet diets child child's children health mental follow up followup follow-up GHQ-12 GHQ12 ghq 12
the of and Ménière's étude 東京 Kinder Kindern barn barna income household-level a_hhinc_2 COVID-19-related wellbeing 3.5 x
"""
WORDS = _WORDS_OF_TEXTS.split()
TEXT_FIELD_NAMES = ("title", "abstract", "keyword", "label", "name")
FIELDS = st.sampled_from(TEXT_FIELD_NAMES)
VALUES = st.lists(st.sampled_from("abcd"), max_size=3).map(tuple)
NUMBERS = (None, 0, 1, 5.5, 10, 18, 65, 99, 1950, 1999, 2000, 2031)
ENDS = st.sampled_from(NUMBERS)


def random_documents(seed: int, most: int = 50) -> list[Document]:
    """Make a corpus dense enough that most asks find something: it shrinks by its seed only."""
    rng = random.Random(seed)
    return [_document(rng, number) for number in range(rng.randint(0, most))]


def _document(rng: random.Random, number: int) -> Document:
    is_variable = rng.random() < 0.5
    root = f"s/{rng.randrange(6)}"
    identifier = f"{root}/v{number}" if is_variable else f"s/{number}"
    parent = root if root != identifier else ""
    names = rng.sample(TEXT_FIELD_NAMES, rng.randint(0, 3))
    texts = {name: tuple(_text(rng) for _ in range(rng.randint(0, 2))) for name in names}
    facets = {name: tuple(rng.choices("abcdefg", k=rng.randint(0, 3))) for name in ("topic", "country", "creator")}
    ranges = {name: (rng.choice(NUMBERS), rng.choice(NUMBERS)) for name in ("year", "age", "sample_size")}
    return Document(
        id=identifier,
        kind="variable" if is_variable else "study",
        root=root,
        parent=parent,
        texts=texts,
        title=next(iter(texts.get("title", ())), ""),
        facets={name: values for name, values in facets.items() if rng.random() < 0.8},
        ranges={name: span for name, span in ranges.items() if rng.random() < 0.8},
        published=rng.choice([None, "1999", "2001-05", "2001-05-06", "unknown"]),
        size=rng.choice([None, 0, 5, 5000]),
        position=number,
        language=rng.choice(["", "en", "de", "nb", "pl"]),
        languages={"title": tuple(rng.choices(["en", "de"], k=len(texts["title"])))} if texts.get("title") else {},
    )


def _text(rng: random.Random) -> str:
    return " ".join(rng.choices(WORDS, k=rng.randint(0, 6)))


TEXTS = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)

_FIELD_SETS = st.one_of(st.just(()), st.lists(FIELDS, max_size=2, unique=True).map(tuple))
_WORDS = st.builds(
    Word,
    st.one_of(st.sampled_from(WORDS), st.sampled_from(["-", "follow up", "sleep diet", "healt", "chld", "GHQ/12"])),
    fields=_FIELD_SETS,
    exact=st.booleans(),
    prefix=st.booleans(),
    fuzzy=st.sampled_from([0, 0, 1, 2]),
)
_LEAVES = st.one_of(
    _WORDS,
    _WORDS,
    st.builds(Phrase, TEXTS, fields=_FIELD_SETS),
    st.just(Everything()),
    st.lists(st.integers(0, 40).map(lambda number: f"s/{number}"), max_size=5).map(lambda ids: Ids(tuple(ids))),
)


def _trees(inner: st.SearchStrategy[Clause]) -> st.SearchStrategy[Clause]:
    several = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(
        st.builds(AllOf, several), st.builds(AnyOf, several, st.integers(0, 3)), st.builds(Without, inner, inner)
    )


CLAUSES = st.recursive(_LEAVES, _trees, max_leaves=5)
FILTERS: st.SearchStrategy[Filter] = st.one_of(
    st.builds(In, st.sampled_from(("topic", "country", "year")), VALUES, st.booleans(), st.booleans()),
    st.builds(Between, st.sampled_from(("year", "age", "sample_size")), ENDS, ENDS, st.booleans()),
)
ASKS = st.builds(
    Ask,
    collection=st.sampled_from(("catalogue", "variables")),
    clause=CLAUSES,
    filters=st.one_of(st.just([]), st.lists(FILTERS, max_size=2)).map(tuple),
    roots_only=st.sampled_from([False, False, True]),
    limit=st.just(100),
    facets=st.just(tuple(FacetAsk(name, 4) for name in ("topic", "country", "year", "age", "sample_size", "funder"))),
    group=st.sampled_from(("", "", "parent", "root")),
    group_size=st.just(100),
)


def check_same_answer(oracle: Backend, backend: Backend, ask: Ask) -> None:
    """Assert that both answer an ask alike, and that pages and sorts of the backend are consistent."""
    expected, found = oracle.search(ask), backend.search(ask)
    assert _facts(found) == _facts(expected)
    _check_ranking(expected, found)
    if not ask.group:
        _check_pages(backend, ask, found)
        _check_sorts(oracle, backend, ask)


def _facts(page: Page) -> object:
    groups = {group.key: (group.total, {hit.id for hit in group.hits}) for group in page.groups}
    return page.total, {(hit.id, hit.root, hit.parent) for hit in page.hits}, groups, page.total_groups, page.facets


def _check_ranking(expected: Page, found: Page) -> None:
    """The oracle's best three are among the upper half, give or take, of what the backend found."""
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    if len({round(hit.score, 6) for hit in expected.hits}) > 10:
        upper = {hit.id for hit in found.hits[: len(found.hits) // 2 + 3]}
        assert {hit.id for hit in expected.hits[:3]} & upper


def _check_pages(backend: Backend, ask: Ask, whole: Page) -> None:
    pages = [
        backend.search(Ask(collection=ask.collection, clause=ask.clause, filters=ask.filters,
                           roots_only=ask.roots_only, offset=offset, limit=3)).hits
        for offset in range(0, min(whole.total, 12), 3)
    ]  # fmt: skip
    listed = [hit.id for page in pages for hit in page]
    assert listed == [hit.id for hit in whole.hits[: len(listed)]]


def _check_sorts(oracle: Backend, backend: Backend, ask: Ask) -> None:
    for sort in ("newest", "oldest", "size", "position", "title"):
        sorted_ask = Ask(collection=ask.collection, clause=Ids(tuple(f"s/{n}" for n in range(40))), sort=sort, limit=50)
        assert [hit.id for hit in backend.search(sorted_ask).hits] == [hit.id for hit in oracle.search(sorted_ask).hits]
