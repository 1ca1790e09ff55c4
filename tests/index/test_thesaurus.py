"""Synonyms: what SKOS files give, which words of a text they match, and how a home keeps them."""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.errors import ConfigError
from reperio.index.skos import Concept, Label, Vocabulary, read_skos
from reperio.index.thesaurus import (
    OWN,
    Expansion,
    Thesauri,
    Thesaurus,
    add_vocabulary,
    load_vocabularies,
    own_vocabulary,
    remove_vocabulary,
)

TURTLE = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix skosxl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix dc: <http://purl.org/dc/terms/> .
<urn:t> a skos:ConceptScheme ; dc:title "Beispiel"@de, "Example terms"@en .
<urn:t:1> a skos:Concept ; skos:prefLabel "lighthouse"@en, "Leuchtturm"@de ; skos:altLabel "beacon"@en ;
  skos:hiddenLabel "lighthose"@en ; skos:narrower <urn:t:2> .
<urn:t:2> a skos:Concept ; skos:prefLabel "lightship"@en .
<urn:t:3> skos:broader <urn:t:1> ; skosxl:prefLabel [ skosxl:literalForm "<b>harbour</b> light"@en ] .
"""
XML = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#">
  <skos:Concept rdf:about="urn:t:1"><skos:prefLabel xml:lang="en">lighthouse</skos:prefLabel>
    <skos:altLabel xml:lang="en">beacon</skos:altLabel></skos:Concept>
</rdf:RDF>"""
TRIPLES = (
    '<urn:t:1> <http://www.w3.org/2004/02/skos/core#prefLabel> "lighthouse"@en .\n'
    '<urn:t:1> <http://www.w3.org/2004/02/skos/core#altLabel> "beacon"@en .\n'
)
JSON_LD = """{"@context": {"skos": "http://www.w3.org/2004/02/skos/core#"}, "@id": "urn:t:1",
 "skos:prefLabel": {"@value": "lighthouse", "@language": "en"},
 "skos:altLabel": {"@value": "beacon", "@language": "en"}}"""


def written(directory: Path, name: str, content: str) -> Path:
    path = directory / name
    path.write_text(content, encoding="utf-8")
    return path


def terms(*expansions: Expansion) -> set[str]:
    return {term for expansion in expansions for term in expansion.terms}


@pytest.mark.parametrize(
    ("name", "content"), [("a.rdf", XML), ("a.ttl", TURTLE), ("a.nt", TRIPLES), ("a.jsonld", JSON_LD)]
)
def test_every_format_gives_the_synonym_both_ways(tmp_path: Path, name: str, content: str) -> None:
    thesaurus = Thesaurus([read_skos(written(tmp_path, name, content))])
    assert terms(*thesaurus.expansions("a lighthouse keeper")) == {"beacon"}
    assert terms(*thesaurus.expansions("beacons at sea")) == {"lighthouse"}


