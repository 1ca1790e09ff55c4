"""The study described by a DDI-Codebook's `stdyDscr`, rule by rule."""

from __future__ import annotations

import re
from collections.abc import Callable

from reperio.resource.draft import Draft
from reperio.resource.model import Distribution, Link, Publication
from reperio.resource.read.ddi_coverage import add_nations, add_periods
from reperio.resource.read.ddi_text import Unread, add_agent, add_terms, addresses, prose, stated, vocabulary
from reperio.resource.read.stated import accession
from reperio.resource.read.xml import Element, attribute, children, descend, language_of, local
from reperio.text.html import plain_text
from reperio.text.identifiers import find_dois
from reperio.text.sizes import Size

Rule = Callable[[Draft, Element, str], None]
NAMED_SIZE = re.compile(
    r"(?:sample size|number of (?:units|respondents|participants|interviews|cases|individuals|households|families))"
    r"(?:\s*\([^)]{1,60}\))?\s*(?:[:=]|\bis\b|\bwas\b)\s*([^.;\n]{1,120})",
    re.IGNORECASE,
)
YEARS = re.compile(r"\d{4}(\s*[-–/]\s*\d{4})?")
GENERIC = re.compile(
    r"(?:(?:type|of|and|or|an?|the|self|semi|fully|un|non|structured|standardi[sz]ed|completed|administered|online|paper"
    r"|postal|written|interview(?:er)?|questionnaires?|schedules?|guides?|scripts?|forms?|instruments?|technical"
    r"|topic|focus|group|other|data|collection|guidelines?|tests?)[\s.,:;()/-]*)+",
    re.IGNORECASE,
)


def text_rule(field: str) -> Rule:
    """Add the element's text in its language."""
    return lambda draft, element, _path: draft.text(field, stated(element, "concept"), language_of(element))


def line_rule(field: str) -> Rule:
    """Set a single text."""
    return lambda draft, element, _path: draft.line(field, stated(element))


def term_rule(field: str) -> Rule:
    """Add a controlled or free term."""
    return lambda draft, element, _path: add_terms(draft, field, element)


def agent_rule(field: str) -> Rule:
    """Add a person or organisation."""
    return lambda draft, element, _path: add_agent(draft, field, element)


def date_rule(field: str) -> Rule:
    """Set a date, the coded one before the written one."""

    def rule(draft: Draft, element: Element, path: str) -> None:
        raw = attribute(element, "date") or stated(element)
        draft.date(field, re.sub(r"^(\d{4}-\d\d-\d\d)[T ].*$", r"\1", raw, flags=re.DOTALL) if raw else None, path)

    return rule


def keep_rule(name: str) -> Rule:
    """Keep what is said under a plain name in `extra`: the model has no field for it, and people may want to read it."""

    def rule(draft: Draft, element: Element, _path: str) -> None:
        said = [stated(element) or attribute(element, "date"), attribute(element, "URI")]
        text = plain_text(" ".join(part for part in said if part))
        if text:
            draft.keep(name, [*(draft.kept(name) or []), text[:2000]])

    return rule


def _citation_request(draft: Draft, element: Element, path: str) -> None:
    """How to cite; where a citation is given already, what else is asked stays as a note."""
    if draft.value("citation") is None:
        draft.line("citation", stated(element))
    else:
        _access_note(draft, element, path)


def _contact(draft: Draft, element: Element, _path: str) -> None:
    add_agent(draft, "contacts", element)
    if address := attribute(element, "email"):
        draft.keep("contact_emails", [*(draft.kept("contact_emails") or []), address[:300]])


def _title(draft: Draft, element: Element, _path: str) -> None:
    draft.text("titles", prose(element), language_of(element))


def _parallel_title(draft: Draft, element: Element, _path: str) -> None:
    """A title in a language the titles so far lack is one of them; any other is an alternate title."""
    lang = language_of(element)
    languages = {(title.lang or "") for title in draft.values("titles")}
    if plain_text(prose(element)) in {title.value for title in draft.values("titles")}:
        return
    field = "titles" if lang and lang[:2].lower() not in languages and element.attrib else "alternate_titles"
    draft.text(field, prose(element), lang)


def _number(draft: Draft, element: Element, path: str) -> None:
    accession(draft, stated(element), path)


def _series(draft: Draft, element: Element, path: str) -> None:
    """Series become resources of their own (see `ddi_codebook`)."""


