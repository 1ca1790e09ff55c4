"""Fields of Dataverse blocks, as texts or objects of texts; a rule takes out of them what it understands."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from reperio.resource.draft import Draft
from reperio.resource.model import Agent, Link, Publication
from reperio.resource.read.dataverse_terms import TERM_WITH_VOCABULARY, add_term, is_looked_up
from reperio.resource.read.json import listed, mapping, said
from reperio.resource.read.stated import accession, stated
from reperio.text.html import plain_text
from reperio.text.identifiers import Identifier, find_dois, read_identifier
from reperio.text.languages import read_language

Values = list[Any]
"""Values of one field: texts, or objects with texts of a compound field. Rules take out what they read."""
Rule = Callable[[Draft, Values, str], None]

HREF = re.compile(r"https?://[^\s\"'<>]+")
BOOKKEEPING = re.compile(r"date (submitted|accepted|issued|available|created|modified|copyrighted|valid)\s*:.*", re.I)


def simple(field: dict[str, Any]) -> Values:
    """Values of a field without their wrapping; terms looked up by the archive stand beside their address."""
    expanded = listed(field.get("expandedvalue"))
    values = listed(field.get("value"))
    return [_simple_value(value, expanded[at] if at < len(expanded) else None) for at, value in enumerate(values)]


def _simple_value(value: Any, expanded: Any) -> Any:
    if isinstance(value, dict):
        return {name: _simple_part(part) for name, part in value.items()}
    names = {
        str(name.get("lang") or ""): text
        for name in listed(mapping(expanded).get("termName"))
        if isinstance(name, dict) and (text := said(name.get("value")))
    }
    return {"uri": said(value), "names": names} if names and said(value) else value


def _simple_part(part: Any) -> Any:
    if not isinstance(part, dict) or "value" not in part:
        return part
    name = said(mapping(part.get("expandedvalue")).get("termName"))
    return name or part["value"]


def _pop(value: Any, name: str) -> str | None:
    """Take a text out of a compound value."""
    if not isinstance(value, dict):
        return None
    raw = value.pop(name, None)
    texts = [text for part in listed(raw) if (text := stated(part))]
    return "; ".join(texts) or None


def _texts(values: Values) -> list[str]:
    """Take the plain texts out of a field's values."""
    found = [text for value in values if not isinstance(value, dict) and (text := stated(value))]
    values[:] = [value for value in values if isinstance(value, (dict, list))]
    return found


# -- kinds of rules ------------------------------------------------------------------------------------------------


def texts(field: str) -> Rule:
    """Each value is a text of the field."""

    def rule(draft: Draft, values: Values, _path: str) -> None:
        for text in _texts(values):
            draft.text(field, text)

    return rule


def terms(field: str, vocabulary: str | None = None) -> Rule:
    """Each value is a term of the field; addresses of terms get the name the archive looked up, or their last part."""

    def rule(draft: Draft, values: Values, _path: str) -> None:
        looked_up = [value for value in values if is_looked_up(value)]
        for value in looked_up:
            names, uri = value["names"], value["uri"]
            lang = "en" if "en" in names else next(iter(names))
            draft.concept(field, names[lang], vocabulary=vocabulary, uri=uri, lang=lang or None)
        values[:] = [value for value in values if value not in looked_up]
        values.extend(text for text in _texts(values) if not add_term(draft, field, text, vocabulary))

    return rule


def designs(field: str) -> Rule:
    """Terms that also tell the study's design."""
    add_terms = terms(field)

    def rule(draft: Draft, values: Values, path: str) -> None:
        for value in values:
            draft.designs(stated(value), path)
        add_terms(draft, values, path)

    return rule


def statements_of(method: str) -> Rule:
    """Each value goes to the draft's method of that name (`places`, `period`, `language`, `sizes`)."""

    def rule(draft: Draft, values: Values, path: str) -> None:
        for text in _texts(values):
            getattr(draft, method)(text, path)

    return rule


def agents(field: str, name: str) -> Rule:
    """Compound values about people and organisations whose parts begin with `name` (`producerName` ...)."""

    def rule(draft: Draft, values: Values, path: str) -> None:
        for value in values:
            _agent(draft, field, name, value, path)

    return rule


def _agent(draft: Draft, field: str, name: str, value: Any, path: str) -> None:
    person, affiliation = _pop(value, f"{name}Name"), _pop(value, f"{name}Affiliation")
    mail, url = _pop(value, f"{name}Email"), _pop(value, f"{name}URL")
    scheme = (_pop(value, f"{name}IdentifierScheme") or "").lower()
    raw = _pop(value, f"{name}Identifier")
    found = read_identifier(_orcid(raw, scheme)) if raw else None
    if raw and found is None:
        found = Identifier("accession", raw)
        if not scheme:
            draft.reading.issue("identifier.unknown", draft.path + path, raw, "Of no known scheme.", "info")
    if not (called := person or affiliation or mail):
        return
    kind = "Person" if found and (found.scheme == "orcid" or scheme == "dai") else None
    draft.agent(
        field, called, kind="Organization" if found and found.scheme == "ror" else kind,
        identifiers=(found,) if found else (), affiliation=_plain(affiliation) if called != affiliation else None,
        url=_address(url) or (f"mailto:{mail}" if mail else None),
    )  # fmt: skip


