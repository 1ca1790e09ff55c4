"""Studies and groups of DDI-Lifecycle: citation, coverage, funding, how data were collected and how they are had."""

from __future__ import annotations

import re
from collections.abc import Callable

from reperio.resource.draft import Draft
from reperio.resource.model import Distribution, Link, Publication
from reperio.resource.read.ddi_lifecycle_graph import Graph
from reperio.resource.read.ddi_lifecycle_text import (
    add_agents,
    add_item,
    add_term,
    add_texts,
    first,
    label_of,
    strings,
    term,
)
from reperio.resource.read.ddi_study import records_size
from reperio.resource.read.ddi_text import Unread, prose, stated
from reperio.resource.read.stated import accession
from reperio.resource.read.xml import Element, attribute, child, children, descend, language_of, local
from reperio.text.html import plain_text
from reperio.text.identifiers import read_identifier

Rule = Callable[[Draft, Element, Graph], None]
TOPIC = re.compile(r"topic|classification|categor|kategor", re.IGNORECASE)
PUBLICATION = re.compile(r"publication|literature|article|report|paper", re.IGNORECASE)
STUDY_NUMBER = re.compile(r"study.?(number|no|id)|accession|sn\b", re.IGNORECASE)
CLOCK = re.compile(r"^(\d{4}-\d\d-\d\d)T.*$")
PEOPLE = {"Creator": "creators", "Publisher": "publishers", "Contributor": "contributors"}
PASSED = frozenset({
    "URN", "Agency", "ID", "Version", "VersionResponsibility", "VersionRationale", "UserID", "BasedOnObject", "MaintainableObject",
    "LogicalProduct", "LogicalProductReference", "PhysicalDataProduct", "PhysicalDataProductReference", "PhysicalInstance",
    "PhysicalInstanceReference", "StudyUnit", "StudyUnitReference", "SubGroup", "SubGroupReference", "SeriesStatement",
    "ConceptualComponent", "ConceptualComponentReference", "DataCollectionReference", "ArchiveReference", "Group",
    "RequiredResourcePackages", "VersionDate", "Variable", "QuestionItem", "VariableScheme", "CategoryScheme", "CodeListScheme",
})  # fmt: skip
"""Parts that say nothing of the study itself or are read as items of their own."""


def read_item(draft: Draft, item: Element, graph: Graph, unread: Unread) -> None:
    """Read a `StudyUnit`, `Group` or `SubGroup`."""
    for each in children(item):
        name = local(each)
        rule = RULES.get(name)
        if rule:
            rule(draft, each, graph)
        elif name not in PASSED:
            unread.note(f"{local(item)}/{name}", each)
    for each in children(item, "UserID"):
        _user_id(draft, each)
    if (version := child(item, "Version")) is not None and local(item) == "StudyUnit":
        draft.line("version", prose(version))
    _components(draft, item, graph, unread)


def study_number(item: Element) -> str | None:
    """The number by which a study is known at its archive: `UserID`, else its DOI, else its id."""
    for each in children(item, "UserID"):
        if STUDY_NUMBER.search(attribute(each, "typeOfUserID") or "") and prose(each):
            return prose(each)
    for each in descend(item, "Citation", "InternationalIdentifier"):
        content = child(each, "IdentifierContent")
        found = read_identifier(prose(each if content is None else content))
        if found:
            return found.value
    return None


def _user_id(draft: Draft, element: Element) -> None:
    kind, text = attribute(element, "typeOfUserID") or "", prose(element)
    if "version" in kind.lower():
        draft.line("version", text)
    elif (
        text
        and re.search(r"study|accession|doi|urn|handle|^$", kind, re.IGNORECASE)
        and "colectica" not in kind.lower()
    ):
        accession(draft, text, "/UserID")
    elif text:
        draft.keep("user_ids", [*(draft.kept("user_ids") or []), f"{kind}: {text}"[:500]])


