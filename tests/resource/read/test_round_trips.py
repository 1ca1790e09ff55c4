"""Write, then read: the same facts put into every format come out of its reader as they went in.

Each writer here makes the smallest document of its format that states some facts; what a format has no place for is
left out of the comparison by leaving it out of `STATES`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reperio.record.model import Record
from reperio.resource.fields import Resource
from reperio.resource.model import Agent, Concept, Text
from reperio.resource.read.reading import Reading
from reperio.resource.read.registry import read_record
from reperio.resource.write.json_ld import Surroundings, dataset_json_ld
from reperio.source.model import Source
from reperio.text.dates import Period
from reperio.text.identifiers import Identifier

WORDS = (
    "lighthouse",
    "keepers",
    "storms",
    "tides",
    "sleep",
    "harbour",
    "children",
    "östlich",
    "été",
    "lamps",
    "income",
    "voyage",
)
PHRASE = st.lists(st.sampled_from(WORDS), min_size=2, max_size=5, unique=True).map(
    lambda words: " ".join(words).capitalize()
)
ODD = ("R & D", 'said "so"', "a, b; c", "x < y", "1 | 2", "it's")


class Question(msgspec.Struct, frozen=True):
    name: str
    label: str
    options: tuple[tuple[str, str], ...] = ()


class Facts(msgspec.Struct, frozen=True):
    title: str
    abstract: str
    doi: str
    keywords: tuple[str, ...]
    creator: str
    publisher: str
    start: int
    years: int
    url: str
    questions: tuple[Question, ...]

    @property
    def end(self) -> int:
        return self.start + self.years


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    names = draw(st.lists(st.from_regex(r"[a-z][a-z0-9_]{1,8}", fullmatch=True), min_size=1, max_size=4, unique=True))
    options = st.lists(st.sampled_from(WORDS), max_size=4, unique=True).map(
        lambda words: tuple((str(at), word) for at, word in enumerate(words, 1))
    )
    return Facts(
        title=draw(PHRASE) + draw(st.sampled_from(("", *(f" {odd}" for odd in ODD)))),
        abstract=f"{draw(PHRASE)} were asked about what they keep, year after year. {draw(PHRASE)}.",
        doi=f"10.5072/{draw(st.from_regex(r'[a-z0-9]{3,10}', fullmatch=True))}",
        keywords=tuple(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4, unique=True))),
        creator=draw(st.sampled_from(("Marsh, Ada", "Doe, Jane", "Østergård, Åse"))),
        publisher=draw(st.sampled_from(("Shore Archive", "Tideway College"))),
        start=draw(st.integers(1950, 2020)),
        years=draw(st.integers(0, 4)),
        url=f"https://archive.example.org/{draw(st.integers(1, 99999))}",
        questions=tuple(Question(name, draw(PHRASE), draw(options)) for name in names),
    )


# -- writers ----------------------------------------------------------------------------------------------------


def ddi_codebook(said: Facts) -> str:
    variables = "".join(
        f"<var name={quoteattr(each.name)}><labl>{escape(each.label)}</labl>"
        + "".join(
            f"<catgry><catValu>{code}</catValu><labl>{escape(label)}</labl></catgry>" for code, label in each.options
        )
        + "</var>"
        for each in said.questions
    )
    return f"""<codeBook xmlns="ddi:codebook:2_5" xml:lang="en"><stdyDscr><citation>
      <titlStmt><titl>{escape(said.title)}</titl><IDNo agency="DOI">{said.doi}</IDNo></titlStmt>
      <rspStmt><AuthEnty>{escape(said.creator)}</AuthEnty></rspStmt>
      <distStmt><distrbtr>{escape(said.publisher)}</distrbtr></distStmt><holdings URI={quoteattr(said.url)}/></citation>
      <stdyInfo><subject>{"".join(f"<keyword>{escape(word)}</keyword>" for word in said.keywords)}</subject>
      <abstract>{escape(said.abstract)}</abstract><sumDscr><collDate event="start" date="{said.start}"/>
      <collDate event="end" date="{said.end}"/></sumDscr></stdyInfo></stdyDscr><dataDscr>{variables}</dataDscr></codeBook>"""


def ddi_lifecycle(said: Facts) -> str:
    def text(name: str, value: str, inner: str = "String") -> str:
        return f'<{name}><{inner} xml:lang="en">{escape(value)}</{inner}></{name}>'

    def own(identity: str) -> str:
        return f"<Agency>org.example</Agency><ID>{identity}</ID><Version>1</Version>"

    variables, codes, categories = "", "", ""
    for number, each in enumerate(said.questions):
        lists = ""
        if each.options:
            lists = (
                f"<CodeRepresentation><CodeListReference>{own(f'cl{number}')}</CodeListReference></CodeRepresentation>"
            )
            codes += (
                f"<CodeList>{own(f'cl{number}')}"
                + "".join(
                    f"<Code><CategoryReference>{own(f'c{number}x{code}')}</CategoryReference><Value>{code}</Value></Code>"
                    for code, _ in each.options
                )
                + "</CodeList>"
            )
            categories += "".join(
                f"<Category>{own(f'c{number}x{code}')}{text('Label', label, 'Content')}</Category>"
                for code, label in each.options
            )
        variables += (
            f"<Variable>{own(f'v{number}')}{text('VariableName', each.name)}{text('Label', each.label, 'Content')}"
            f"<VariableRepresentation>{lists}</VariableRepresentation></Variable>"
        )
    keywords = "".join(f'<Keyword xml:lang="en">{escape(word)}</Keyword>' for word in said.keywords)
    return f"""<DDIInstance xmlns="ddi:instance:3_2"><StudyUnit>{own("su")}<Citation>{text("Title", said.title)}
      <Creator>{text("CreatorName", said.creator)}</Creator><Publisher>{text("PublisherName", said.publisher)}</Publisher>
      <InternationalIdentifier><IdentifierContent>{said.doi}</IdentifierContent><ManagingAgency>DOI</ManagingAgency></InternationalIdentifier></Citation>
      {text("Abstract", said.abstract, "Content")}<Coverage><TopicalCoverage>{keywords}</TopicalCoverage>
      <TemporalCoverage><ReferenceDate><StartDate>{said.start}</StartDate><EndDate>{said.end}</EndDate></ReferenceDate></TemporalCoverage></Coverage>
      <LogicalProduct><CategoryScheme>{categories}</CategoryScheme><CodeListScheme>{codes}</CodeListScheme>
      <VariableScheme>{variables}</VariableScheme></LogicalProduct></StudyUnit></DDIInstance>"""


def datacite_xml(said: Facts) -> str:
    subjects = "".join(f"<subject>{escape(word)}</subject>" for word in said.keywords)
    return f"""<resource xmlns="http://datacite.org/schema/kernel-4"><identifier identifierType="DOI">{said.doi}</identifier>
      <creators><creator><creatorName nameType="Personal">{escape(said.creator)}</creatorName></creator></creators>
      <titles><title xml:lang="en">{escape(said.title)}</title></titles><publisher>{escape(said.publisher)}</publisher>
      <publicationYear>{said.end}</publicationYear><resourceType resourceTypeGeneral="Dataset">Dataset</resourceType>
      <subjects>{subjects}</subjects><dates><date dateType="Collected">{said.start}/{said.end}</date></dates>
      <descriptions><description descriptionType="Abstract">{escape(said.abstract)}</description></descriptions></resource>"""


def datacite_json(said: Facts) -> str:
    return json.dumps({
        "doi": said.doi, "creators": [{"name": said.creator, "nameType": "Personal"}], "titles": [{"title": said.title, "lang": "en"}],
        "publisher": said.publisher, "publicationYear": said.end, "types": {"resourceTypeGeneral": "Dataset"}, "url": said.url,
        "subjects": [{"subject": word} for word in said.keywords], "dates": [{"date": f"{said.start}/{said.end}", "dateType": "Collected"}],
        "descriptions": [{"description": said.abstract, "descriptionType": "Abstract"}],
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    })  # fmt: skip


def schema_org(said: Facts) -> str:
    """By our own writer."""
    resource = Resource(
        id="a/1", kind="dataset", source="a", identifiers=(Identifier("doi", said.doi),), titles=(Text(said.title, "en"),),
        abstracts=(Text(said.abstract, "en"),), keywords=tuple(map(Concept, said.keywords)), creators=(Agent(said.creator, "Person"),),
        publishers=(Agent(said.publisher, "Organization"),), temporal=(Period(str(said.start), str(said.end)),), urls=(said.url,),
    )  # fmt: skip
    return json.dumps(dataset_json_ld(resource, Surroundings(url=said.url)))


def dcat(said: Facts) -> str:
    return json.dumps({
        "@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/"},
        "@id": said.url, "@type": "dcat:Dataset", "dct:title": {"@value": said.title, "@language": "en"},
        "dct:description": {"@value": said.abstract, "@language": "en"}, "dct:identifier": f"https://doi.org/{said.doi}",
        "dct:creator": {"@type": "foaf:Person", "foaf:name": said.creator}, "dct:publisher": {"foaf:name": said.publisher},
        "dcat:keyword": list(said.keywords), "dcat:landingPage": {"@id": said.url},
        "dct:temporal": {"@type": "dct:PeriodOfTime", "dcat:startDate": str(said.start), "dcat:endDate": str(said.end)},
    })  # fmt: skip


def dataverse(said: Facts) -> str:
    def one(name: str, value: Any, kind: str = "primitive") -> dict[str, Any]:
        return {"typeName": name, "multiple": isinstance(value, list), "typeClass": kind, "value": value}

    citation = [
        one("title", said.title),
        one("author", [{"authorName": one("authorName", said.creator)}], "compound"),
        one("dsDescription", [{"dsDescriptionValue": one("dsDescriptionValue", said.abstract)}], "compound"),
        one("keyword", [{"keywordValue": one("keywordValue", word)} for word in said.keywords], "compound"),
        one("timePeriodCovered", [{
            "timePeriodCoveredStart": one("timePeriodCoveredStart", str(said.start)),
                "timePeriodCoveredEnd": one("timePeriodCoveredEnd", str(said.end)),
        }], "compound"),
    ]  # fmt: skip
    return json.dumps({
        "identifier": said.doi.partition("/")[2], "persistentUrl": f"https://doi.org/{said.doi}", "protocol": "doi", "authority": "10.5072",
        "publisher": said.publisher, "datasetVersion": {"metadataBlocks": {"citation": {"fields": citation}}},
    })  # fmt: skip


def ckan(said: Facts) -> str:
    return json.dumps({
        "id": "one", "name": "one", "title": said.title, "notes": said.abstract, "url": said.url, "author": said.creator,
        "tags": [{"name": word} for word in said.keywords], "organization": {"title": said.publisher}, "resources": [], "license_id": "",
    })  # fmt: skip


def hdruk(said: Facts) -> str:
    return json.dumps({
        "pid": "11111111-0000-0000-0000-000000000001",
        "summary": {"title": said.title, "abstract": said.abstract, "doiName": said.doi, "publisher": {"name": said.publisher},
                    "keywords": list(said.keywords)},
        "provenance": {"temporal": {"startDate": f"{said.start}-01-01", "endDate": f"{said.end}-12-31"}}, "accessibility": {},
        "structuralMetadata": {"dataClasses": [{"name": "main", "dataElements": [{"name": each.name,
            "description": each.label} for each in said.questions]}]},
    })  # fmt: skip


def frictionless(said: Facts) -> str:
    fields = [{"name": each.name, "title": each.label, "type": "string"} for each in said.questions]
    return json.dumps({
        "profile": "tabular-data-package", "name": "one", "id": said.doi, "title": said.title,
            "description": said.abstract, "homepage": said.url,
        "keywords": list(said.keywords), "contributors": [{"title": said.creator, "role": "author"},
            {"title": said.publisher, "role": "publisher"}],
        "resources": [{"name": "main", "path": "main.csv", "schema": {"fields": fields}}],
    })  # fmt: skip


def _table(*rows: tuple[str, ...]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def redcap(said: Facts) -> str:
    head = (
        "Variable / Field Name",
        "Form Name",
        "Section Header",
        "Field Type",
        "Field Label",
        "Choices, Calculations, OR Slider Labels",
    )
    rows = [
        (
            each.name,
            "main",
            "",
            "radio" if each.options else "text",
            each.label,
            " | ".join(f"{code}, {label}" for code, label in each.options),
        )
        for each in said.questions
    ]
    return _table(head, *rows)


def dictionary(said: Facts) -> str:
    rows = [
        (each.name, each.label, "|".join(f"{code}={label}" for code, label in each.options)) for each in said.questions
    ]
    return _table(("name", "label", "values"), *rows)


def harmony(said: Facts) -> str:
    return json.dumps({
        "dataset_schema": {"@type": "Dataset", "name": said.title, "description": said.abstract,
            "keywords": list(said.keywords), "url": [said.url],
                           "identifier": [said.doi], "creator": [{"@type": "Person", "name": said.creator}],
                           "temporalCoverage": f"{said.start}/{said.end}",
                           "variableMeasured": [{"name": each.name, "description": each.label} for each in said.questions]},
        "extra_data": {"resource_type": "study", "harmony_id": "ukds/1"},
    })  # fmt: skip


def mental_health_catalogue(said: Facts) -> str:
    return json.dumps([{"study_id": "KEEP", "title": said.title, "aims": said.abstract, "website": said.url, "start_date": str(said.start),
                        "end_date": str(said.end), "institution": said.publisher, "related_themes": list(said.keywords)}])  # fmt: skip


def adruk(said: Facts) -> str:
    return json.dumps({"data": [{"id": "one", "title": said.title, "description": said.abstract,
        "keywords": list(said.keywords), "url": said.url,
                                 "publisher": {"name": said.publisher}, "startDate": str(said.start), "endDate": str(said.end)}]})  # fmt: skip


def colectica(said: Facts) -> str:
    return json.dumps([{
        "ItemType": "30ea0200-7121-4f01-8d21-a931a182b86d", "AgencyId": "org.example", "Identifier": "one", "Version": 1,
        "DublinCoreMetadata": {"Title": {"en-GB": said.title}, "Creators": [said.creator], "Publishers": [{"Name": {"en-GB": said.publisher}}]},
        "StudyAbstract": {"en-GB": said.abstract},
        "Coverage": {"TemporalCoverage": [{"StartDate": str(said.start), "EndDate": str(said.end)}]},
    }])  # fmt: skip


# -- what comes back ----------------------------------------------------------------------------------------------

COMPARE: dict[str, tuple[Callable[[Facts], object], Callable[[Resource], object]]] = {
    "title": (lambda said: said.title, lambda got: got.titles[0].value),
    "abstract": (lambda said: said.abstract, lambda got: got.abstract),
    "doi": (lambda said: said.doi, lambda got: got.dois[0] if got.dois else None),
    "keywords": (lambda said: set(said.keywords), lambda got: {each.label for each in (*got.keywords, *got.topics)}),
    "creator": (lambda said: [said.creator], lambda got: [each.name for each in got.creators]),
    "publisher": (lambda said: [said.publisher], lambda got: [each.name for each in got.publishers]),
    "period": (lambda said: [(str(said.start), str(said.end))], lambda got: [(each.start and each.start[:4],
        each.end and each.end[:4]) for each in got.temporal]),
    "url": (lambda said: True, lambda got: bool(got.urls)),
}  # fmt: skip
ALL = tuple(COMPARE)
OPTIONS = {
    "dictionary": {"columns": {"name": "name", "label": "label", "categories": "values"}, "study": {"id": "s",
        "title": "S"}, "dataset_from": "none"},
    "harmony": {"keep_ids": True},
}  # fmt: skip
Writer = Callable[[Facts], str]
STATES: dict[str, tuple[str, Writer, tuple[str, ...], tuple[str, ...]]] = {
    "ddi_codebook": ("ddi_codebook", ddi_codebook, ALL, ("name", "label", "options")),
    "ddi_lifecycle": ("ddi_lifecycle", ddi_lifecycle, tuple(name for name in ALL if name != "url"), ("name", "label", "options")),
    "datacite_xml": ("datacite", datacite_xml, tuple(name for name in ALL if name != "url"), ()),
    "datacite_json": ("datacite", datacite_json, ALL, ()),
    "schema_org": ("schema_org", schema_org, ALL, ()),
    "dcat": ("dcat", dcat, ALL, ()),
    "dataverse": ("dataverse", dataverse, ALL, ()),
    "ckan": ("ckan", ckan, ("title", "abstract", "keywords", "creator", "publisher", "url"), ()),
    "hdruk": ("hdruk", hdruk, ("title", "abstract", "doi", "keywords", "publisher", "period"), ("name",)),
    "frictionless": ("frictionless", frictionless, ("title", "abstract", "doi", "keywords", "creator", "publisher", "url"), ("name", "label")),
    "redcap": ("redcap", redcap, (), ("name", "question", "options")),
    "dictionary": ("dictionary", dictionary, (), ("name", "label", "options")),
    "harmony": ("harmony", harmony, ("title", "abstract", "doi", "keywords", "creator", "period", "url"), ("name",)),
    "mental_health_catalogue": ("mental_health_catalogue", mental_health_catalogue, ("title", "abstract", "keywords",
        "publisher", "period", "url"), ()),
    "adruk": ("adruk", adruk, ("title", "abstract", "keywords", "publisher", "period", "url"), ()),
    "colectica": ("colectica", colectica, ("title", "abstract", "creator", "publisher", "period"), ()),
}  # fmt: skip
"""By name of the test: the reader, the writer, what it states of the study, what of variables."""


def read_back(reader: str, text: str) -> Reading:
    source = Source.model_validate({
        "key": "there", "title": "There", "harvest": {"protocol": "files", "path": "."}, "options": OPTIONS.get(reader, {}),
    })  # fmt: skip
    kind = "application/xml" if text.startswith("<") else "application/json" if text[0] in "{[" else "text/csv"
    record = Record(
        source="there",
        identifier="one",
        body=text.encode(),
        media_type=kind,
        format=reader,
        fetched="2026-01-02T03:04:05Z",
    )
    return read_record(record, source)


@pytest.mark.parametrize("name", STATES)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(said=facts())
def test_what_was_written_is_read(name: str, said: Facts) -> None:
    reader, write, states, of_variables = STATES[name]
    reading = read_back(reader, write(said))
    assert not [issue for issue in reading.issues if issue.level == "error"], reading.issues
    main = next((each for each in reading.resources if each.kind in ("study", "dataset")), None)
    if states:
        assert main is not None
        told = {fact: COMPARE[fact][1](main) for fact in states}
        assert told == {fact: COMPARE[fact][0](said) for fact in states}
    _compare_variables([each for each in reading.resources if each.kind == "variable"], said, of_variables)


def _compare_variables(variables: list[Resource], said: Facts, asked: tuple[str, ...]) -> None:
    if not asked:
        return
    assert [each.name for each in variables] == [each.name for each in said.questions]
    for variable, question in zip(variables, said.questions, strict=True):
        assert all(parent for parent in variable.part_of)
        if "label" in asked:
            assert variable.titles[0].value == question.label
        if "question" in asked:
            assert variable.question[0].value == question.label
        if "options" in asked:
            assert tuple((each.code, each.label) for each in variable.categories) == question.options
