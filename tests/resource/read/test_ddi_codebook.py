"""DDI-Codebook, beyond the golden cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperio.record.model import Record
from reperio.resource.fields import Resource, decode, encode
from reperio.resource.read.ddi_codebook import read
from reperio.resource.read.ddi_study import GATHERED, RULES
from reperio.resource.read.reading import Reading
from reperio.source.model import Source


def source(**more: Any) -> Source:
    return Source.model_validate({"key": "s", "title": "S", "harvest": {"protocol": "files", "path": "."}, **more})


def read_bytes(body: bytes, **options: Any) -> Reading:
    record = Record(
        source="s", identifier="r1", body=body, media_type="application/xml", fetched="2026-01-02T00:00:00Z"
    )
    return read(record, source(**options))


def study_of(inner: str, **options: Any) -> Resource:
    reading = read_bytes(f"<codeBook><stdyDscr>{inner}</stdyDscr></codeBook>".encode(), **options)
    return next(each for each in reading.resources if each.kind == "study")


def variable_of(inner: str) -> Resource:
    reading = read_bytes(f"<codeBook><dataDscr><var name='v'>{inner}</var></dataDscr></codeBook>".encode())
    return next(each for each in reading.resources if each.kind == "variable")


def codes(reading: Reading) -> set[str]:
    return {issue.code for issue in reading.issues}


def idno(*numbers: str) -> str:
    inner = "".join(f"<IDNo>{number}</IDNo>" for number in numbers)
    return f"<citation><titlStmt><titl>T</titl>{inner}</titlStmt></citation>"


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (["9301", "10.5255/UKDA-SN-9301-1"], "s/9301"),
        (["https://doi.org/10.1234/ABC", "other"], "s/10.1234/abc"),
        (["urn:nbn:fi:fsd:T-FSD1", "FSD1"], "s/fsd1"),
        (["SN 258"], "s/sn_258"),
        ([], "s/r1"),
    ],
)
def test_id_of_a_study(numbers: list[str], expected: str) -> None:
    assert study_of(idno(*numbers)).id == expected


def test_id_by_record_when_asked() -> None:
    assert study_of(idno("9301"), options={"id": "record"}).id == "s/r1"


def test_periods_by_cycle_and_event() -> None:
    inner = """<stdyInfo><sumDscr>
      <collDate cycle="P1" event="start" date="1999-01"/><collDate cycle="P2" event="start" date="2003"/>
      <collDate cycle="P1" event="end" date="1999-06"/><collDate cycle="P2" event="end" date="2004"/>
      <timePrd event="start" date="1990"/></sumDscr></stdyInfo>"""
    found = [(period.start, period.end) for period in study_of(inner).temporal]
    assert found == [("1990", None), ("1999-01", "1999-06"), ("2003", "2004")]


def test_free_dates_beside_coded_ones_are_only_claims() -> None:
    inner = """<stdyInfo><sumDscr><collDate>Spring</collDate><collDate event="single" date="2001-04">4/01</collDate>
      </sumDscr></stdyInfo>"""
    study = study_of(inner)
    assert [(period.start, period.end) for period in study.temporal] == [("2001-04", "2001-04")]
    assert "Spring" in {claim.raw for claim in study.claims}


def test_nation_by_code_alone_and_no_default() -> None:
    assert [
        place.country for place in study_of("<stdyInfo><sumDscr><nation abbr='NO'/></sumDscr></stdyInfo>").spatial
    ] == ["NO"]
    assert study_of("<stdyInfo><sumDscr><nation/></sumDscr></stdyInfo>").spatial == ()


def test_only_named_sizes_are_taken_from_prose() -> None:
    loose = "<method><dataColl><sampProc>In 2008, 500 streets were drawn.</sampProc></dataColl></method>"
    named = "<method><dataColl><sampProc>Drawn in 2008. Sample size: 1,200</sampProc></dataColl></method>"
    target = "<method><dataColl><targetSampleSize><sampleSize>100</sampleSize></targetSampleSize></dataColl></method>"
    assert study_of(loose).sizes == ()
    assert [size.count for size in study_of(named).sizes] == [1200]
    assert [size.count for size in study_of(target).sizes] == [100]


def test_types_of_instrument_name_none() -> None:
    inner = """<method><dataColl><resInstru>Structured questionnaire</resInstru><resInstru>EQ-5D</resInstru>
      </dataColl></method>"""
    assert study_of(inner).instruments == ("EQ-5D",)


def test_fillers_state_nothing() -> None:
    inner = """<citation><prodStmt><fundAg>Not available</fundAg></prodStmt></citation>
      <dataAccs><useStmt><confDec>None</confDec><restrctn>-</restrctn></useStmt></dataAccs>"""
    study = study_of(inner)
    assert (study.funders, study.access_notes) == ((), ())


def test_vocabulary_is_not_the_term() -> None:
    inner = """<stdyInfo><subject>
      <keyword vocab="ELSST" vocabURI="https://elsst.example.org/id/4/b1983cbc-c93d-4bb7-8f18-4fd4cbe3f70c">A</keyword>
      <keyword vocabURI="urn:ddi:int.cv:Topic:1.0">B</keyword></subject></stdyInfo>"""
    first, second = study_of(inner).keywords
    assert (first.vocabulary, first.uri is not None) == ("ELSST", True)
    assert (second.vocabulary, second.uri) == ("urn:ddi:int.cv:Topic:1.0", None)


def test_unknown_elements_are_counted() -> None:
    unread = study_of("<stdyInfo><odd>one</odd><odd>two</odd><odd/></stdyInfo>").extra["unread"]
    assert unread == {"stdyDscr/stdyInfo/odd": {"count": 3, "texts": ["one", "two"]}}


def test_categories_and_statistics() -> None:
    variable = variable_of(
        """<invalrng><item VALUE="9"/></invalrng>
        <catgry><catValu>9</catValu><labl xml:lang="de">Weiss nicht</labl><labl xml:lang="en">Unsure</labl>
          <catStat type="percent">5</catStat><catStat type="freq" wgtd="wgtd">7</catStat><catStat type="freq">6</catStat>
        </catgry><sumStat type="min">1</sumStat><sumStat type="max">NaN</sumStat>"""
    )
    [category] = variable.categories
    assert (category.code, category.label, category.missing, category.count) == ("9", "Unsure", True, 6)
    assert variable.statistics == {"min": 1.0}


def test_missing_answers_by_mark_range_or_label() -> None:
    variable = variable_of(
        """<invalrng><range min="90" max="99"/></invalrng>
        <catgry missing="Y"><catValu>7</catValu><labl>Other</labl></catgry>
        <catgry><catValu>98</catValu><labl>Odd</labl></catgry>
        <catgry><catValu>-9</catValu><labl>Refusal</labl></catgry>
        <catgry><catValu>-2</catValu><labl>Disagree</labl></catgry>
        <catgry><catValu>8</catValu><labl>Don't know</labl></catgry>"""
    )
    assert [each.code for each in variable.categories if each.missing] == ["7", "98", "-9"]
    assert len(variable.categories) == 5