def _orcid(raw: str, scheme: str) -> str:
    return f"https://orcid.org/{raw}" if scheme == "orcid" and "orcid.org" not in raw else raw


def _plain(text: str | None) -> str | None:
    return plain_text(text) or None if text else None


def _address(text: str | None) -> str | None:
    match = HREF.search(text) if text else None
    return match[0] if match else None


# -- rules for single fields ---------------------------------------------------------------------------------------


def descriptions(draft: Draft, values: Values, _path: str) -> None:
    """Abstracts; remarks on the record's own dates are left."""
    for value in values:
        text = value.get("dsDescriptionValue") if isinstance(value, dict) else None
        if isinstance(text, str) and not BOOKKEEPING.fullmatch(plain_text(text)):
            draft.text("abstracts", _pop(value, "dsDescriptionValue"))


def keywords(draft: Draft, values: Values, _path: str) -> None:
    """Keywords with vocabulary and address."""
    for value in values:
        uri, home = _pop(value, "keywordTermURI"), _pop(value, "keywordVocabularyURI")
        if uri is None and home and re.search(r"\d", home.rstrip("/").rsplit("/", 1)[-1]):
            uri = home  # many write the address of the term where that of the vocabulary should be
        draft.concept(
            "keywords", _pop(value, "keywordValue"), vocabulary=_pop(value, "keywordVocabulary") or home, uri=uri
        )  # fmt: skip


def classifications(draft: Draft, values: Values, _path: str) -> None:
    """Topics with vocabulary; some write vocabulary and address into the value."""
    for value in values:
        label, vocabulary = _pop(value, "topicClassValue"), _pop(value, "topicClassVocab")
        uri = _pop(value, "topicClassVocabURI")
        if label and TERM_WITH_VOCABULARY.fullmatch(label):
            add_term(draft, "topics", label, vocabulary)
        else:
            draft.concept("topics", label, vocabulary=vocabulary, uri=uri)


def publications(draft: Draft, values: Values, _path: str) -> None:
    """Publications, with their DOI from wherever it stands."""
    for value in values:
        raw, url, number = (_pop(value, f"publication{part}") for part in ("Citation", "URL", "IDNumber"))
        dois = [doi for text in (number, url, raw) if text for doi in find_dois(text)]
        citation = _plain(raw) or url or number
        if citation:
            address = _address(url) or _address(raw)
            draft.add("publications", Publication(citation, dois[0] if dois else None, address))
            if number and not dois:
                draft.add("links", Link(_pop(value, "publicationRelationType") or "IsReferencedBy", number, citation))


def other_ids(draft: Draft, values: Values, path: str) -> None:
    """Identifiers given by others."""
    for value in values:
        accession(draft, _pop(value, "otherIdValue"), path)


def grants(draft: Draft, values: Values, _path: str) -> None:
    """Funders; the numbers of grants are left."""
    for value in values:
        name = _pop(value, "grantNumberAgency")
        if name and name.lower() != "see contributors":
            draft.agent("funders", name, kind="Organization")


def contributors(draft: Draft, values: Values, _path: str) -> None:
    """Contributors by their role."""
    for value in values:
        role = _pop(value, "contributorType") or ""
        field = {"Funder": "funders", "Rights Holder": "rights_holders", "Sponsor": "funders"}.get(role, "contributors")
        draft.agent(field, _pop(value, "contributorName"))


def spans(start: str, end: str) -> Rule:
    """Compound values with a start and an end."""

    def rule(draft: Draft, values: Values, path: str) -> None:
        for value in values:
            draft.span(_pop(value, start), _pop(value, end), path)

    return rule


def series(draft: Draft, values: Values, _path: str) -> None:
    """The series it belongs to, by name."""
    for value in values:
        if name := _pop(value, "seriesName"):
            draft.add("links", Link("IsPartOf", name, name))


def links(relation: str) -> Rule:
    """Texts about related things, with the address they hold."""

    def rule(draft: Draft, values: Values, _path: str) -> None:
        for text in _texts(values):
            plain = plain_text(text)
            dois = find_dois(text)
            draft.add("links", Link(relation, dois[0] if dois else _address(text) or plain, plain))

    return rule


def relations(draft: Draft, values: Values, _path: str) -> None:
    """Relations with type, text and address (DANS)."""
    for value in values:
        words = (_pop(value, "dansRelationType") or "relation").split()
        title, target = _pop(value, "dansRelationText"), _pop(value, "dansRelationURI")
        if target or title:
            draft.add("links", Link("".join(map(str.capitalize, words)), target or title or "", _plain(title)))


