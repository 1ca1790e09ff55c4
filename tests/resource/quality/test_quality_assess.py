from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from reperio.resource.fields import Resource, fields
from reperio.resource.model import Agent, Category, Concept, Distribution, Link, Origin, Publication, Text
from reperio.resource.quality.assess import LABELS, SHARES, assess
from reperio.resource.quality.cmm import ELEMENTS, SPECIAL, WEIGHTS, asked_of, is_stated, role_of
from reperio.resource.quality.fair import CHECKS, PRINCIPLES
from reperio.resource.quality.places import PLACES, mend
from reperio.resource.quality.tally import BANDS, Adder, standing_of, tally_of
from reperio.resource.read.registry import READERS
from reperio.text.dates import Period
from reperio.text.identifiers import Identifier
from reperio.text.licences import Licence
from reperio.text.places import Place
from reperio.text.sizes import Size

ORIGIN = Origin(source="arch", record="1", reader="ddi_codebook", date="2026-01-02T03:04:05Z")
FULL = Resource(
    id="arch/1",
    kind="study",
    source="arch",
    identifiers=(Identifier("doi", "10.1234/one"),),
    urls=("https://arch.example.org/1",),
    date_published="2020",
    titles=(Text("Keepers of lighthouses", "en"),),
    abstracts=(Text("Who kept the lights.", "en"),),
    keywords=(Concept("LIGHTHOUSES", "ELSST"),),
    topics=(Concept("Labour", "CESSDA Topic Classification"),),
    languages=("en",),
    publications=(Publication("Doe (2021)."),),
    links=(Link("IsPartOf", "10.1234/all"),),
    creators=(Agent("Doe, Jane", "Person", (Identifier("orcid", "0000-0002-1825-0097"),)),),
    publishers=(Agent("Archive"),),
    funders=(Agent("Council"),),
    temporal=(Period("1999", "2001"),),
    spatial=(Place("Scotland", "GB", "GB-SCT"),),
    sizes=(Size(120, "participants"),),
    population=(Text("Keepers."),),
    analysis_units=(Concept("Individual"),),
    time_methods=(Concept("Longitudinal"),),
    sampling=(Concept("Total universe"),),
    collection_modes=(Concept("Interview"),),
    data_kinds=(Concept("Survey data"),),
    access="open",
    access_notes=(Text("Take it."),),
    licences=(Licence("Creative Commons Attribution 4.0 International", "CC-BY-4.0"),),
    distributions=(Distribution("keepers.csv", "https://arch.example.org/keepers.csv", "text/csv"),),
    citation="Doe (2020).",
    origins=(ORIGIN,),
)
BARE = Resource(id="arch/2", kind="study", source="arch", origins=(ORIGIN,))


def test_a_full_description_has_every_point_and_nothing_to_mend() -> None:
    quality = assess(FULL)
    assert quality.score == 100
    assert [part.score for part in quality.parts] == [100] * 5
    assert quality.fixes == ()


def test_an_empty_description_has_none() -> None:
    quality = assess(BARE)
    assert quality.score == 0
    assert sum(fix.gain for fix in quality.fixes) == pytest.approx(100, abs=2)


def test_fixes_come_in_the_order_of_their_gain_and_say_how() -> None:
    quality = assess(msgspec.structs.replace(FULL, identifiers=(), licences=(), publications=()))
    assert [fix.name for fix in quality.fixes] == ["pid", "licence", "publication"]
    assert "IDNo" in quality.fixes[0].how
    assert quality.fixes[0].level == "mandatory"
    assert quality.fixes[1].level is None
    assert quality.fixes[0].parts == ("cmm", "findable")


@pytest.mark.parametrize("fix", assess(BARE).fixes, ids=lambda fix: fix.name)
def test_mending_gives_about_what_was_promised(fix: object) -> None:
    """Take from the full description what meets one element; the score falls by the gain told."""
    name = fix.name  # type: ignore[attr-defined]
    emptied = {
        "pid": {"identifiers": ()}, "title": {"titles": ()}, "abstract": {"abstracts": ()}, "publisher": {"publishers": ()},
        "licence": {"licences": ()}, "period": {"temporal": ()}, "data_language": {"languages": ()}, "format": {"distributions": ()},
        "funding": {"funders": ()}, "data_kind": {"data_kinds": ()}, "analysis_unit": {"analysis_units": ()},
    }.get(name)  # fmt: skip
    if emptied is None:
        return
    poorer = msgspec.structs.replace(FULL, **emptied)
    told = sum(each.gain for each in assess(poorer).fixes)
    assert name in {each.name for each in assess(poorer).fixes}
    assert assess(FULL).score - assess(poorer).score == pytest.approx(told, abs=1)