def test_wave_of_a_variable() -> None:
    reading = read_bytes(b"<codeBook><dataDscr><var name='v' wave='3'/><var name='w'/></dataDscr></codeBook>")
    assert [each.wave for each in reading.resources if each.kind == "variable"] == ["3", None]


def test_instruments_of_variables() -> None:
    groups = """<varGrp ID="A" type="other" otherType="instrument" var="V1"><labl>GHQ-12</labl></varGrp>
      <varGrp ID="B" type="subject" varGrp="C"><labl>Wellbeing</labl></varGrp>
      <varGrp ID="C" var="V2"><labl>Mood</labl><concept vocab="Instrument">PHQ-9</concept></varGrp>
      <varGrp ID="D" var="V3"><concept>Instrument</concept><labl>SDQ</labl></varGrp>
      <varGrp ID="E" var="V3" varGrp="E"><labl>Large-scale assessment</labl></varGrp>"""
    variables = """<var ID="V1"/><var ID="V2"/><var ID="V3"/>
      <var ID="V4"><concept vocab="Instruments">EQ-5D</concept><concept>Health</concept></var>"""
    reading = read_bytes(f"<codeBook><dataDscr>{groups}{variables}</dataDscr></codeBook>".encode())
    found = [
        (each.instruments, tuple(concept.label for concept in each.concepts))
        for each in reading.resources
        if each.kind == "variable"
    ]
    assert found == [
        (("General Health Questionnaire (GHQ-12)",), ()),
        (("Patient Health Questionnaire (PHQ-9)",), ("Wellbeing", "Mood")),
        (("Strengths and Difficulties Questionnaire (SDQ)",), ("Large-scale assessment",)),
        (("EQ-5D",), ("Health",)),
    ]


def test_participants_by_the_universe() -> None:
    both = "<stdyInfo><sumDscr><universe>Men and women aged 50 and over</universe></sumDscr></stdyInfo>"
    study = study_of(both)
    assert (study.sex, study.ages[0].lower) == ("all", 50.0)
    assert {claim.how for claim in study.claims if claim.field in ("sex", "ages")} == {"derived"}
    left_out = "<stdyInfo><sumDscr><universe clusion='E'>Women</universe></sumDscr></stdyInfo>"
    assert study_of(left_out).sex is None