def test_titles_languages_hidden_and_narrower_terms(tmp_path: Path) -> None:
    vocabulary = read_skos(written(tmp_path, "a.ttl", TURTLE))
    thesaurus = Thesaurus([vocabulary])
    assert vocabulary.title == "Example terms"
    assert thesaurus.expansions("Leuchtturm") == ()  # no other German term
    assert terms(*thesaurus.expansions("lighthose")) == {"lighthouse", "beacon"}
    wider = thesaurus.expansions("lighthouse", narrower=True)
    assert [one.relation for one in wider] == ["synonym", "narrower"]
    assert set(wider[1].terms) == {"lightship", "harbour light"}
    assert read_skos(written(tmp_path, "b.nt", TRIPLES)).title == "b"
    assert read_skos(written(tmp_path, "b.nt", TRIPLES), title="Mine").title == "Mine"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.txt", TURTLE, "suffix"),
        ("a.ttl", "this is no turtle", "well-formed"),
        ("a.rdf", "<rdf", "well-formed"),
        ("a.json", "[1,", "well-formed"),
        ("a.jsonld", '{"@context": "https://example.org/context.json", "@id": "urn:a"}', "nothing is fetched"),
        ("a.jsonld", '{"@graph": [{"@context": ["https://example.org/c"]}]}', "nothing is fetched"),
        ("a.ttl", "<urn:a> <urn:b> <urn:c> .", "no SKOS concept"),
        ("a.ttl", "\x00\x01", "well-formed"),
    ],
)
def test_what_is_no_thesaurus_is_told(tmp_path: Path, name: str, content: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        read_skos(written(tmp_path, name, content))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_skos(tmp_path / "none.ttl")


def test_entities_of_other_files_stay_outside(tmp_path: Path) -> None:
    secret = written(tmp_path, "secret.txt", "treasure")
    content = XML.replace(
        '<?xml version="1.0"?>', f'<!DOCTYPE rdf:RDF [<!ENTITY out SYSTEM "{secret.as_uri()}">]>'
    ).replace("beacon", "beacon &out;")
    try:
        vocabulary = read_skos(written(tmp_path, "a.rdf", content))
    except ConfigError:
        return
    assert "treasure" not in repr(vocabulary)


def test_the_longest_term_counts_and_common_words_only_in_capitals() -> None:
    def concept(*labels: str) -> Concept:
        return Concept((Label(labels[0], "en"),), tuple(Label(label, "en") for label in labels[1:]))

    thesaurus = Thesaurus([
        Vocabulary("t", (concept("heart", "pump"), concept("heart attack", "infarction"), concept("World Health", "WHO")))
    ])  # fmt: skip
    assert terms(*thesaurus.expansions("heart attacks")) == {"infarction"}
    assert terms(*thesaurus.expansions("attack on the heart")) == {"pump"}
    assert thesaurus.expansions("people who smoke") == ()
    assert terms(*thesaurus.expansions("WHO survey")) == {"World Health"}
    assert thesaurus.expansions("heart attack")[0].words == ("heart", "attack")
    assert thesaurus.expansions("") == ()


def test_words_of_one_stem_are_not_one_term() -> None:
    thesaurus = Thesaurus([Vocabulary("t", (Concept((Label("organ"),), (Label("body part"),)),))])
    assert thesaurus.expansions("organisation") == ()
    assert thesaurus.expansions("organization") == ()
    assert terms(*thesaurus.expansions("organs")) == {"body part"}


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("heart attack", "myocardial infarction"),
        ("myocardial infarctions", "heart attack"),
        ("bmi at age 7", "body mass index"),
        ("GP visits", "general practitioner"),
        ("health by SES", "socioeconomic status"),
    ],
)
def test_our_own_list_knows_the_field(text: str, other: str) -> None:
    assert other in terms(*Thesauri().current().expansions(text))


def test_no_term_of_our_own_list_is_its_own_synonym() -> None:
    thesaurus = Thesaurus([own_vocabulary()])
    labels = [label.text for concept in own_vocabulary().concepts for label in concept.preferred]
    assert len(labels) > 150
    for label in labels:
        found = thesaurus.expansions(label)
        assert found, label
        assert label not in terms(*found)


def test_a_home_keeps_replaces_and_removes(tmp_path: Path) -> None:
    home, file = tmp_path / "thesauri", written(tmp_path, "sea terms.ttl", TURTLE)
    thesauri = Thesauri(home)
    assert thesauri.current().expansions("beacon") == ()
    key, _ = add_vocabulary(home, file)
    assert key == "sea-terms"
    assert terms(*thesauri.current().expansions("beacon")) == {"lighthouse"}
    assert list(load_vocabularies(home)) == [OWN, "sea-terms"]
    add_vocabulary(home, file)
    assert len(load_vocabularies(home)) == 2
    remove_vocabulary(home, "sea-terms")
    assert thesauri.current().expansions("beacon") == ()
    remove_vocabulary(home, OWN)
    assert load_vocabularies(home) == {}
    assert thesauri.current().expansions("BMI") == ()
    with pytest.raises(ConfigError, match="No thesaurus"):
        remove_vocabulary(home, "sea-terms")


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    written(tmp_path, "x.vocabulary.json", "{")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_vocabularies(tmp_path)


@given(st.text(max_size=60))
def test_any_text_can_be_asked(text: str) -> None:
    for expansion in Thesaurus([own_vocabulary()]).expansions(text, narrower=True):
        assert expansion.terms
        assert expansion.words


@pytest.mark.real
def test_a_large_thesaurus_of_the_field(shared_data: Path, tmp_path: Path) -> None:
    """The ICPSR subject thesaurus, written as SKOS: non-descriptors lead to their descriptor and back."""
    root = ET.parse(shared_data / "vocabularies/icpsr_thesaurus/projects/thesaurus/processed/subject.xml").getroot()
    lines = [
        f'<urn:i:{at}> <http://www.w3.org/2004/02/skos/core#{name}> "{(each.text or "").replace(chr(34), "")}"@en .'
        for at, one in enumerate(root.iter("CONCEPT"))
        for tag, name in (("DESCRIPTOR", "prefLabel"), ("UF", "altLabel"))
        for each in one.iter(tag)
    ]
    assert len(lines) > 3_000
    add_vocabulary(tmp_path, written(tmp_path, "icpsr.nt", os.linesep.join(lines)))
    thesaurus = Thesauri(tmp_path).current()
    assert "kidnapping" in terms(*thesaurus.expansions("abduction"))
    assert "abduction" in terms(*thesaurus.expansions("kidnappings of children"))