def citation(draft: Draft, element: Element, graph: Graph) -> None:
    """Read a `Citation`: titles, people, dates, identifiers, languages, rights."""
    for title in children(element, "Title"):
        _titles(draft, title)
    for each in children(element, "SubTitle", "AlternateTitle"):
        add_texts(draft, "alternate_titles", each)
    for each in children(element, *PEOPLE):
        _people(draft, each, graph)
    for each in children(element, "PublicationDate"):
        draft.date("date_published", _date(each), "/Citation/PublicationDate")
    for each in children(element, "InternationalIdentifier"):
        raw = prose(each) if len(each) == 0 else first(child(each, "IdentifierContent"))
        accession(draft, raw, "/Citation/InternationalIdentifier")
    for each in children(element, "Language"):
        draft.language(stated(each), "/Citation/Language")
    for each in children(element, "Copyright"):
        add_texts(draft, "access_notes", each)


def _people(draft: Draft, element: Element, graph: Graph) -> None:
    name = local(element)
    if len(element):
        add_agents(draft, PEOPLE[name], element, graph, f"{name}Name")
    else:  # 3.1 names them in the element itself
        draft.agent(PEOPLE[name], stated(element), affiliation=attribute(element, "affiliation"))


def _titles(draft: Draft, element: Element) -> None:
    """The title in each language; a second one of a language is an alternate title."""
    for text, lang in strings(element):
        held = {title.lang for title in draft.values("titles")}
        before = len(held)
        field = "titles" if not held or lang else "alternate_titles"
        draft.text(field, text, lang)
        if field == "titles" and before and len({title.lang for title in draft.values("titles")}) == before:
            titles = draft.values("titles")
            if len(titles) > before:
                draft.replace("titles", titles[:-1])
                draft.text("alternate_titles", text, lang)


def _date(element: Element | None) -> str | None:
    if element is None:
        return None
    inner = child(element, "SimpleDate", "HistoricalDate")
    text = prose(inner if inner is not None else element)
    return CLOCK.sub(r"\1", text) or None


def add_span(draft: Draft, element: Element, path: str) -> None:
    """Add the period of an element with `StartDate` and `EndDate`, `SimpleDate`, or neither."""
    start, end = _date(child(element, "StartDate")), _date(child(element, "EndDate"))
    if start or end:
        draft.span(start, end, path)
    else:
        draft.period(_date(element), path)


def coverage(draft: Draft, element: Element, graph: Graph) -> None:
    """Read topics, keywords, places and times, contained or referred to."""
    for topical in [*children(element, "TopicalCoverage"), *graph.referred(element, "TopicalCoverageReference")]:
        for subject in children(topical, "Subject"):
            add_term(draft, "topics" if term(subject)["vocabulary"] else "keywords", subject)
        for keyword in children(topical, "Keyword"):
            add_term(draft, "keywords", keyword)
    for spatial in [*children(element, "SpatialCoverage"), *graph.referred(element, "SpatialCoverageReference")]:
        _spatial(draft, spatial, graph)
    for temporal in [*children(element, "TemporalCoverage"), *graph.referred(element, "TemporalCoverageReference")]:
        for dates in children(temporal, "ReferenceDate"):
            add_span(draft, dates, "/Coverage/TemporalCoverage")


def _spatial(draft: Draft, element: Element, graph: Graph) -> None:
    path = "/Coverage/SpatialCoverage"
    named: list[str] = []
    for location in [*graph.referred(element, "GeographicLocationReference"), *children(element, "GeographicLocation")]:
        values = list(children(location, "LocationValue"))
        named += [text for each in values if (text := first(child(each, "LocationValueName")))]
        if not values:
            named += [text for text in [label_of(location)] if text]
    named += [prose(each) for each in children(element, "CountryCode", "Country") if prose(each)]
    if not named:
        named += [text for each in children(element, "Description") if (text := first(each))]
    for text in dict.fromkeys(named):
        draft.places(text, path)
    if (box := child(element, "BoundingBox")) is not None:
        draft.keep("bounding_box", {local(each): prose(each) for each in children(box)})


def _funding(draft: Draft, element: Element, graph: Graph) -> None:
    names: list[str] = []
    for item in graph.referred(element, "AgencyOrganizationReference", "AgencyReference"):
        add_item(draft, "funders", item)
        names += [
            text
            for text in [first(next(descend(item, "OrganizationIdentification", "OrganizationName"), None))]
            if text
        ]
    for grant in children(element, "GrantNumber"):
        if number := stated(grant):
            draft.add("links", Link("grant", plain_text(number), names[0] if names else None))
    if text := first(child(element, "Description")):
        draft.keep("funding", [*(draft.kept("funding") or []), plain_text(text)])