def test_too_many_categories_are_noted() -> None:
    many = "".join(f"<catgry><catValu>{n}</catValu></catgry>" for n in range(2500))
    reading = read_bytes(f"<codeBook><dataDscr><var ID='v'>{many}</var></dataDscr></codeBook>".encode())
    assert "categories.many" in codes(reading)
    assert len(reading.resources[-1].categories) == 2000


def test_ids_of_one_record_are_unique() -> None:
    variables = "<var name='a'/><var name='A'/><var name='a_2'/><var name='a'/>"
    reading = read_bytes(f"<codeBook><dataDscr>{variables}</dataDscr></codeBook>".encode())
    ids = [each.id for each in reading.resources]
    assert len(set(ids)) == len(ids) == 5
    assert "s/r1/a_2" in ids
    assert "id.duplicate" in codes(reading)


def test_huge_ids_and_texts() -> None:
    reading = read_bytes(f"<codeBook><stdyDscr>{idno('x' * 1_000_000)}</stdyDscr></codeBook>".encode())
    assert len(reading.resources[0].id) < 400


def test_nothing_to_read() -> None:
    assert codes(read_bytes(b"<DDIInstance/>")) == {"ddi_codebook.missing"}
    assert codes(read_bytes(b"<OAI-PMH><error code='x'>No</error></OAI-PMH>")) == {"oai.error", "ddi_codebook.missing"}
    deleted = read_bytes(b"<record><header status='deleted'/></record>")
    assert [(issue.code, issue.level) for issue in deleted.issues] == [("ddi_codebook.missing", "info")]


NAMES = sorted({part for path in [*RULES, *GATHERED] for part in path.split("/")} | {
    "stdyDscr", "fileDscr", "fileTxt", "fileName", "dimensns", "caseQnty", "varQnty", "dataDscr", "var", "varGrp", "labl", "qstn",
    "qstnLit", "preQTxt", "catgry", "catValu", "catStat", "sumStat", "invalrng", "item", "valrng", "range", "concept",
    "ExtLink", "serName", "serInfo", "otherMat", "notes", "p", "docDscr", "codeBook", "record", "header", "identifier",
})  # fmt: skip
ATTRIBUTES = [
    "ID",
    "name",
    "files",
    "var",
    "event",
    "date",
    "abbr",
    "URI",
    "vocab",
    "vocabURI",
    "type",
    "missing",
    "cycle",
]
WORDS = st.sampled_from(
    ["", "1", "-9", "2001-13-45", "1999", "GB", "Sample size: 0", "a b", "é<b>&", "https://x.example/ y"]
)
TREES = st.recursive(
    WORDS.map(escape),
    lambda inner: st.builds(
        lambda name, attributes, parts: "<{0}{1}>{2}</{0}>".format(
            name, "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items()), "".join(parts)
        ),
        st.sampled_from(NAMES),
        st.dictionaries(st.sampled_from(ATTRIBUTES), WORDS, max_size=3),
        st.lists(inner, max_size=6),
    ),
    max_leaves=40,
)


@settings(max_examples=200, deadline=None)
@given(TREES, st.sampled_from(["{}", "<stdyDscr>{}</stdyDscr>", "<dataDscr>{}</dataDscr>", "<fileDscr>{}</fileDscr>"]))
def test_arbitrary_trees_are_read(tree: str, around: str) -> None:
    reading = read_bytes(f"<codeBook>{around.format(tree)}</codeBook>".encode())
    assert reading.resources
    assert len({each.id for each in reading.resources}) == len(reading.resources)
    for each in reading.resources:
        assert decode(encode(each)) == each


FACTS = {
    "demo-documents/ddi-v25/ukds-7481.xml": ("s/7481", "Integrated Census Microdata (I-CeM), 1851-1911", 0, (1851, 2014)),
    "demo-documents/ddi-v25/ukds-2000.xml": (
        "s/2000", "Family Life and Work Experience Before 1918, 1870-1973", 0, (1870, 1973),
    ),
    "demo-documents/ddi-v25/fsd-3307-oaipmh.xml": ("s/fsd3307", "Child Barometer 2018", 78, (2018, 2018)),
    "demo-documents/ddi-v25/fsd-3271.xml": ("s/fsd3271", "Financial Awareness of Finnish People 2014", 234, (2014, 2014)),
    "demo-documents/ddi-v25/gesis-5300.xml": ("s/za5300", "Pre-election Cross Section (GLES 2009)", 0, (2009, 2009)),
    "inst/extdata/cps_00157.xml": ("s/r1", "User Extract cps_00157.dat", 8, (1962, 1963)),
}  # fmt: skip


