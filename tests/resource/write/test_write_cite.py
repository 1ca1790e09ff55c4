"""Citations in four styles, safe against what titles may hold."""

from __future__ import annotations

import json
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.resource.fields import Resource
from reperio.resource.model import Agent, Concept, Text
from reperio.resource.write.cite import Style, apa, bibtex, cite, csl, ris
from reperio.text.identifiers import Identifier

STUDY = Resource(
    id="ukds/855318",
    kind="study",
    source="ukds",
    identifiers=(Identifier("doi", "10.5255/ukda-sn-855318"),),
    version="2",
    date_published="2022-05-01",
    titles=(Text("Work & sleep: 100% of {shifts}"),),
    abstracts=(Text("Two\nlines."),),
    keywords=(Concept("sleep"),),
    creators=(
        Agent("Doe, Jane Mary", "Person"),
        Agent("Ludwig van Beethoven", "Person"),
        Agent("University of Essex, Institute for Social and Economic Research", "Organization"),
    ),
    publishers=(Agent("UK Data Service"),),
)
BARE = Resource(id="a/1", kind="dataset", source="a", titles=(Text("Lonely"),))


def test_apa() -> None:
    assert apa(STUDY) == (
        "Doe, J. M., van Beethoven, L., & University of Essex, Institute for Social and Economic Research. (2022). "
        "Work & sleep: 100% of {shifts} (Version 2) [Data set]. UK Data Service. "
        "https://doi.org/10.5255/ukda-sn-855318"
    )


def test_what_is_unknown_is_left_out() -> None:
    assert apa(BARE) == "Lonely [Data set]. (n.d.)."
    assert apa(BARE, "https://reperio.example/lonely").endswith("(n.d.). https://reperio.example/lonely")
    assert "year" not in bibtex(BARE)
    assert "PY" not in ris(BARE)
    assert csl(BARE) == {"id": BARE.uuid, "type": "dataset", "title": "Lonely"}


@pytest.mark.parametrize(
    ("agent", "written"),
    [
        (Agent("Doe, Jane"), "Doe, J."),
        (Agent("Doe, Jean-Luc", "Person"), "Doe, J.-L."),
        (Agent("Jane Doe"), "Jane Doe."),
        (Agent("Jane Doe", "Person"), "Doe, J."),
        (Agent("Madonna", "Person"), "Madonna."),
        (Agent("Department for Work, Pensions and Other Affairs"), "Department for Work, Pensions and Other Affairs."),
        (Agent("Survey Co., Ltd.", "Organization"), "Survey Co., Ltd."),
    ],
)
def test_people_and_bodies(agent: Agent, written: str) -> None:
    one = msgspec.structs.replace(BARE, creators=(agent,))
    assert apa(one) == f"{written} (n.d.). Lonely [Data set]."


def test_a_body_that_publishes_itself_is_named_once() -> None:
    body = Agent("Statistics Office", "Organization")
    assert (
        apa(msgspec.structs.replace(BARE, creators=(body,), publishers=(body,)))
        == "Statistics Office. (n.d.). Lonely [Data set]."
    )


def test_many_authors_are_cut_as_apa_says() -> None:
    crowd = tuple(Agent(f"Family{n}, A", "Person") for n in range(30))
    text = apa(msgspec.structs.replace(BARE, creators=crowd))
    assert "Family18, A., … Family29, A." in text
    assert "Family19," not in text


def test_versions_with_words_stay_as_they_are() -> None:
    assert "(3rd Edition)" in apa(msgspec.structs.replace(BARE, version="3rd Edition"))


def test_bibtex() -> None:
    text = bibtex(STUDY)
    assert text.startswith("@misc{doe2022work")
    assert r"title = {{Work \& sleep: 100\% of \{shifts\}}}" in text
    assert "author = {Doe, Jane Mary and van Beethoven, Ludwig and {University of Essex, Institute" in text
    assert "doi = {10.5255/ukda-sn-855318}" in text
    assert "version = {2}" in text


def test_ris() -> None:
    lines = ris(STUDY).split("\r\n")
    assert lines[0] == "TY  - DATA"
    assert lines[-2:] == ["ER  - ", ""]
    assert "AU  - Doe, Jane Mary" in lines
    assert "DA  - 2022/05/01" in lines
    assert "AB  - Two lines." in lines
    assert "DO  - 10.5255/ukda-sn-855318" in lines


def test_csl() -> None:
    [found] = json.loads(cite(STUDY, "csl"))
    assert found["type"] == "dataset"
    assert found["issued"] == {"date-parts": [[2022, 5, 1]]}
    assert found["author"][1] == {"family": "van Beethoven", "given": "Ludwig"}
    assert found["author"][2]["literal"].startswith("University of Essex")
    assert found["DOI"] == "10.5255/ukda-sn-855318"


hostile_text = st.text(max_size=60) | st.sampled_from(
    ["}, author={Mallory}", "\\input{/etc/passwd}", "x\r\nER  - \r\nTY  - JOUR", "\u2028", "\x1b[31m", "%}{", "a, b"]
)


@given(
    hostile_text,
    st.lists(st.builds(Agent, hostile_text, st.sampled_from([None, "Person", "Organization"])), max_size=3),
    st.none() | hostile_text,
    hostile_text,
    st.sampled_from(["apa", "bibtex", "ris", "csl"]),
)
def test_nothing_breaks_out(title: str, agents: list[Agent], date: str | None, doi: str, style: Style) -> None:
    resource = Resource(
        id="a/1", kind="study", source="a", titles=(Text(title),), creators=tuple(agents), date_published=date,
        version=title, publishers=tuple(agents), identifiers=(Identifier("doi", doi),), abstracts=(Text(title),),
    )  # fmt: skip
    text = cite(resource, style, "https://reperio.example/1")
    assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]", text)
    if style == "apa":
        assert len(text.splitlines()) == 1
    if style == "csl":
        assert json.loads(text)[0]["id"] == resource.uuid
    if style == "ris":
        assert text.count("TY  - DATA") == 1
        assert sum(line.startswith("ER  -") for line in text.split("\r\n")) == 1
        assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in text.split("\r\n")[:-1])
    if style == "bibtex":
        assert _balanced(text)
        assert text.count("\n@") == 0


def _balanced(text: str) -> bool:
    """Braces that are not escaped close exactly at the end."""
    depth = 0
    bare = re.sub(r"\\[{}]", "", text).rstrip()
    for at, character in enumerate(bare):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0 and character == "}" and at != len(bare) - 1:
            return False
    return depth == 0