def _universe(draft: Draft, element: Element, graph: Graph) -> None:
    universe = graph.resolve(element) if local(element).endswith("Reference") else element
    if universe is None:
        return
    described = child(universe, "Description", "HumanReadable", "Label", "UniverseName")
    add_texts(draft, "population", described)
    for text, _ in strings(described)[:1]:
        draft.ages(text, "/Universe") if re.search(r"\bage[ds]?\b|\byears? old\b", text, re.IGNORECASE) else None


def _material(draft: Draft, element: Element, _graph: Graph) -> None:
    kind = first(child(element, "TypeOfMaterial", "Type")) or attribute(element, "type") or ""
    cited = child(element, "Citation")
    title = first(child(cited, "Title")) or first(child(element, "Description"))
    url = next((prose(each) for each in children(element, "ExternalURLReference", "ExternalURNReference")), None)
    doi = next((found.value for each in descend(cited, "InternationalIdentifier", "IdentifierContent")
                if (found := read_identifier(prose(each))) and found.scheme == "doi"), None)  # fmt: skip
    address = url if url and url.lower().startswith(("http://", "https://", "ftp://")) else None
    if not title and not address:
        return
    if PUBLICATION.search(kind):
        draft.add("publications", Publication(plain_text(title or address or ""), doi, address))
    else:
        draft.add("distributions", Distribution(plain_text(title or address or "")[:500], address))


def _materials(draft: Draft, element: Element, graph: Graph) -> None:
    for each in [*children(element, "OtherMaterial"), *graph.referred(element, "OtherMaterialReference")]:
        _material(draft, each, graph)


def _note(draft: Draft, element: Element, _graph: Graph) -> None:
    kind = first(child(element, "TypeOfNote")) or "note"
    texts = [plain_text(text) for text, lang in strings(child(element, "NoteContent")) if len(text) > 1]
    if texts:
        notes = draft.kept("notes") or {}
        draft.keep("notes", {**notes, kind: [*notes.get(kind, []), *texts]})


def _abstract(draft: Draft, element: Element, _graph: Graph) -> None:
    add_texts(draft, "abstracts", element)


def _purpose(draft: Draft, element: Element, _graph: Graph) -> None:
    if text := first(element):
        draft.keep("purpose", plain_text(text))


def _attribute_pair(draft: Draft, element: Element, _graph: Graph) -> None:
    key, value = child(element, "AttributeKey"), child(element, "AttributeValue")
    if key is not None and value is not None and (text := stated(value)):
        pairs = draft.kept("attributes") or {}
        draft.keep("attributes", {**pairs, prose(key)[:200]: plain_text(text)})


def _terms(field: str) -> Rule:
    return lambda draft, element, _graph: add_term(draft, field, element)


def _kind(draft: Draft, element: Element, _graph: Graph) -> None:
    add_term(draft, "data_kinds", element)


# -- what study units consist of: collection, universe, archive ------------------------------------


def _components(draft: Draft, item: Element, graph: Graph, unread: Unread) -> None:
    for each in [*children(item, "ConceptualComponent"), *graph.referred(item, "ConceptualComponentReference")]:
        for universe in descend(each, "UniverseScheme", "Universe"):
            if not draft.values("population"):
                _universe(draft, universe, graph)
    for each in [*children(item, "DataCollection"), *graph.referred(item, "DataCollectionReference")]:
        _collection(draft, each, graph)
    for each in [*children(item, "Archive"), *graph.referred(item, "ArchiveReference")]:
        _archive(draft, each, graph, unread)


def _collection(draft: Draft, element: Element, graph: Graph) -> None:
    for methods in [*children(element, "Methodology"), *graph.referred(element, "MethodologyReference")]:
        for method in children(methods):
            _method(draft, method)
    for event in [*children(element, "CollectionEvent"), *graph.referred(element, "CollectionEventReference")]:
        for dates in children(event, "DataCollectionDate", "CollectionDate"):
            add_span(draft, dates, "/DataCollection/CollectionEvent")
        for mode in children(event, "ModeOfCollection"):
            _typed(draft, mode, "collection_modes")
        for collector in graph.referred(event, "DataCollectorOrganizationReference"):
            add_item(draft, "contributors", collector)
        for origin in descend(event, "DataSource", "Origin"):
            draft.keep("data_source", first(origin))


