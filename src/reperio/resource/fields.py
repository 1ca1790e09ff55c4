"""The resource: every field declared once.

Each attribute of `Resource` carries a `Field` in its annotation: its schema.org (or DDI) name, label, help, whether
words in it are searched and how much they weigh, whether it is a facet or a sort key, and how claims of several
sources about it merge. JSON-LD, the index document, the facet list, the API schema and the reference page derive from
`FIELDS`. Unknown is None or an empty tuple, never a stand-in value.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from reperio.resource.model import (
    Agent,
    Category,
    Claim,
    Concept,
    Distribution,
    Kind,
    Link,
    Origin,
    Publication,
    Text,
)
from reperio.text.access import Access
from reperio.text.ages import AgeRange
from reperio.text.dates import Period
from reperio.text.designs import Sex, StudyDesign
from reperio.text.identifiers import Identifier
from reperio.text.licences import Licence
from reperio.text.places import Place
from reperio.text.routes import Route
from reperio.text.sizes import Size
from reperio.text.slugs import uuid_of

Merge = Literal["first", "union", "longest", "identity"]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a field, whatever its value.

    Attributes:
        iri: compact IRI of the property (`schema:name`, `ddi:qstnLit`); `reperio:` where no standard has one.
        label: heading for people.
        help: one sentence for people.
        weight: weight of words found in it (0: not searched).
        facet: name of the facet and filter it feeds, empty for none.
        sort: name of the sort it feeds, empty for none.
        merge: how claims of several sources merge. first: the first source that has one; union: all, each once;
            longest: the longest text of each language; identity: not merged (names the resource itself).
    """

    iri: str
    label: str
    help: str
    weight: float = 0.0
    facet: str = ""
    sort: str = ""
    merge: Merge = "union"
    name: str = ""


def _f(iri: str, label: str, help: str, **more: Any) -> Field:  # noqa: A002 - the field's own word
    return Field(iri=iri, label=label, help=help, **more)