def _version(draft: Draft, element: Element, path: str) -> None:
    draft.line("version", stated(element))
    draft.date("date_modified", (attribute(element, "date") or "")[:10], path)


def _holdings(draft: Draft, element: Element, path: str) -> None:
    uri = attribute(element, "URI")
    draft.url(uri)
    if uri and find_dois(uri):
        draft.identifier(uri, path)


def _grant(draft: Draft, element: Element, _path: str) -> None:
    if number := plain_text(stated(element) or ""):
        draft.add("links", Link("grant", number, attribute(element, "agency")))


def _keyword(draft: Draft, element: Element, _path: str) -> None:
    text = stated(element)
    if text and YEARS.fullmatch(text):  # archives list the years covered among the keywords
        draft.keep("years", [*(draft.kept("years") or []), text])
        return
    draft.concept("keywords", text, lang=language_of(element), **vocabulary(element))


def _topic(draft: Draft, element: Element, _path: str) -> None:
    draft.concept(
        "topics", stated(element), code=attribute(element, "ID"), lang=language_of(element), **vocabulary(element)
    )


def _universe(draft: Draft, element: Element, path: str) -> None:
    if (attribute(element, "clusion") or "I").upper() == "E":
        draft.claim("population", prose(element), path)  # who is left out is not who is in
        return
    text = stated(element, "concept")
    draft.population(text, path, language_of(element))
    _named_size(draft, element, path)


def _places(draft: Draft, element: Element, path: str) -> None:
    draft.places(stated(element, "concept"), path)


def _time_method(draft: Draft, element: Element, path: str) -> None:
    add_terms(draft, "time_methods", element)
    draft.designs(prose(element), path)


def _sampling(draft: Draft, element: Element, path: str) -> None:
    add_terms(draft, "sampling", element)
    _named_size(draft, element, path)


def _mode(draft: Draft, element: Element, path: str) -> None:
    add_terms(draft, "collection_modes", element)
    _named_size(draft, element, path)


def _named_size(draft: Draft, element: Element, path: str) -> None:
    """A size that prose names as such; any other number in prose may count something else."""
    for found in NAMED_SIZE.finditer(prose(element)):
        draft.sizes(found[1].strip(), path)


def _size(draft: Draft, element: Element, path: str) -> None:
    draft.sizes(stated(element), path)


def _instrument(draft: Draft, element: Element, path: str) -> None:
    """An instrument by name; a mere type of instrument (`Structured questionnaire`) names none."""
    text = plain_text(stated(element, "concept") or "")
    if text and len(text) <= 200 and not GENERIC.fullmatch(text):
        draft.add("instruments", text)
    draft.claim("instruments", prose(element), path)


def _access(draft: Draft, element: Element, path: str) -> None:
    if text := stated(element):
        draft.access(text, path)
        _licence(draft, element, path)


def _licence(draft: Draft, element: Element, path: str) -> None:
    """A licence by text or link; the statement itself stays as a note on access."""
    text = stated(element)
    before = len(draft.values("licences"))
    for address in addresses(element):
        if "creativecommons.org" in address or "licen" in address:
            draft.licence(address, path)
    if len(draft.values("licences")) == before:
        draft.licence(text, path)
    draft.text("access_notes", text, language_of(element))


def _access_note(draft: Draft, element: Element, _path: str) -> None:
    draft.text("access_notes", stated(element), language_of(element))


def _publication(draft: Draft, element: Element, _path: str) -> None:
    cited = [prose(each) for each in descend(element, "citation", "biblCit")]
    titles = [prose(each) for each in descend(element, "citation", "titlStmt", "titl")]
    text = plain_text(next((each for each in (*cited, prose(element, "citation"), *titles) if each), ""))
    links = addresses(element)
    numbers = [prose(each) for each in descend(element, "citation", "titlStmt", "IDNo")]
    if text or links:
        dois = find_dois(" ".join([text, *links, *numbers]))
        draft.add("publications", Publication(text or links[0], dois[0] if dois else None, links[0] if links else None))


def _related(draft: Draft, element: Element, _path: str) -> None:
    text = plain_text(stated(element) or "")
    links = addresses(element)
    dois = find_dois(" ".join([text, *links]))
    target = next(iter([*dois, *links, text]), "")
    if target:
        draft.add("links", Link("IsRelatedTo", target[:500], text[:500] if text and text != target else None))