def _method(draft: Draft, element: Element) -> None:
    name = local(element)
    if name in ("TimeMethod", "SamplingProcedure"):
        _typed(draft, element, "time_methods" if name == "TimeMethod" else "sampling")
    elif name in ("DataCollectionMethodology", "DeviationFromSampleDesign", "WeightingMethodology", "ResponseRate"):
        text = first(child(element, "Description")) or first(child(element, "Content"))
        draft.keep(name, plain_text(text) if text else None)


def _typed(draft: Draft, element: Element, field: str) -> None:
    """Add a coded type where there is one, and its description in each language."""
    kinds = [each for each in children(element) if local(each).startswith("TypeOf")]
    for each in kinds:
        add_term(draft, field, each)
    known = {concept.label for concept in draft.values(field)}
    for described in [*children(element, "Description"), *([] if kinds else children(element, "Content"))]:
        for text, lang in strings(described):
            if plain_text(text) not in known:
                draft.concept(field, text, lang=lang)
            if field == "time_methods":
                draft.designs(text, "/DataCollection/Methodology/TimeMethod")


def _archive(draft: Draft, element: Element, graph: Graph, unread: Unread) -> None:
    for specific in children(element, "ArchiveSpecific"):
        for organisation in graph.referred(specific, "ArchiveOrganizationReference"):
            add_item(draft, "publishers", organisation)
        for access in [*descend(specific, "Item", "Access"), *descend(specific, "Collection", "Access"),
                       *children(specific, "DefaultAccess")]:  # fmt: skip
            _access(draft, access, graph)
        for url in descend(specific, "Item", "ExternalURLReference"):
            draft.url(prose(url))
    if (life := child(element, "LifecycleInformation")) is not None:
        unread.note("Archive/LifecycleInformation", life)


def _access(draft: Draft, element: Element, graph: Graph) -> None:
    path = "/Archive/Access"
    for kind in children(element, "TypeOfAccess", "AccessTypeName"):
        draft.access(first(kind), path)
        draft.keep("access_type", first(kind))
    for name in ("Description", "ConfidentialityStatement", "Restrictions", "AccessConditions", "CitationRequirement"):
        for each in children(element, name):
            for text, lang in strings(each):
                if draft.value("access") is None and name != "CitationRequirement":
                    draft.access(text, path)
                draft.text("access_notes", text, lang)
    for organisation in graph.referred(element, "ContactOrganizationReference"):
        add_item(draft, "contacts", organisation)


def series_name(element: Element) -> tuple[str, str | None]:
    """Name and own language of a `SeriesStatement`; empty when it has none."""
    for name in children(element, "SeriesName"):
        for text, lang in strings(name):
            return plain_text(text), lang or language_of(name)
    return "", None


def read_series(draft: Draft, element: Element) -> None:
    """Read a `SeriesStatement` into a series."""
    for name in children(element, "SeriesName"):
        add_texts(draft, "titles", name)
    for each in children(element, "SeriesAbbreviation"):
        add_texts(draft, "alternate_titles", each)
    for each in children(element, "SeriesDescription"):
        add_texts(draft, "abstracts", each)
    for each in children(element, "SeriesRepositoryLocation"):
        draft.url(prose(each))


def case_count(draft: Draft, element: Element) -> None:
    """Add the number of records of a `PhysicalInstance`."""
    for raw in descend(element, "GrossFileStructure", "CaseQuantity"):
        if prose(raw) not in ("", "0"):
            size = records_size(prose(raw))
            draft.add("sizes", size)
            draft.claim("sizes", prose(raw), "/PhysicalInstance/GrossFileStructure/CaseQuantity", size)


RULES: dict[str, Rule] = {
    "Citation": citation, "Abstract": _abstract, "Purpose": _purpose, "Coverage": coverage, "FundingInformation": _funding,
    "UniverseReference": _universe, "AnalysisUnit": _terms("analysis_units"), "AnalysisUnitsCovered": _terms("analysis_units"),
    "KindOfData": _kind, "GeneralDataFormat": _terms("data_kinds"), "OtherMaterial": _material,
    "OtherMaterialScheme": _materials, "Note": _note, "UserAttributePair": _attribute_pair,
    "DataCollection": lambda *_: None, "Archive": lambda *_: None, "Label": lambda d, e, _: add_texts(d, "titles", e),
    "Description": _abstract,
}  # fmt: skip