def test_a_variable_is_judged_by_what_variables_have() -> None:
    variable = Resource(
        id="a/1/v", kind="variable", source="a", part_of=("a/1",), name="v1", titles=(Text("Hours slept"),)
    )
    quality = assess(variable)
    assert quality.role == "variable"
    assert [part.name for part in quality.parts] == ["cmm"]
    asked = msgspec.structs.replace(
        variable, question=(Text("How long?"),), categories=(Category("Long", "1"),), data_type="numeric"
    )
    assert assess(asked).score > quality.score > 0


def test_a_dataset_within_a_study_is_not_asked_for_what_its_study_says() -> None:
    alone = Resource(id="a/1/d", kind="dataset", source="a", titles=(Text("Wave 1", "en"),))
    within = msgspec.structs.replace(alone, part_of=("a/1",))
    assert role_of(alone) == "study"
    assert role_of(within) == "part"
    assert assess(within).score > assess(alone).score
    assert "publisher" not in {fix.name for fix in assess(within).fixes}


def test_weights_are_whole() -> None:
    assert sum(SHARES.values()) == 100
    for principle in PRINCIPLES:
        assert sum(check.weight for check in CHECKS if check.principle == principle) == 100, principle


def test_the_register_names_fields_that_there_are() -> None:
    assert {field for element in ELEMENTS for field in element.fields} <= set(fields())
    assert set(SPECIAL) <= {element.name for element in ELEMENTS}
    assert {element.name for element in ELEMENTS if element.levels.get("study") == "mandatory"} == {
        "title", "title_language", "pid", "landing_page", "publisher", "abstract", "abstract_language",
    }  # fmt: skip


def test_places_are_of_readers_and_elements_that_there_are() -> None:
    assert set(PLACES) <= set(READERS)
    known = {element.name for element in ELEMENTS} | {check.name for check in CHECKS}
    for reader, places in PLACES.items():
        assert set(places) <= known, reader
    asked = {element.name for element, _ in asked_of(FULL)}
    assert asked <= set(PLACES["ddi_codebook"])
    assert asked <= set(PLACES["ddi_lifecycle"])


@pytest.mark.parametrize("reader", [*READERS, ""])
def test_every_reader_is_told_how_to_mend_everything(reader: str) -> None:
    for element in ELEMENTS:
        said = mend(element, reader)
        assert said.endswith(".")
        assert len(said) > 8


def test_a_country_counts_only_with_its_code() -> None:
    country = next(element for element in ELEMENTS if element.name == "country")
    assert not is_stated(country, msgspec.structs.replace(FULL, spatial=(Place("Somewhere"),)))
    assert is_stated(country, FULL)


def test_tallies_add_up_whatever_the_order() -> None:
    resources = [FULL, BARE, msgspec.structs.replace(FULL, licences=()), msgspec.structs.replace(BARE, kind="variable")]
    whole = tally_of(resources)
    adder = Adder()
    for resource in reversed(resources):
        adder.add(tally_of([resource]))
    assert adder.result() == whole
    assert whole.number == 3
    standing = standing_of(whole)
    assert standing is not None
    assert sum(standing.bands) == 3
    assert len(standing.bands) == BANDS
    assert standing.bands[0] == 1
    assert standing.gaps[0].number >= 1
    assert next(gap for gap in standing.gaps if gap.name == "licence").number == 2


def test_nothing_judged_has_no_standing() -> None:
    assert standing_of(tally_of([])) is None


def test_the_documentation_tells_every_weight(root: Path) -> None:
    page = (root / "docs" / "explanation" / "quality.md").read_text(encoding="utf-8")
    for name, share in SHARES.items():
        assert f"| {LABELS[name]} | {share} |" in page
    for element in ELEMENTS:
        levels = " | ".join(element.levels.get(role, "-") for role in ("study", "part", "series", "variable"))
        assert f"| {element.label} | {element.cmm or '-'} | {levels} |" in page
    for check in CHECKS:
        assert f"| {check.principle} | {check.label} | {check.weight} |" in page
    for level, weight in WEIGHTS.items():
        assert f"{level} element counts {weight}" in page or f"{level} one {weight}" in page