class Resource(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A study, dataset, series or variable, normalised."""

    # fmt: off - one field, one line

    # Identity
    id: Annotated[
        str, _f("reperio:id", "Id", "Source and the source's own id, lower case: `ukds/855318`.", merge="identity")
    ]
    kind: Annotated[Kind, _f("rdf:type", "Kind", "Series, study, dataset or variable.", facet="kind", merge="identity")]
    source: Annotated[
        str,
        _f(
            "schema:includedInDataCatalog",
            "Catalogue",
            "Key of the source it was read from.",
            facet="source",
            merge="identity",
        ),
    ]
    part_of: Annotated[
        tuple[str, ...],
        _f(
            "schema:isPartOf",
            "Part of",
            "Ids of what it belongs to: a variable's dataset, a dataset's study, a study's series.",
        ),
    ] = ()
    identifiers: Annotated[
        tuple[Identifier, ...], _f("schema:identifier", "Identifiers", "DOI, ARK, URN, accession numbers.", weight=8.0)
    ] = ()
    urls: Annotated[tuple[str, ...], _f("schema:url", "Landing pages", "Pages about it at its sources.")] = ()
    version: Annotated[str | None, _f("schema:version", "Version", "Version or edition as stated.", merge="first")] = (
        None
    )
    date_created: Annotated[str | None, _f("schema:dateCreated", "Created", "ISO date.", merge="first")] = None
    date_published: Annotated[
        str | None, _f("schema:datePublished", "Published", "ISO date.", sort="published", merge="first")
    ] = None
    date_modified: Annotated[
        str | None, _f("schema:dateModified", "Modified", "ISO date of the last change at the source.", merge="first")
    ] = None

    # What it is about
    titles: Annotated[
        tuple[Text, ...],
        _f(
            "schema:name",
            "Title",
            "Titles by language, main one first. Of a variable: its label.",
            weight=6.0,
            sort="title",
            merge="first",
        ),
    ] = ()
    alternate_titles: Annotated[
        tuple[Text, ...],
        _f("schema:alternateName", "Also known as", "Other titles, acronyms, translations.", weight=5.0),
    ] = ()
    abstracts: Annotated[
        tuple[Text, ...], _f("schema:description", "Description", "Abstracts by language.", weight=1.0, merge="longest")
    ] = ()
    keywords: Annotated[
        tuple[Concept, ...], _f("schema:keywords", "Keywords", "Keywords as given.", weight=2.5, facet="keyword")
    ] = ()
    topics: Annotated[
        tuple[Concept, ...], _f("schema:about", "Topics", "Terms of a topic classification.", weight=2.5, facet="topic")
    ] = ()
    languages: Annotated[
        tuple[str, ...], _f("schema:inLanguage", "Languages", "Languages of the data (ISO 639).", facet="language")
    ] = ()
    publications: Annotated[
        tuple[Publication, ...], _f("schema:subjectOf", "Publications", "Publications about or from it.", weight=0.3)
    ] = ()
    links: Annotated[tuple[Link, ...], _f("schema:relatedLink", "Related", "Stated relations to other things.")] = ()

    # Who
    creators: Annotated[
        tuple[Agent, ...], _f("schema:creator", "Creators", "Who made it.", weight=1.5, facet="creator", merge="first")
    ] = ()
    publishers: Annotated[
        tuple[Agent, ...],
        _f("schema:publisher", "Publishers", "Who publishes or distributes it.", weight=0.8, facet="publisher"),
    ] = ()
    funders: Annotated[
        tuple[Agent, ...], _f("schema:funder", "Funders", "Who paid for it.", weight=0.8, facet="funder")
    ] = ()
    contributors: Annotated[
        tuple[Agent, ...],
        _f("schema:contributor", "Contributors", "Who else had a part: collectors, depositors.", weight=0.5),
    ] = ()
    rights_holders: Annotated[
        tuple[Agent, ...], _f("schema:copyrightHolder", "Rights holders", "Who holds the rights.")
    ] = ()
    contacts: Annotated[tuple[Agent, ...], _f("schema:contactPoint", "Contacts", "Whom to ask.")] = ()

    # Coverage
    temporal: Annotated[
        tuple[Period, ...],
        _f(
            "schema:temporalCoverage",
            "Time covered",
            "Periods the data are about or were collected in.",
            facet="year",
            sort="year",
        ),
    ] = ()
    spatial: Annotated[
        tuple[Place, ...],
        _f("schema:spatialCoverage", "Places", "Places the data are about.", weight=1.5, facet="country"),
    ] = ()
    ages: Annotated[
        tuple[AgeRange, ...], _f("reperio:ages", "Ages", "Ages of participants, in years.", facet="age")
    ] = ()
    sex: Annotated[Sex | None, _f("reperio:sex", "Sex", "Sex of participants.", facet="sex", merge="first")] = None
    sizes: Annotated[
        tuple[Size, ...],
        _f(
            "reperio:sampleSize",
            "Sample size",
            "How many people, households or records, main one first.",
            facet="sample_size",
            sort="size",
            merge="first",
        ),
    ] = ()
    population: Annotated[
        tuple[Text, ...],
        _f("ddi:universe", "Population", "Who or what the data are about, as stated.", weight=1.0, merge="longest"),
    ] = ()

    # How it was made
    study_designs: Annotated[
        tuple[StudyDesign, ...],
        _f(
            "schema:measurementTechnique",
            "Study design",
            "Design, by words of its description.",
            weight=1.0,
            facet="study_design",
        ),
    ] = ()
    analysis_units: Annotated[
        tuple[Concept, ...],
        _f("ddi:anlyUnit", "Unit of analysis", "What a row of the data stands for.", facet="analysis_unit"),
    ] = ()
    time_methods: Annotated[
        tuple[Concept, ...],
        _f("ddi:timeMeth", "Time method", "How time enters the design.", weight=0.5, facet="time_method"),
    ] = ()
    sampling: Annotated[
        tuple[Concept, ...], _f("ddi:sampProc", "Sampling", "How the sample was drawn.", weight=0.3, facet="sampling")
    ] = ()
    collection_modes: Annotated[
        tuple[Concept, ...],
        _f("ddi:collMode", "Mode of collection", "How the data were collected.", weight=0.5, facet="collection_mode"),
    ] = ()
    data_kinds: Annotated[
        tuple[Concept, ...], _f("ddi:dataKind", "Kind of data", "Survey data, text, images, ...", weight=0.3)
    ] = ()
    instruments: Annotated[
        tuple[str, ...],
        _f("schema:instrument", "Instruments", "Questionnaires and scales used.", weight=4.0, facet="instrument"),
    ] = ()
    waves: Annotated[
        int | None, _f("reperio:waves", "Waves", "Number of waves or sweeps.", facet="waves", merge="first")
    ] = None
    genetic_data: Annotated[
        bool | None,
        _f(
            "reperio:geneticData",
            "Genetic data",
            "Whether genetic data were collected.",
            facet="genetic_data",
            merge="first",
        ),
    ] = None
    variable_count: Annotated[
        int | None,
        _f(
            "reperio:numberOfVariables",
            "Number of variables",
            "As stated by the source; what we hold is counted apart.",
            merge="first",
        ),
    ] = None

    # How to get it
    access: Annotated[
        Access | None,
        _f(
            "schema:conditionsOfAccess",
            "Access",
            "Open, registered, controlled or closed.",
            facet="access",
            merge="first",
        ),
    ] = None
    access_routes: Annotated[
        tuple[Route, ...],
        _f("reperio:accessRoutes", "Routes of access", "Download, registration, request, application, secure place."),
    ] = ()
    access_notes: Annotated[
        tuple[Text, ...],
        _f("schema:usageInfo", "How to get the data", "Conditions and route of access, as stated.", merge="union"),
    ] = ()
    licences: Annotated[
        tuple[Licence, ...], _f("schema:license", "Licence", "Licences of the data.", facet="licence")
    ] = ()
    distributions: Annotated[
        tuple[Distribution, ...],
        _f("schema:distribution", "Files", "Files and services of the data and its documentation."),
    ] = ()
    citation: Annotated[
        str | None, _f("schema:creditText", "Citation", "How the source asks to be cited.", merge="first")
    ] = None
    image: Annotated[str | None, _f("schema:image", "Image", "Address of a logo or picture.", merge="first")] = None

    # Of a variable or question
    name: Annotated[
        str | None, _f("ddi:var", "Name", "Code of the variable in its file (`bd9ms`).", weight=8.0, merge="first")
    ] = None
    question: Annotated[
        tuple[Text, ...], _f("ddi:qstnLit", "Question", "Wording of the item itself.", weight=3.0, merge="first")
    ] = ()
    preamble: Annotated[
        tuple[Text, ...],
        _f("ddi:preQTxt", "Introduction", "Stem or introduction shared with other items.", weight=0.8, merge="first"),
    ] = ()
    categories: Annotated[
        tuple[Category, ...],
        _f("ddi:catgry", "Response options", "Codes and labels of the answers.", weight=0.3, merge="first"),
    ] = ()
    universe: Annotated[str | None, _f("ddi:universe", "Asked of", "Who was asked.", merge="first")] = None
    informant: Annotated[
        str | None, _f("reperio:informant", "Informant", "Who answered (self, mother, teacher).", merge="first")
    ] = None
    reference_period: Annotated[
        str | None,
        _f(
            "reperio:referencePeriod",
            "Reference period",
            "Time the question asks about (past two weeks).",
            merge="first",
        ),
    ] = None
    concepts: Annotated[tuple[Concept, ...], _f("ddi:concept", "Concepts", "What it measures.", weight=2.0)] = ()
    wave: Annotated[
        str | None, _f("reperio:wave", "Wave", "Wave or sweep it belongs to.", facet="wave", merge="first")
    ] = None
    data_type: Annotated[str | None, _f("ddi:varFormat", "Data type", "Numeric, text, date.", merge="first")] = None
    measurement_unit: Annotated[str | None, _f("schema:unitText", "Unit", "Unit of measurement.", merge="first")] = None
    position: Annotated[int | None, _f("schema:position", "Position", "Place in its file, from 1.", merge="first")] = (
        None
    )
    statistics: Annotated[
        dict[str, float], _f("ddi:sumStat", "Statistics", "Summary statistics as published.", merge="first")
    ] = {}

    # Where it all comes from
    origins: Annotated[tuple[Origin, ...], _f("prov:wasDerivedFrom", "Provenance", "Records it was read from.")] = ()
    claims: Annotated[tuple[Claim, ...], _f("reperio:claims", "Claims", "Raw text behind each normalised value.")] = ()
    extra: Annotated[
        dict[str, Any],
        _f("reperio:extra", "Not understood", "What the reader kept without understanding it.", merge="first"),
    ] = {}

    # fmt: on

    @property
    def uuid(self) -> str:
        """md5 of the id, the original product's `uuid`."""
        return uuid_of(self.id)

    @property
    def title(self) -> str:
        """Main title for people: the first title, else the question, else the name, else the id."""
        for texts in (self.titles, self.question):
            if texts:
                return texts[0].value
        return self.name or self.id

    @property
    def abstract(self) -> str | None:
        """Main abstract: English when there is one, else the first."""
        for text in self.abstracts:
            if text.lang == "en":
                return text.value
        return self.abstracts[0].value if self.abstracts else None

    @property
    def sample_size(self) -> int | None:
        """The main count: participants when stated, else the first that does not count records."""
        for wanted in (("participants",), ("unstated", "households", "families", "organisations")):
            for size in self.sizes:
                if size.unit in wanted:
                    return size.count
        return None

    @property
    def dois(self) -> tuple[str, ...]:
        """Its DOIs, bare and lower case."""
        return tuple(identifier.value for identifier in self.identifiers if identifier.scheme == "doi")


@cache
def fields() -> dict[str, Field]:
    """All fields of `Resource` by name, in their order."""
    found: dict[str, Field] = {}
    for name, hint in get_type_hints(Resource, include_extras=True).items():
        if get_origin(hint) is Annotated:
            spec = next(extra for extra in get_args(hint)[1:] if isinstance(extra, Field))
            found[name] = msgspec.structs.replace(spec, name=name)
    return found


ENCODER = msgspec.json.Encoder()
DECODER = msgspec.json.Decoder(Resource)


def encode(resource: Resource) -> bytes:
    """Resource to JSON; fields at their default are left out."""
    return ENCODER.encode(resource)


def decode(payload: bytes) -> Resource:
    """JSON made by `encode` back to the equal resource."""
    return DECODER.decode(payload)