def _material(draft: Draft, element: Element, path: str) -> None:
    links = addresses(element)
    if not links:
        _related(draft, element, path)
    name = plain_text(attribute(element, "label") or prose(element)) or attribute(element, "type")
    for link in links:
        draft.add("distributions", Distribution((name or link)[:300], link))


def other_material(draft: Draft, element: Element) -> None:
    """A codebook's `otherMat`: a file beside the data."""
    label = next((prose(each) for each in children(element, "labl")), "")
    types = [prose(each) for each in children(element, "notes") if "CONTENTTYPE" in (attribute(each, "type") or "")]
    uri = next(iter(addresses(element)), None)
    name = plain_text(label) or uri
    if name:
        draft.add("distributions", Distribution(name[:300], uri, types[0] if types else None))


RULES: dict[str, Rule] = {
    "citation/titlStmt/titl": _title,
    "citation/titlStmt/subTitl": text_rule("alternate_titles"),
    "citation/titlStmt/altTitl": text_rule("alternate_titles"),
    "citation/titlStmt/parTitl": _parallel_title,
    "citation/titlStmt/IDNo": _number,
    "citation/rspStmt/AuthEnty": agent_rule("creators"),
    "citation/rspStmt/othId": agent_rule("contributors"),
    "citation/prodStmt/producer": agent_rule("contributors"),
    "citation/prodStmt/copyright": _licence,
    "citation/prodStmt/prodDate": date_rule("date_created"),
    "citation/prodStmt/fundAg": agent_rule("funders"),
    "citation/prodStmt/grantNo": _grant,
    "citation/distStmt/distrbtr": agent_rule("publishers"),
    "citation/distStmt/contact": _contact,
    "citation/distStmt/depDate": keep_rule("deposit_date"),
    "citation/distStmt/depositr": agent_rule("contributors"),
    "citation/distStmt/distDate": date_rule("date_published"),
    "citation/prodStmt/prodPlac": keep_rule("place_of_production"),
    "citation/prodStmt/software": keep_rule("software"),
    "citation/serStmt": _series,
    "citation/verStmt/verResp": keep_rule("version_responsibility"),
    "citation/verStmt/notes": keep_rule("version_notes"),
    "citation/verStmt/version": _version,
    "citation/biblCit": line_rule("citation"),
    "citation/holdings": _holdings,
    "stdyInfo/subject/keyword": _keyword,
    "stdyInfo/subject/topcClas": _topic,
    "stdyInfo/abstract": text_rule("abstracts"),
    "stdyInfo/sumDscr/geogCover": _places,
    "stdyInfo/sumDscr/geogUnit": keep_rule("geographic_unit"),
    "stdyInfo/sumDscr/anlyUnit": term_rule("analysis_units"),
    "stdyInfo/sumDscr/universe": _universe,
    "stdyInfo/sumDscr/dataKind": term_rule("data_kinds"),
    "method/dataColl/timeMeth": _time_method,
    "method/dataColl/dataCollector": agent_rule("contributors"),
    "method/dataColl/sampProc": _sampling,
    "method/dataColl/targetSampleSize/sampleSize": _size,
    "method/dataColl/collMode": _mode,
    "method/dataColl/resInstru": _instrument,
    "method/dataColl/frequenc": keep_rule("frequency"),
    "method/dataColl/deviat": keep_rule("deviations_from_the_sample_design"),
    "method/dataColl/sources/dataSrc": keep_rule("data_sources"),
    "method/dataColl/sources/srcOrig": keep_rule("origins_of_data_sources"),
    "method/dataColl/sources/srcChar": keep_rule("data_sources"),
    "method/dataColl/sources/srcDocu": keep_rule("documentation_of_data_sources"),
    "method/dataColl/collSitu": keep_rule("collection_situation"),
    "method/dataColl/actMin": keep_rule("actions_against_loss"),
    "method/dataColl/ConOps": keep_rule("control_operations"),
    "method/dataColl/weight": keep_rule("weighting"),
    "method/dataColl/cleanOps": keep_rule("cleaning"),
    "method/dataColl/collectorTraining": keep_rule("training_of_collectors"),
    "method/dataColl/instrumentDevelopment": keep_rule("development_of_instruments"),
    "method/anlyInfo/respRate": keep_rule("response_rate"),
    "method/anlyInfo/EstSmpErr": keep_rule("sampling_error"),
    "method/anlyInfo/dataAppr": keep_rule("data_appraisal"),
    "method/stdyClas": keep_rule("class_of_study"),
    "method/dataProcessing": keep_rule("data_processing"),
    "method/notes": keep_rule("method_notes"),
    "studyAuthorization/authorizationStatement": keep_rule("authorisation"),
    "studyDevelopment/developmentActivity/description": keep_rule("development"),
    "stdyInfo/qualityStatement/standardsCompliance": keep_rule("quality_statement"),
    "stdyInfo/qualityStatement/otherQualityStatement": keep_rule("quality_statement"),
    "stdyInfo/exPostEvaluation/outcomes": keep_rule("evaluation"),
    "stdyInfo/notes": keep_rule("study_notes"),
    "notes": keep_rule("notes"),
    "dataAccs/setAvail/accsPlac": keep_rule("access_place"),
    "dataAccs/setAvail/origArch": keep_rule("original_archive"),
    "dataAccs/setAvail/collSize": keep_rule("size_of_the_collection"),
    "dataAccs/setAvail/complete": keep_rule("completeness"),
    "dataAccs/setAvail/fileQnty": keep_rule("number_of_files"),
    "dataAccs/setAvail/notes": keep_rule("availability_notes"),
    "dataAccs/typeOfAccess": _access,
    "dataAccs/setAvail/avlStatus": _access,
    "dataAccs/useStmt/typeOfAccess": _access,
    "dataAccs/useStmt/restrctn": _access,
    "dataAccs/useStmt/conditions": _access,
    "dataAccs/useStmt/confDec": _access_note,
    "dataAccs/useStmt/specPerm": _access_note,
    "dataAccs/useStmt/deposReq": _access_note,
    "dataAccs/useStmt/disclaimer": _access_note,
    "dataAccs/useStmt/citReq": _citation_request,
    "dataAccs/useStmt/contact": agent_rule("contacts"),
    "dataAccs/notes": _licence,
    "othrStdyMat/relPubl": _publication,
    "othrStdyMat/relStdy": _related,
    "othrStdyMat/othRefs": _related,
    "othrStdyMat/otherRefs": _related,
    "othrStdyMat/relMat": _material,
}
"""What each element of `stdyDscr` says of the study."""

