"""Reading a thesaurus: SKOS (W3C 2009) in RDF/XML, Turtle, N-Triples or JSON-LD, with labels of SKOS-XL too.

Read is what search needs: labels by concept and what stands below a concept. Nothing is fetched: a JSON-LD context that
lives elsewhere is refused.
"""

from __future__ import annotations

import warnings
import xml.sax
from pathlib import Path
from typing import Any, Final

import msgspec
import rdflib
from rdflib.namespace import DC, DCTERMS, RDFS, SKOS
from rdflib.term import Literal, Node

from reperio.errors import ConfigError
from reperio.text.html import one_line

FORMATS: Final = {
    ".rdf": "xml", ".xml": "xml", ".owl": "xml", ".skos": "xml", ".ttl": "turtle", ".n3": "turtle", ".nt": "nt",
    ".json": "json-ld", ".jsonld": "json-ld",
}  # fmt: skip
"""RDF formats by suffix of a file."""

LARGEST_FILE: Final = 200_000_000
LONGEST_LABEL: Final = 200  # characters; what is longer is no term
SKOSXL: Final = rdflib.Namespace("http://www.w3.org/2008/05/skos-xl#")
ISOTHES: Final = rdflib.Namespace("http://purl.org/iso25964/skos-thes#")


class Label(msgspec.Struct, frozen=True, omit_defaults=True):
    """A term and its language (BCP 47, lower case), empty when not stated."""

    text: str
    lang: str = ""


class Concept(msgspec.Struct, frozen=True, omit_defaults=True):
    """What several terms mean.

    Attributes:
        preferred: the term to use, one a language.
        alternative: other terms for the same.
        hidden: terms people type and nobody should see, such as misspellings.
        narrower: numbers of the concepts directly below, in the same vocabulary.
    """

    preferred: tuple[Label, ...] = ()
    alternative: tuple[Label, ...] = ()
    hidden: tuple[Label, ...] = ()
    narrower: tuple[int, ...] = ()


class Vocabulary(msgspec.Struct, frozen=True):
    """A thesaurus as imported: its title, and its concepts by number."""

    title: str
    concepts: tuple[Concept, ...]


def read_skos(path: Path, *, title: str = "") -> Vocabulary:
    """Read a thesaurus.

    Args:
        path: the file; its suffix says the format (see `FORMATS`).
        title: what to call it; else what it calls itself, else the file's name.

    Raises:
        ConfigError: the file is not there, cannot be read, or holds no concept.
    """
    graph = _load(path)
    concepts = _concepts(graph)
    if not any(concept.preferred or concept.alternative for concept in concepts):
        raise ConfigError(f"{path} holds no SKOS concept with a label.", hint="A thesaurus is imported as SKOS.")
    return Vocabulary(title or _title(graph) or path.stem, concepts)


def _load(path: Path) -> rdflib.Graph:
    given = FORMATS.get(path.suffix.lower())
    if given is None:
        raise ConfigError(f"{path} has a suffix that names no RDF format.", hint=f"Use one of {', '.join(FORMATS)}.")
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ConfigError(f"{path} is larger than {LARGEST_FILE:,} bytes.")
        content = path.read_bytes()
        if given == "json-ld":
            _refuse_remote(msgspec.json.decode(content), path)
        graph = rdflib.Graph()
        with warnings.catch_warnings():  # the library's JSON-LD reader uses a class the library deprecates
            warnings.simplefilter("ignore", DeprecationWarning)
            graph.parse(data=content, format=given)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, xml.sax.SAXException, SyntaxError, AssertionError, RecursionError, LookupError) as error:
        told = " ".join(str(error).split())[:300].rstrip(".")
        raise ConfigError(f"{path} is not well-formed {given}: {told}.") from error
    return graph


def _refuse_remote(value: Any, path: Path) -> None:
    """Refuse contexts that would be fetched.

    Raises:
        ConfigError: there is one.
    """
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            context = one.get("@context")
            named = [each for each in (context if isinstance(context, list) else [context]) if isinstance(each, str)]
            if named or (isinstance(context, dict) and "@import" in context):
                raise ConfigError(
                    f"{path} names a JSON-LD context that lives elsewhere; nothing is fetched.",
                    hint="Write the context into the file, or use another format.",
                )
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _title(graph: rdflib.Graph) -> str:
    scheme = next(graph.subjects(rdflib.RDF.type, SKOS.ConceptScheme), None)
    if scheme is None:
        return ""
    titles = [
        label
        for name in (DCTERMS.title, DC.title, SKOS.prefLabel, RDFS.label)
        for label in _labels(graph.objects(scheme, name))
    ]
    english = next((label for label in titles if label.lang.startswith("en")), None)
    return (english or titles[0]).text if titles else ""


def _concepts(graph: rdflib.Graph) -> tuple[Concept, ...]:
    labelled = {
        subject
        for name in ("prefLabel", "altLabel")
        for space in (SKOS, SKOSXL)
        for subject in graph.subjects(space[name])
    }
    schemes = set(graph.subjects(rdflib.RDF.type, SKOS.ConceptScheme))
    nodes = sorted((labelled | set(graph.subjects(rdflib.RDF.type, SKOS.Concept))) - schemes, key=str)
    number = {node: place for place, node in enumerate(nodes)}
    return tuple(
        Concept(
            preferred=_labels_of(graph, node, "prefLabel"),
            alternative=_labels_of(graph, node, "altLabel"),
            hidden=_labels_of(graph, node, "hiddenLabel"),
            narrower=tuple(sorted({number[below] for below in _below(graph, node) if below in number})),
        )
        for node in nodes
    )


def _below(graph: rdflib.Graph, node: Node) -> set[Node]:
    below = {*graph.objects(node, SKOS.narrower), *graph.subjects(SKOS.broader, node)}
    below |= {*graph.objects(node, ISOTHES.narrowerGeneric), *graph.subjects(ISOTHES.broaderGeneric, node)}
    return below - {node}


def _labels_of(graph: rdflib.Graph, node: Node, name: str) -> tuple[Label, ...]:
    forms = [form for label in graph.objects(node, SKOSXL[name]) for form in graph.objects(label, SKOSXL.literalForm)]
    return _labels([*graph.objects(node, SKOS[name]), *forms])


def _labels(values: Any) -> tuple[Label, ...]:
    """Plain labels in a stable order, each once; what is no short text is left out."""
    found = set()
    for value in values:
        if isinstance(value, Literal):
            text = one_line(str(value))
            if text and len(text) <= LONGEST_LABEL:
                found.add(Label(text, (value.language or "").lower()))
    return tuple(sorted(found, key=lambda label: (label.lang, label.text)))