@pytest.mark.real
@pytest.mark.parametrize("name", FACTS)
def test_real_studies(shared_data: Path, name: str) -> None:
    [path] = (shared_data / "catalogues" / "ddi_xml").rglob(name)
    identity, title, variables, (first, last) = FACTS[name]
    reading = read_bytes(path.read_bytes())
    [study] = [each for each in reading.resources if each.kind == "study"]
    assert study.id == identity
    assert title in {text.value for text in study.titles}
    assert sum(each.kind == "variable" for each in reading.resources) == variables
    starts = [period.start[:4] for period in study.temporal if period.start]
    ends = [period.end[:4] for period in study.temporal if period.end]
    assert (int(min(starts)), int(max(ends))) == (first, last)


@pytest.mark.real
def test_every_real_codebook(shared_data: Path) -> None:
    paths = sorted((shared_data / "catalogues" / "ddi_xml").rglob("*.xml"))
    assert len(paths) > 80
    kinds: dict[str, int] = {}
    for path in paths:
        reading = read_bytes(path.read_bytes())
        assert reading.resources or "ddi_codebook.missing" in codes(reading), path.name
        for each in reading.resources:
            kinds[each.kind] = kinds.get(each.kind, 0) + 1
    assert kinds["study"] == 78
    assert kinds["variable"] == 3060


def test_the_language_of_the_data_is_that_of_its_files() -> None:
    body = """<codeBook><stdyDscr><citation><titlStmt><titl>Keepers</titl><IDNo>K1</IDNo></titlStmt></citation></stdyDscr>
    <fileDscr ID="F1"><fileTxt><fileName xml:lang="fi">majakat.sav</fileName><fileType>SPSS</fileType></fileTxt></fileDscr>
    <fileDscr ID="F2"><fileTxt><fileName xml:lang="sv">fyrar.sav</fileName></fileTxt></fileDscr></codeBook>"""
    study, finnish, swedish = read_bytes(body.encode()).resources
    assert (study.languages, finnish.languages, swedish.languages) == (("fi", "sv"), ("fi",), ("sv",))
    assert finnish.extra["file_type"] == "SPSS"


def test_statistics_weighted_and_of_other_kinds_stand_apart() -> None:
    body = """<codeBook><dataDscr><var name="v"><sumStat type="mean">2.5</sumStat><sumStat type="mean" wgtd="wgtd">2.75</sumStat>
    <sumStat type="vald">10</sumStat><sumStat type="other" otherType="gini">0.3</sumStat></var></dataDscr></codeBook>"""
    variable = next(each for each in read_bytes(body.encode()).resources if each.kind == "variable")
    assert variable.statistics == {"mean": 2.5, "mean (weighted)": 2.75, "vald": 10.0, "gini": 0.3}


def test_methods_that_the_model_has_no_field_for_are_kept_under_plain_names() -> None:
    body = """<codeBook><stdyDscr><citation><titlStmt><titl>Keepers</titl></titlStmt>
    <distStmt><contact email="desk@example.org">Help desk</contact><depDate date="2020-01-02"/></distStmt>
    <biblCit>Keepers (2020).</biblCit></citation>
    <method><dataColl><weight>By region.</weight><sources><dataSrc>Log books.</dataSrc></sources></dataColl>
    <anlyInfo><respRate>61%</respRate></anlyInfo></method>
    <dataAccs><useStmt><citReq>Name the lighthouse.</citReq></useStmt></dataAccs></stdyDscr></codeBook>"""
    (study,) = read_bytes(body.encode()).resources
    assert study.extra == {
        "contact_emails": ["desk@example.org"], "deposit_date": ["2020-01-02"], "weighting": ["By region."],
        "data_sources": ["Log books."], "response_rate": ["61%"],
    }  # fmt: skip
    assert study.citation == "Keepers (2020)."
    assert [note.value for note in study.access_notes] == ["Name the lighthouse."]


@pytest.mark.parametrize(
    ("written", "terms"),
    [
        ("['Individual', 'Family']", ["Individual", "Family"]),
        ("['Individual', \"Family's home\"]", ["Individual", "Family's home"]),
        ("['Individual']", ["Individual"]),
        ("[Individual] and 'Family'", ["[Individual] and 'Family'"]),
        ("['Individual', 'Family'", ["['Individual', 'Family'"]),
    ],
)
def test_terms_that_an_export_wrote_as_a_list_are_several(written: str, terms: list[str]) -> None:
    study = study_of(f"<stdyInfo><sumDscr><anlyUnit>{escape(written)}</anlyUnit></sumDscr></stdyInfo>")
    assert [term.label for term in study.analysis_units] == terms


def test_what_is_kept_stands_in_the_order_of_the_record() -> None:
    """Of another order, a variable would seem to have changed whenever another process reads it."""
    said = ["security", "imputation", "derivation", "notes", "embargo", "geoMap", "stdCatgry", "codInstr"]
    kept = list(variable_of("".join(f"<{name}>{name}</{name}>" for name in said)).extra.values())
    assert [value for value in kept if value in said] == said
