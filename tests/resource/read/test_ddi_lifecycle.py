"""Reader of DDI-Lifecycle."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperio.record.model import Record
from reperio.resource.fields import Resource, decode, encode
from reperio.resource.read.ddi_lifecycle import read
from reperio.resource.read.reading import Reading
from reperio.resource.read.registry import identify
from reperio.source.model import Source

SOURCE = Source.model_validate({"key": "dl", "title": "D", "harvest": {"protocol": "files", "path": "."}})
DDI = Path("catalogues") / "ddi_xml"
ELEMENTS = [
    "StudyUnit", "Group", "SubGroup", "Variable", "QuestionItem", "QuestionGrid", "PhysicalInstance", "DataRelationship",
    "LogicalRecord", "VariablesInRecord", "VariableUsedReference", "VariableReference", "StudyUnitReference",
    "SubGroupReference", "QuestionReference", "CodeList", "Code", "CodeListReference", "CategoryReference", "Category",
    "RepresentedVariableReference", "RepresentedVariable", "ConceptReference", "Concept", "UniverseReference", "Universe",
    "VariableRepresentation", "CodeRepresentation", "NumericRepresentation", "MissingValuesReference", "Value", "ID",
    "Agency", "Version", "URN", "TypeOfObject", "Citation", "Title", "String", "Content", "Label", "VariableName", "Coverage",
    "TemporalCoverage", "SpatialCoverage", "ReferenceDate", "StartDate", "EndDate", "QuestionText", "LiteralText", "Text",
    "DataCollection", "DataCollectionReference", "Archive", "ArchiveReference", "Access", "VariableStatistics",
    "SummaryStatistic", "Statistic", "SeriesStatement", "SeriesName", "OtherMaterial", "UserID", "Instrument", "Odd",
]  # fmt: skip
TREES = st.recursive(
    st.sampled_from(["", "a", "b", "1", "2001", "Variable", "urn:ddi:x:a:1", "10.5072/a", "&lt;i>"]),
    lambda inner: st.tuples(st.sampled_from(ELEMENTS), st.lists(inner, max_size=5)).map(
        lambda pair: f'<{pair[0]} id="a" xml:lang="en">{"".join(pair[1])}</{pair[0]}>'
    ),
    max_leaves=25,
)


def record(body: bytes) -> Record:
    return Record(source="dl", identifier="r", body=body, media_type="x/y", fetched="2026-01-02T03:04:05Z")


def read_bytes(body: bytes) -> Reading:
    return read(record(body), SOURCE)


def instance(inner: str) -> Reading:
    return read_bytes(f'<DDIInstance xmlns="ddi:instance:3_3">{inner}</DDIInstance>'.encode())


def by_id(reading: Reading) -> dict[str, Resource]:
    return {resource.id: resource for resource in reading.resources}


def item(name: str, identity: str, inner: str = "") -> str:
    return f"<{name}><Agency>x</Agency><ID>{identity}</ID><Version>1</Version>{inner}</{name}>"


def reference(name: str, identity: str) -> str:
    return item(f"{name}Reference", identity)


def test_variables_of_several_studies_go_to_the_one_that_refers_to_them() -> None:
    studies = "".join(
        item("StudyUnit", key, f"<Citation><Title>T{key}</Title></Citation>{reference('VariableScheme', 'vs' + key)}")
        for key in ("s1", "s2")
    )
    schemes = "".join(item("VariableScheme", f"vs{key}", item("Variable", f"v{key}")) for key in ("s1", "s2"))
    found = by_id(instance(studies + schemes))
    assert found["dl/s1/vs1"].part_of == ("dl/s1",)
    assert found["dl/s2/vs2"].part_of == ("dl/s2",)


def test_references_are_followed_by_version_then_without() -> None:
    texts = "".join(
        f"<QuestionItem><Agency>x</Agency><ID>q</ID><Version>{number}</Version><QuestionText>Q{number}</QuestionText></QuestionItem>"
        for number in (1, 2)
    )
    asked = "<QuestionReference><Agency>x</Agency><ID>q</ID><Version>{}</Version></QuestionReference>"
    variables = item("Variable", "a", asked.format(2)) + item("Variable", "b", asked.format(7))
    found = by_id(instance(texts + variables))
    assert found["dl/a"].question[0].value == "Q2"
    assert found["dl/b"].question[0].value == "Q1"


def test_a_question_of_a_variable_is_no_variable_of_its_own() -> None:
    question = item("QuestionItem", "q", "<QuestionText>Why?</QuestionText>")
    found = by_id(instance(question + item("Variable", "v", reference("Question", "q"))))
    assert list(found) == ["dl/v"]
    assert list(by_id(instance(question))) == ["dl/q"]


def test_cycles_and_chains_end() -> None:
    chain = "".join(
        item("RepresentedVariable", f"r{n}", reference("RepresentedVariable", f"r{n + 1}")) for n in range(300)
    )
    loop = item("Variable", "v", reference("RepresentedVariable", "r0")) + chain
    groups = "".join(
        item("Group", f"g{n}", f"<Label>G{n}</Label>{reference('SubGroup', f'g{(n + 1) % 3}')}") for n in range(3)
    )
    assert by_id(instance(loop))["dl/v"].name is None
    reading = instance(groups)
    parts = {resource.id: resource.part_of for resource in reading.resources}
    for start in parts:
        seen, here = set(), start
        while parts[here]:
            assert here not in seen
            seen.add(here)
            here = parts[here][0]
    assert any(issue.code == "part_of.circle" for issue in reading.issues)


def test_many_items_are_read_in_good_time() -> None:
    codes = "".join(f"<Code>{reference('Category', f'c{n}')}<Value>{n}</Value></Code>" for n in range(3000))
    categories = "".join(item("Category", f"c{n}", f"<Label>C{n}</Label>") for n in range(3000))
    variables = "".join(item("Variable", f"v{n}", f"<Label>L{n}</Label>") for n in range(1500))
    coded = item(
        "Variable",
        "k",
        f"<VariableRepresentation><CodeRepresentation>{reference('CodeList', 'cl')}</CodeRepresentation></VariableRepresentation>",
    )
    start = time.perf_counter()
    reading = instance(item("StudyUnit", "s", item("CodeList", "cl", codes) + categories + variables + coded))
    assert time.perf_counter() - start < 20
    assert len(reading.resources) == 1502
    assert len(by_id(reading)["dl/s/k"].categories) == 2000
    assert "categories.many" in {issue.code for issue in reading.issues}


def test_row_counts_of_a_bare_physical_instance_belong_to_the_study() -> None:
    inner = "<PhysicalInstance><GrossFileStructure><CaseQuantity>1,204</CaseQuantity></GrossFileStructure></PhysicalInstance>"
    [study] = instance(item("StudyUnit", "s", inner)).resources
    assert [(size.count, size.unit) for size in study.sizes] == [(1204, "records")]


def test_the_format_is_recognised() -> None:
    for body in (
        b'<ddi:DDIInstance xmlns:ddi="ddi:instance:3_2"/>',
        b"<FragmentInstance/>",
        b'<a><StudyUnit xmlns="ddi:studyunit:3_1"/></a>',
    ):
        assert identify(record(body)) == "ddi_lifecycle"


@pytest.mark.parametrize("body", [b"", b"<a/>", b"plain", b"<DDIInstance/>", b"<DDIInstance", b"<codeBook/>"])
def test_what_is_no_lifecycle_gives_an_issue(body: bytes) -> None:
    reading = read_bytes(body)
    assert reading.resources == []
    assert reading.issues


def test_long_and_deep_and_odd_encodings_are_survived() -> None:
    deep = "<StudyUnit>" * 3000
    assert instance(deep).issues
    long = instance(item("StudyUnit", "s" * 10_000, f"<Abstract><Content>{'a' * 2_000_000}</Content></Abstract>"))
    assert len(long.resources[0].id) < 400
    assert read_bytes(f"<DDIInstance>{item('Variable', 'é')}</DDIInstance>".encode("utf-16")).resources[0].id == "dl/é"


@settings(max_examples=80, deadline=None)
@given(st.lists(TREES, max_size=5), st.binary(max_size=30))
def test_reader_never_raises(trees: list[str], junk: bytes) -> None:
    for body in (
        f'<DDIInstance xmlns="ddi:instance:3_2">{"".join(trees)}</DDIInstance>'.encode(),
        junk,
        b"<DDIInstance>" + junk,
    ):
        for resource in read_bytes(body).resources:
            assert decode(encode(resource)) == resource


@pytest.mark.real
def test_real_studies(shared_data: Path) -> None:
    base = shared_data / DDI / "cessda+cessda.cmv.core/src/main/resources/demo-documents/ddi-v32"
    titles = {}
    for number in ("2800", "5100", "5300"):
        studies = [
            each for each in read_bytes((base / f"gesis-{number}.xml").read_bytes()).resources if each.kind == "study"
        ]
        [study] = studies
        titles[study.id] = study.title
        assert study.creators
        assert study.temporal
        assert study.abstracts
        assert study.topics
        assert study.dois
        assert [place.country for place in study.spatial] == ["DE"] or number == "2800"
    assert set(titles) == {"dl/za2800", "dl/za5100", "dl/za5300"}


@pytest.mark.real
def test_real_variables(shared_data: Path) -> None:
    base = shared_data / DDI / "CLOSER-Cohorts+Extract2DDI"
    for name in ("test-file-3.2.xml", "test-file-3.3.xml"):
        found = read_bytes((base / name).read_bytes()).resources
        assert [each.kind for each in found] == ["dataset", *["variable"] * 14], name
        assert found[2].name == "TestInteger"
        assert found[2].title == "Integer"
        assert found[2].statistics["max"] == 3.0
        assert found[0].sizes[0].unit == "records"