def collections(draft: Draft, values: Values, _path: str) -> None:
    """Collections it belongs to, by address (DANS)."""
    for value in values:
        names = value.pop("names", {}) if is_looked_up(value) else {}
        uri = _pop(value, "uri") if isinstance(value, dict) else stated(value)
        if uri:
            draft.add("links", Link("IsPartOf", uri, names.get("en") or next(iter(names.values()), None)))
    values[:] = [value for value in values if isinstance(value, dict)]


def places(draft: Draft, values: Values, path: str) -> None:
    """Countries and what lies in them."""
    for value in values:
        for part in ("country", "state", "city", "otherGeographicCoverage"):
            draft.places(_pop(value, part), path)


def population(draft: Draft, values: Values, path: str) -> None:
    """Who the data are about."""
    for text in _texts(values):
        draft.population(text, path)


def sample_size(draft: Draft, values: Values, path: str) -> None:
    """How many take part."""
    for value in values:
        draft.sizes(_pop(value, "targetSampleActualSize"), path)


def address(draft: Draft, values: Values, _path: str) -> None:
    """Another page about it."""
    for text in _texts(values):
        draft.url(_address(text))


def languages(draft: Draft, values: Values, path: str) -> None:
    """Languages of the data; of several names of one (`Spanish, Castilian`) the first counts."""
    for text in _texts(values):
        draft.language(text if read_language(text) else text.split(",")[0], path)


def creation(draft: Draft, values: Values, path: str) -> None:
    """Date of production."""
    for text in _texts(values):
        draft.date("date_created", text, path)


def names(field: str) -> Rule:
    """Texts that name people or organisations."""

    def rule(draft: Draft, values: Values, _path: str) -> None:
        for text in _texts(values):
            draft.add(field, Agent(plain_text(text)))

    return rule


def identifiers(draft: Draft, values: Values, path: str) -> None:
    """Identifiers of the record."""
    for text in _texts(values):
        accession(draft, text, path)


RULES: dict[str, Rule] = {
    "title": texts("titles"),
    "subtitle": texts("alternate_titles"),
    "alternativeTitle": texts("alternate_titles"),
    "alternativeURL": address,
    "otherId": other_ids,
    "author": agents("creators", "author"),
    "datasetContact": agents("contacts", "datasetContact"),
    "dsDescription": descriptions,
    "subject": terms("topics", "Dataverse subjects"),
    "keyword": keywords,
    "topicClassification": classifications,
    "publication": publications,
    "language": languages,
    "producer": agents("contributors", "producer"),
    "productionDate": creation,
    "contributor": contributors,
    "grantNumber": grants,
    "distributor": agents("publishers", "distributor"),
    "depositor": names("contributors"),
    "timePeriodCovered": spans("timePeriodCoveredStart", "timePeriodCoveredEnd"),
    "dateOfCollection": spans("dateOfCollectionStart", "dateOfCollectionEnd"),
    "kindOfData": terms("data_kinds"),
    "series": series,
    "relatedMaterial": links("IsSupplementedBy"),
    "relatedDatasets": links("IsRelatedTo"),
    "otherReferences": links("References"),
    "geographicCoverage": places,
    "unitOfAnalysis": terms("analysis_units"),
    "universe": population,
    "timeMethod": designs("time_methods"),
    "dataCollector": names("contributors"),
    "samplingProcedure": terms("sampling"),
    "collectionMode": terms("collection_modes"),
    "targetSampleSize": sample_size,
    "studyDesignType": designs("time_methods"),
    "dansSamplingProcedureFreeText": terms("sampling"),
    "dansElsstClassification": terms("topics", "ELSST"),
    "dansCessdaClassification": terms("topics", "CESSDA Topic Classification"),
    "dansAATClassification": terms("keywords", "AAT"),
    "dansAudience": terms("topics", "NARCIS classification"),
    "dansCollection": collections,
    "dansRelation": relations,
    "dansRightsHolder": names("rights_holders"),
    "dansSpatialCoverageControlled": statements_of("places"),
    "dansSpatialCoverageText": statements_of("places"),
    "dansTemporalCoverage": statements_of("period"),
    "dansNbn": identifiers,
    "dccd-taxon": terms("keywords", "DCCD"),
    "dccd-objectType": terms("keywords", "DCCD"),
    "dccd-category": terms("keywords", "DCCD"),
}
"""Rules by type name. A type of an archive's own block (`dansUniverse`) falls back on the standard one (`universe`)."""


def rule_of(name: str) -> Rule | None:
    """The rule for a field, None when it is not understood."""
    if name in RULES:
        return RULES[name]
    bare = name.removeprefix("dans")
    return RULES.get(bare[:1].lower() + bare[1:])
