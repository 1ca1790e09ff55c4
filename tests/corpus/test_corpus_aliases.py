"""Aliases are learned from what is stated, and from nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.corpus.aliases import acronyms_of, names_of
from reperio.corpus.store import Corpus
from reperio.database import open_database
from reperio.resource.fields import Resource
from reperio.resource.model import Text


def study(title: str, *others: str, about: str = "", identity: str = "a/1") -> Resource:
    return Resource(
        id=identity, kind="study", source=identity[0], titles=(Text(title),), alternate_titles=tuple(map(Text, others)),
        abstracts=(Text(about),) if about else (),
    )  # fmt: skip


def test_names_as_people_type_them() -> None:
    found = names_of(
        study("Avon Longitudinal Study of Parents and Children (ALSPAC)", "Children of the 90s", "f_2b.dta")
    )
    assert found == (
        "Avon Longitudinal Study of Parents and Children (ALSPAC)",
        "Avon Longitudinal Study of Parents and Children",
        "Children of the 90s",
        "ALSPAC",
    )


@pytest.mark.parametrize(
    "title",
    ["Next Steps (Longitudinal Study of Young People)", "Next Steps: Longitudinal Study of Young People"],
)
def test_two_names_in_one_title(title: str) -> None:
    assert {"Next Steps", "Longitudinal Study of Young People"} <= {name.strip() for name in names_of(study(title))}


@pytest.mark.parametrize("title", ["Some Study: Wave 3", "Some Study: Special Licence Access", "Some Study (Part 2)"])
def test_marks_of_a_part_are_no_names(title: str) -> None:
    assert names_of(study(title)) == (title,)


def test_a_description_tells_the_acronym_of_its_title_and_no_other() -> None:
    about = "The Growing Well Study (GWS) follows children, as does the National Panel (NAPA)."
    assert acronyms_of(study("Growing Well Study", about=about)) == ("GWS",)
    assert acronyms_of(study("Other Study", about=about)) == ()


def test_the_corpus_tells_what_an_acronym_stands_for() -> None:
    corpus = Corpus(open_database("sqlite://"))
    for resource in (
        study("Growing Well Study (GWS)"),
        study("Genetic Wheat Survey", "G.W.S", "GWS", identity="b/2"),
        study("Nothing short", identity="b/3"),
    ):
        corpus.replace(resource.source, resource.id, [resource])
    corpus.settle()
    assert corpus.aliases() == {"gws": ("a/1", "b/2")}
    corpus.engine.dispose()


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_has_names(title: str, about: str) -> None:
    found = names_of(study(title, about=about))
    assert len(set(found)) == len(found)
