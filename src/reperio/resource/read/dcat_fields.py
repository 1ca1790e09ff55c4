"""What the properties of a DCAT dataset say of a resource (DCAT 1 to 3, DCAT-AP, HealthDCAT-AP, Project Open Data)."""

from __future__ import annotations

import re
from collections.abc import Callable

from reperio.resource.draft import Draft
from reperio.resource.model import Distribution, Link
from reperio.resource.read.dcat_graph import Graph, Node, is_address, plain
from reperio.resource.read.json import said
from reperio.resource.read.stated import accession, is_placeholder
from reperio.text.html import plain_text
from reperio.text.identifiers import read_identifier
from reperio.text.licences import Licence, read_licence
from reperio.text.sizes import Size

Rule = Callable[[Draft, Graph, Node, str], None]
CLOCK = re.compile(r"^(\d{4}-\d\d-\d\d)T.*$")
AGENTS = {
    "creator": "creators", "publisher": "publishers", "contributor": "contributors", "rightsHolder": "rights_holders",
    "hdab": "contacts", "custodian": "contributors",
}  # fmt: skip
ORGANISATIONS = frozenset({"Organization", "Agent-Organization", "FormalOrganization", "Group"})
RELATIONS = {
    "isPartOf": "IsPartOf", "inSeries": "IsPartOf", "hasPart": "HasPart", "relation": "IsRelatedTo", "isVersionOf": "IsVersionOf",
    "hasVersion": "HasVersion", "replaces": "Obsoletes", "isReplacedBy": "IsObsoletedBy", "source": "IsDerivedFrom",
    "wasDerivedFrom": "IsDerivedFrom", "isReferencedBy": "IsReferencedBy", "references": "References",
    "conformsTo": "ConformsTo", "documentation": "IsDocumentedBy", "page": "IsDocumentedBy", "describedBy": "IsDocumentedBy",
    "previousVersion": "IsNewVersionOf", "prev": "Continues", "next": "IsContinuedBy", "sample": "HasPart",
    "requires": "Requires", "isRequiredBy": "IsRequiredBy",
}  # fmt: skip
ACCESS = {
    "public": "open",
    "restricted public": "controlled",
    "non-public": "closed",
    "non_public": "closed",
    "restricted": "controlled",
}


def read_fields(draft: Draft, graph: Graph, node: Node) -> None:
    """Read all properties of a dataset or series; what has no rule goes to `extra`."""
    for name, rule in RULES.items():
        if name in node:
            rule(draft, graph, node, name)
    for name, value in node.items():
        if name not in RULES and not name.startswith("@"):
            draft.keep(name, plain(value))


def _texts(field: str) -> Rule:
    def rule(draft: Draft, graph: Graph, node: Node, name: str) -> None:
        for text, lang in graph.texts(node, name):
            if not is_placeholder(text):
                held = {each.lang for each in draft.values(field)}
                draft.text("alternate_titles" if field == "titles" and held and not lang else field, text, lang)

    return rule


def _date(field: str) -> Rule:
    def rule(draft: Draft, graph: Graph, node: Node, name: str) -> None:
        text = graph.text(node, name)
        if text and not text.upper().startswith(("R/", "R1/")):  # ISO 8601 intervals of repetition, of data.json
            draft.date(field, CLOCK.sub(r"\1", text), f"/{name}")
        elif text:
            draft.keep(name, text)

    return rule


def _line(field: str) -> Rule:
    return lambda draft, graph, node, name: draft.line(field, graph.text(node, name))


def _identifier(draft: Draft, graph: Graph, node: Node, name: str) -> None:
    for value in graph.objects(node, name):
        raw = graph.text(value, "notation") or next(iter(graph.texts_of(value)), ("", None))[0]
        if raw and len(raw) <= 1000 and not is_placeholder(raw):
            accession(draft, raw, f"/{name}")


def _concepts(field: str) -> Rule:
    def rule(draft: Draft, graph: Graph, node: Node, name: str) -> None:
        for value in graph.objects(node, name):
            uri = said(value.get("@id"))
            labels = graph.texts_of(value)
            for text, lang in labels:
                label = text.rstrip("/#").rpartition("/")[2].rpartition("#")[2] if is_address(text) else text
                draft.concept(field, label or text, uri=uri if is_address(uri) else None, lang=lang,
                              vocabulary=graph.text(value, "inScheme"))  # fmt: skip

    return rule


def _agents(draft: Draft, graph: Graph, node: Node, name: str) -> None:
    for value in graph.objects(node, name):
        _agent(draft, AGENTS[name], graph, value)