GATHERED: dict[str, Callable[[Draft, list[tuple[Element, str]]], None]] = {
    "stdyInfo/sumDscr/timePrd": add_periods,
    "stdyInfo/sumDscr/collDate": add_periods,
    "stdyInfo/sumDscr/nation": add_nations,
}
"""Elements that are understood only together."""

INSIDE = frozenset(
    path.rsplit("/", depth)[0] for path in [*RULES, *GATHERED] for depth in range(1, path.count("/") + 1)
)
"""Elements that only hold others."""


def read_study(draft: Draft, study: Element, unread: Unread) -> None:
    """Read a `stdyDscr` into the draft; what no rule understands is noted in `unread`."""
    gathered: dict[str, list[tuple[Element, str]]] = {}
    for path, where, element in _walk(study, "", ""):
        if path in RULES:
            RULES[path](draft, element, where)
        elif path in GATHERED:
            gathered.setdefault(path, []).append((element, where))
        else:
            unread.note(f"stdyDscr/{path}", element)
    for path, rule in GATHERED.items():
        rule(draft, gathered.get(path, []))


def _walk(element: Element, path: str, where: str) -> list[tuple[str, str, Element]]:
    found: list[tuple[str, str, Element]] = []
    counts: dict[str, int] = {}
    for each in children(element):
        name = local(each)
        counts[name] = counts.get(name, 0) + 1
        inner = f"{path}/{name}".lstrip("/")
        place = f"{where}/{name}[{counts[name]}]" if counts[name] > 1 else f"{where}/{name}"
        if inner in INSIDE:
            found += _walk(each, inner, place)
        else:
            found.append((inner, place, each))
    return found


def records_size(raw: str) -> Size | None:
    """Number of cases of a file; None when 0 or no whole number."""
    digits = re.sub(r"[\s,.'’]", "", raw)
    return Size(int(digits), "records") if digits.isdecimal() and len(digits) < 13 and int(digits) else None
