"""Citations of variables: the data set is cited, the variable named in it; nothing in a label breaks out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.resource.fields import Resource
from reperio.resource.model import Agent, Text
from reperio.resource.write.cite_variable import cite_variable, cited_of, named
from reperio.text.identifiers import Identifier

STUDY = Resource(
    id="a/1",
    kind="study",
    source="a",
    titles=(Text("Panel of Gardens"),),
    creators=(Agent("Grün, Ada", "Person"),),
    publishers=(Agent("Archive of Plots", "Organization"),),
    identifiers=(Identifier("doi", "10.1234/plots"),),
    date_published="2004-02",
    version="2",
)
FILE = Resource(id="a/1/f", kind="dataset", source="a", titles=(Text("plots_w3"),), part_of=("a/1",))
VARIABLE = Resource(id="a/1/f/v", kind="variable", source="a", name="p3bean", titles=(Text("Beans grown"),))
URL = "https://find.example.org/search/items/v"


def test_apa_names_variable_and_file_within_the_data_set() -> None:
    assert cite_variable(VARIABLE, [STUDY, FILE], "apa", URL) == (
        "Grün, A. (2004). p3bean: Beans grown [Variable]. In Panel of Gardens, plots_w3 (Version 2) [Data set]. "
        "Archive of Plots. https://doi.org/10.1234/plots"
    )


def test_ris_and_csl_keep_the_whole_apart_from_the_part() -> None:
    ris = cite_variable(VARIABLE, [STUDY, FILE], "ris", URL)
    assert "TI  - p3bean: Beans grown\r\nT2  - Panel of Gardens, plots_w3\r\n" in ris
    (csl,) = json.loads(cite_variable(VARIABLE, [STUDY, FILE], "csl", URL))
    assert csl["container-title"] == "Panel of Gardens, plots_w3"
    assert csl["DOI"] == "10.1234/plots"
    assert csl["id"] == VARIABLE.uuid


def test_bibtex_says_what_it_is() -> None:
    assert "howpublished = {Variable in a data set}" in cite_variable(VARIABLE, [STUDY, FILE], "bibtex", URL)


def test_the_nearest_with_a_doi_is_cited_and_nothing_is_invented() -> None:
    assert cited_of([STUDY, FILE]) == STUDY
    assert cited_of([FILE]) == FILE
    assert cited_of([]) is None
    alone = cite_variable(VARIABLE, [], "apa", URL)
    assert alone.endswith(URL)
    assert "(n.d.)" in alone


def test_a_name_that_is_the_label_stands_once() -> None:
    assert named(Resource(id="a/x", kind="variable", source="a", name="age", titles=(Text("age"),))) == "age"


@pytest.mark.parametrize("style", ["apa", "bibtex", "ris", "csl"])
@given(label=st.text(max_size=60))
def test_any_label_keeps_the_form(style: str, label: str) -> None:
    variable = Resource(id="a/1/f/v", kind="variable", source="a", titles=(Text(label),))
    made = cite_variable(variable, [STUDY, FILE], style, URL)  # type: ignore[arg-type] # each of the four
    if style == "ris":
        assert all(line[:6] == f"{line[:2]}  - " for line in made.split("\r\n") if line)
    if style == "csl":
        assert len(json.loads(made)) == 1
    if style == "bibtex":
        assert made.count("\n") == made.rstrip("\n").count("\n") + 1
        assert made.startswith("@misc{")