def _agent(draft: Draft, field: str, graph: Graph, value: Node) -> None:
    label = next((text for text, _ in graph.texts_of(value) if not is_placeholder(text)), None)
    identity = said(value.get("@id"))
    raws = [identity, *(text for text, _ in graph.texts(value, "identifier", "sameAs"))]
    known = [read_identifier(raw) for raw in raws if raw and len(raw) < 500]
    identifiers = tuple(dict.fromkeys(each for each in known if each and each.scheme in ("orcid", "ror")))
    if not label or (is_address(label) and label == identity):
        return
    kinds = set(value.get("@type", ()))
    kind = "Person" if "Person" in kinds or any(each.scheme == "orcid" for each in identifiers) else None
    kind = "Organization" if kinds & ORGANISATIONS else kind
    page = graph.text(value, "homepage")
    draft.agent(field, label, kind=kind, identifiers=identifiers, url=page if is_address(page) else None,
                affiliation=graph.text(value, "memberOf", "affiliation"))  # fmt: skip


def _contact(draft: Draft, graph: Graph, node: Node, name: str) -> None:
    for value in graph.objects(node, name):
        label = graph.text(value, "fn", "organization-name", "name", "title")
        mail = (graph.text(value, "hasEmail", "mbox", "email") or "").removeprefix("mailto:")
        page = graph.text(value, "hasURL", "url", "homepage")
        label = label or mail or next((text for text, _ in graph.texts_of(value) if not is_address(text)), None)
        url = f"mailto:{mail}" if "@" in mail else (page if is_address(page) else None)
        if label and not is_placeholder(label):
            draft.agent("contacts", label, url=url)


def _attribution(draft: Draft, graph: Graph, node: Node, name: str) -> None:
    for value in graph.objects(node, name):
        role = (graph.text(value, "hadRole") or "").lower()
        field = next((held for word, held in (("fund", "funders"), ("distribut", "publishers"), ("rights", "rights_holders"),
                      ("author", "creators"), ("contact", "contacts")) if word in role), "contributors")  # fmt: skip
        for agent in graph.objects(value, "agent"):
            _agent(draft, field, graph, agent)


def _temporal(draft: Draft, graph: Graph, node: Node, name: str) -> None:
    for value in graph.objects(node, name):
        start = graph.text(value, "startDate", "start") or _instant(graph, value, "hasBeginning")
        end = graph.text(value, "endDate", "end") or _instant(graph, value, "hasEnd")
        if start or end:
            draft.span(CLOCK.sub(r"\1", start or ""), CLOCK.sub(r"\1", end or ""), f"/{name}")
        else:
            draft.period(next((text for text, _ in graph.texts_of(value)), None), f"/{name}")


def _instant(graph: Graph, value: Node, name: str) -> str | None:
    instants = graph.objects(value, name)
    names = ("inXSDDate", "inXSDDateTime", "inXSDDateTimeStamp", "inXSDgYear", "inDateTime")
    return next((text for each in instants if (text := graph.text(each, *names) or said(each.get("@value")))), None)


def _spatial(draft: Draft, graph: Graph, node: Node, name: str) -> None:
    for value in graph.objects(node, name):
        texts = graph.texts_of(value)
        text = next((text for text, lang in texts if not lang or lang.startswith("en")), texts[0][0] if texts else None)
        country = re.search(r"/(?:country|countries)/([A-Za-z]{2,3})/?$", text or "")
        if country:
            text = country[1].upper()
        if text and re.fullmatch(r"[-\d.,\s]+|.*(POLYGON|POINT|\{).*", text):
            draft.keep("spatial", [*(draft.kept("spatial") or []), text])
        else:
            draft.places(text, f"/{name}")
        shapes = plain({key: value.get(key) for key in ("bbox", "geometry", "centroid") if key in value})
        if shapes:
            draft.keep("geometry", [*(draft.kept("geometry") or []), shapes])


def _language(draft: Draft, graph: Graph, node: Node, name: str) -> None:
    for text, _ in graph.texts(node, name):
        draft.language(text.rstrip("/").rpartition("/")[2] if is_address(text) else text, f"/{name}")


def _page(draft: Draft, graph: Graph, node: Node, name: str) -> None:
    for value in graph.objects(node, name):
        draft.url(said(value.get("@id")) or said(value.get("@value")) or graph.text(value, "url"))


def _licence(draft: Draft, graph: Graph, node: Node, name: str) -> None:
    for value in graph.objects(node, name):
        uri = said(value.get("@id"))
        raws = [raw for raw in (uri, *(text for text, _ in graph.texts_of(value))) if raw and not is_placeholder(raw)]
        known = next((found for raw in raws if (found := read_licence(raw.rpartition("/licence/")[2] or raw))), None)
        words = [raw for raw in raws if not is_address(raw)]
        address = next((raw for raw in raws if is_address(raw)), None)
        if known is None and address and name == "license":
            known = Licence(plain_text(words[0])[:200] if words else address, url=address)
        if known and known.url is None and address:
            known = Licence(known.name, known.spdx, address)
        if known:
            draft.add("licences", known)
            draft.claim("licences", " ".join(dict.fromkeys(raws)), f"/{name}", known)
        for text in [] if known else dict.fromkeys(words):
            draft.access(text, f"/{name}")
            draft.text("access_notes", text)


def _access(draft: Draft, graph: Graph, node: Node, name: str) -> None:
    for text, lang in graph.texts(node, name):
        code = text.rstrip("/").rpartition("/")[2] if is_address(text) else text
        level = ACCESS.get(code.lower())
        if level and draft.value("access") is None:
            draft.set("access", level)
            draft.claim("access", text, f"/{name}", level)
        elif not level:
            draft.access(code, f"/{name}")
            draft.text("access_notes", None if is_address(text) else text, lang)


def _links(draft: Draft, graph: Graph, node: Node, name: str) -> None:
    for value in graph.objects(node, name):
        uri = said(value.get("@id")) or said(value.get("@value"))
        title = next((text for text, _ in graph.texts_of(value) if text != uri), None)
        target = uri or title
        if target and not target.startswith("_:"):
            draft.add("links", Link(RELATIONS[name], target[:1000], plain_text(title)[:1000] if title else None))


def _distributions(draft: Draft, graph: Graph, node: Node, name: str) -> None:
    for value in graph.objects(node, name):
        url = next(
            (text for text, _ in graph.texts(value, "downloadURL", "accessURL", "webService") if is_address(text)), None
        )
        title = graph.text(value, "title") or graph.text(value, "description")
        label = plain_text(title) if title else (url or "").rstrip("/").rpartition("/")[2] or url
        media = graph.text(value, "mediaType", "format")
        media = media.split("/media-types/")[-1].rpartition("/file-type/")[2] or media if media else None
        size = re.sub(r"\.0+$", "", graph.text(value, "byteSize") or "")
        whole = int(size) if size.isascii() and size.isdigit() and len(size) < 19 else None
        if label:
            draft.add(
                "distributions",
                Distribution(label[:500], url, media.split("/media-types/")[-1] if media else None, whole),
            )
        for licence in ("license", "rights"):
            if licence in value and not draft.values("licences"):
                _licence(draft, graph, value, licence)


def _ages(draft: Draft, graph: Graph, node: Node, _name: str) -> None:
    low, high = graph.text(node, "minTypicalAge"), graph.text(node, "maxTypicalAge")
    if low and high:
        draft.ages(f"{low} to {high} years", "/minTypicalAge")
    elif low or high:
        draft.ages(f"{low} years and over" if low else f"up to {high} years", "/minTypicalAge")


def _people(draft: Draft, graph: Graph, node: Node, name: str) -> None:
    raw = graph.text(node, name) or ""
    if raw.isascii() and raw.isdigit() and int(raw[:18]) > 0:
        size = Size(int(raw[:18]), "participants" if name == "numberOfUniqueIndividuals" else "records")
        draft.add("sizes", size)
        draft.claim("sizes", raw, f"/{name}", size)


RULES: dict[str, Rule] = {
    "identifier": _identifier, "title": _texts("titles"), "alternative": _texts("alternate_titles"),
    "description": _texts("abstracts"), "abstract": _texts("abstracts"), "keyword": _concepts("keywords"),
    "theme": _concepts("topics"), "subject": _concepts("keywords"), "type": _concepts("data_kinds"),
    "healthTheme": _concepts("topics"), **dict.fromkeys(AGENTS, _agents), "contactPoint": _contact,
    "qualifiedAttribution": _attribution, "issued": _date("date_published"), "modified": _date("date_modified"),
    "created": _date("date_created"), "version": _line("version"), "versionInfo": _line("version"),
    "bibliographicCitation": _line("citation"), "temporal": _temporal, "spatial": _spatial, "language": _language,
    "landingPage": _page, "homepage": _page, "license": _licence, "rights": _licence, "accessRights": _access,
    "accessLevel": _access, "distribution": _distributions, "minTypicalAge": _ages, "maxTypicalAge": lambda *_: None,
    "numberOfUniqueIndividuals": _people, "numberOfRecords": _people, "populationCoverage": _texts("population"),
    **dict.fromkeys(RELATIONS, _links),
}  # fmt: skip
