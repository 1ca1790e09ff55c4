"""Documents and meaning entries composed from items.

Children inherit the facets they lack from what stands above them (marked as inherited); what stands at the top gathers
what its children have, and the words of everything below it, so that one document answers for the whole study.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec
import zstandard

from reperio.corpus.aliases import names_of
from reperio.corpus.model import Item
from reperio.index.document import Document
from reperio.index.language import detect, primary
from reperio.index.meaning import Entry
from reperio.index.stated import Bounds, facets_of, hull, ranges_of, span
from reperio.resource.fields import Resource
from reperio.resource.instruments import with_families
from reperio.resource.model import Concept, Text
from reperio.text.characters import fold

PASSAGE_WORDS = 150
"""Words of an abstract in one passage: with the title, what the default encoder can see of it."""

PASSAGES_MAX = 3

PLACE_MAX = 2**20 - 1
PACKING = 1
"""Level of compression of contents on their way: of five million variables they would fill the memory."""

INHERITED = (
    "topic", "instrument", "country", "language", "access", "sex", "study_design", "licence", "genetic_data",
    "time_method", "analysis_unit", "collection_mode", "sampling", "creator", "publisher", "funder",
)  # fmt: skip
"""Facets a child takes from above when it has no value of its own."""

GATHERED = ("topic", "keyword", "instrument", "country", "language", "study_design", "access", "wave", "source")
"""Facets of which the top has its children's values too."""

INHERITED_RANGES = ("year", "age")


@dataclass(slots=True)
class Below:
    """What stands below an item, gathered.

    Attributes:
        titles: titles of datasets below, each with its language.
        contents: names, labels and wordings of variables below, each distinct text once, with its language.
        facets: values of the gathered facets below.
        ranges: hull of the years and ages below.
        variables: number of variables below.
        packed: more contents, compressed; `unpack` adds them.
    """

    titles: dict[str, str] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    facets: dict[str, dict[str, None]] = field(default_factory=dict)
    ranges: dict[str, Bounds] = field(default_factory=dict)
    variables: int = 0
    packed: list[bytes] = field(default_factory=list)

    def take_variable(self, resource: Resource, language: str = "") -> None:
        """Gather a variable; `language` is that of its texts where they do not state theirs."""
        self.variables += 1
        if resource.name:
            self.contents.setdefault(resource.name, language)
        for text in (*resource.titles, *resource.question):
            self.contents.setdefault(text.value, primary(text.lang) or language)
        if resource.instruments:
            self._facet("instrument", with_families(resource.instruments))
        if resource.wave:
            self._facet("wave", (resource.wave,))

    def take_dataset(self, resource: Resource, language: str = "") -> None:
        """Gather a dataset or a study below a series."""
        for text in (*resource.titles, *resource.alternate_titles):
            self.titles.setdefault(text.value, primary(text.lang) or language)
        own = facets_of(resource)
        for name in GATHERED:
            self._facet(name, own.get(name, ()))
        for name, bounds in ranges_of(resource).items():
            if name in INHERITED_RANGES:
                self.ranges[name] = (span if name == "age" else hull)(self.ranges.get(name), bounds)

    def pack(self) -> bytes:
        """The contents, compressed."""
        return zstandard.compress(msgspec.json.encode(self.contents), PACKING)

    def take_siblings(self, variables: int, facets: Mapping[str, Iterable[str]], packed: bytes) -> None:
        """Gather what was gathered of so many variables of the same parents; their contents are packed."""
        self.variables += variables
        for name, values in facets.items():
            self._facet(name, values)
        self.packed.append(packed)

    def unpack(self) -> Below:
        """Add the contents that are packed."""
        for packed in self.packed:
            for text, language in msgspec.json.decode(zstandard.decompress(packed), type=dict[str, str]).items():
                self.contents.setdefault(text, language)
        self.packed.clear()
        return self

    def _facet(self, name: str, values: Iterable[str]) -> None:
        if values:
            self.facets.setdefault(name, {}).update(dict.fromkeys(values))


_NOTHING_BELOW = Below()


def compose(
    item: Item,
    ancestors: Sequence[Item],
    below: Below | None = None,
    language: str = "",
    heritage: Heritage | None = None,
) -> Document:
    """The document of an item.

    Args:
        item: the item.
        ancestors: what stands above it, top first.
        below: what was gathered below it.
        language: that of what it is part of, where known.
        heritage: what it takes from above, where that is worked out already.
    """
    resource = item.resource
    below = below or _NOTHING_BELOW
    heritage = heritage or Heritage(ancestors)
    language = language_of(resource) or language
    texts = {name: values for name, values in _texts_of(resource, below, language).items() if values}
    facets = facets_of(resource)
    facets["source"] = item.sources
    facets["ancestor"] = heritage.ids
    ranges = ranges_of(resource)
    inherited = heritage.give(facets, ranges)
    _add_below(item, below, facets, ranges)
    return Document(
        id=item.id,
        kind=item.kind,
        root=ancestors[0].id if ancestors else item.id,
        parent=ancestors[-1].id if ancestors else "",
        ancestors=facets["ancestor"],
        texts={name: tuple(values) for name, values in texts.items()},
        facets={name: values for name, values in facets.items() if values},
        inherited=tuple(inherited),
        ranges=ranges,
        title=resource.title,
        published=resource.date_published or _last_year(ranges.get("year")),
        size=resource.sample_size,
        position=_place(resource, ancestors),
        seq=item.seq,
        language=language,
        languages={
            name: tuple(values.values()) for name, values in texts.items() if set(values.values()) != {language}
        },
    )


def _add_below(item: Item, below: Below, facets: dict[str, tuple[str, ...]], ranges: dict[str, Bounds]) -> None:
    """Add what was gathered below an item to its facets and ranges."""
    for name, values in below.facets.items():
        facets[name] = tuple(dict.fromkeys((*facets.get(name, ()), *values)))
    for name, bounds in below.ranges.items():
        ranges[name] = _with_below(name, ranges.get(name), bounds, item.resource)
    count = below.variables or item.variables or item.resource.variable_count
    if item.kind != "variable" and count:
        ranges["variables"] = (float(count), float(count))


def language_of(resource: Resource) -> str:
    """The language most texts of a resource are in: stated, else told by its words, else the only one it names."""
    texts = (*resource.titles, *resource.abstracts, *resource.question)
    stated = [primary(text.lang) for text in texts if text.lang]
    if stated:
        return stated[0] if len(set(stated)) == 1 else Counter(stated).most_common(1)[0][0]
    told = detect(" ".join(text.value for text in texts))
    return told or (primary(resource.languages[0]) if len(resource.languages) == 1 else "")


def _place(resource: Resource, ancestors: Sequence[Item]) -> int | None:
    """Where a variable stands in its study: by dataset, in the order of the datasets' ids, then by its place there.

    A number below 2 to the 49th. It depends on the ids above and the place alone, so that it is the same whatever else is
    written with it. Datasets whose ids begin alike are kept apart by a hash, not in order.
    """
    if len(ancestors) < 2:
        return resource.position
    shelf = _shelf(ancestors[0].id, ancestors[-1].id)
    return shelf | min(PLACE_MAX if resource.position is None else resource.position, PLACE_MAX)


@lru_cache(maxsize=4096)
def _shelf(root: str, parent: str) -> int:
    """Where the variables of a dataset stand in its study."""
    own = parent.removeprefix(root) if parent.startswith(root) else parent.partition("/")[2]
    first = int.from_bytes(own.strip("/_-").encode()[:3].ljust(3, b"\0"), "big")
    apart = zlib.crc32(parent.encode()) & 31
    return (first << 25) | (apart << 20)


class Heritage:
    """What is below a line of ancestors takes from it, worked out once for all of them.

    Attributes:
        ids: ids of the ancestors, top first.
        facets: values by facet, of the nearest that has any.
        ranges: years and ages, likewise.
    """

    def __init__(self, ancestors: Sequence[Item] = ()) -> None:
        self.ids = tuple(ancestor.id for ancestor in ancestors)
        self.facets: dict[str, tuple[str, ...]] = {}
        self.ranges: dict[str, Bounds] = {}
        for ancestor in reversed(ancestors):
            above = facets_of(ancestor.resource)
            self.facets |= {name: above[name] for name in INHERITED if name in above and name not in self.facets}
            ranges = ranges_of(ancestor.resource)
            self.ranges |= {
                name: ranges[name] for name in INHERITED_RANGES if name in ranges and name not in self.ranges
            }

    def give(self, facets: dict[str, tuple[str, ...]], ranges: dict[str, Bounds]) -> list[str]:
        """Add what is lacking; gives the names of what was added."""
        lacking = [name for name in self.facets if name not in facets]
        unknown = [name for name in self.ranges if name not in ranges]
        facets.update((name, self.facets[name]) for name in lacking)
        ranges.update((name, self.ranges[name]) for name in unknown)
        return [*lacking, *unknown]


def _with_below(name: str, own: Bounds | None, below: Bounds, resource: Resource) -> Bounds:
    """A range of an item with what lies below it: its sweeps see people at more ages, and in more years, than it states."""
    if own is None:
        return below
    if name == "age":
        return span(own, below)
    if name == "year":
        low, high = hull(own, below)
        return (low, None if any(period.ongoing for period in resource.temporal) else high)
    return own


Spoken = dict[str, str]
"""Texts, each once, with their languages."""


def _texts_of(resource: Resource, below: Below, language: str) -> dict[str, Spoken]:
    identifiers = tuple(identifier.value for identifier in resource.identifiers)

    def spoken(texts: Iterable[Text]) -> Spoken:
        """Texts without a language may be in another than the rest: a title translated, say."""
        return {text.value: primary(text.lang) or detect(text.value) or language for text in texts}

    def plain(values: Iterable[str]) -> Spoken:
        return dict.fromkeys(values, language)

    def labels(concepts: Iterable[Concept]) -> Spoken:
        return {concept.label: primary(concept.lang) or language for concept in concepts}

    if resource.kind == "variable":
        return {
            "name": plain((resource.name,) if resource.name else ()),
            "label": spoken(resource.titles),
            "question": spoken(resource.question),
            "preamble": spoken(resource.preamble),
            "category": plain(category.label for category in resource.categories if not category.missing),
            "concept": labels((*resource.concepts, *resource.keywords)),
            "instrument": plain(resource.instruments),
            "identifier": plain(identifiers),
        }
    people = (*resource.creators, *resource.publishers, *resource.funders, *resource.contributors)
    return {
        "title": spoken(resource.titles),
        "alternate": spoken(resource.alternate_titles) | _learned_names(resource, language),
        "abstract": spoken(resource.abstracts),
        "keyword": labels((*resource.keywords, *resource.topics)),
        "instrument": plain(resource.instruments),
        "place": plain(place.name for place in resource.spatial),
        "people": plain(agent.name for agent in people),
        "design": plain((*resource.study_designs, *(concept.label for concept in resource.time_methods))),
        "population": spoken(resource.population),
        "identifier": plain((*identifiers, resource.id.partition("/")[2])),
        "publication": plain(publication.citation for publication in resource.publications[:50]),
        "children": below.titles,
        "contents": {text: below.contents[text] for text in sorted(below.contents)},
    }


def _learned_names(resource: Resource, language: str) -> Spoken:
    """Names that titles and descriptions give it besides the titles: an acronym in brackets, a name before a colon."""
    stated = {fold(text.value) for text in (*resource.titles, *resource.alternate_titles)}
    return dict.fromkeys((name for name in names_of(resource) if fold(name) not in stated), language)


def _values(texts: Iterable[Text]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.value for text in texts))


def _last_year(bounds: Bounds | None) -> str | None:
    if bounds is None:
        return None
    year = bounds[1] if bounds[1] is not None else bounds[0]
    return None if year is None else f"{int(year):04d}"


def meaning_of(item: Item, ancestors: Sequence[Item], language: str = "") -> Entry:
    """What is encoded of an item: passages of a study, or the own wording of a variable apart from its stem."""
    resource = item.resource
    root = ancestors[0].id if ancestors else item.id
    parent = ancestors[-1].id if ancestors else ""
    texts = wordings_of(resource) if resource.kind == "variable" else _passages(resource)
    return Entry(item.id, texts, root, parent, language)


def wordings_of(resource: Resource) -> tuple[str, ...]:
    """The wordings of a variable, as they are encoded: its question, then its label."""
    return tuple(
        dict.fromkeys(" ".join(text.split()) for text in (*_values(resource.question), *_values(resource.titles)))
    )


def _passages(resource: Resource) -> tuple[str, ...]:
    titles = " / ".join(_values((*resource.titles[:2], *resource.alternate_titles[:2])))
    keywords = ", ".join(concept.label for concept in (*resource.keywords, *resource.topics)[:12])
    words = (resource.abstract or "").split()
    chunks = [words[start : start + PASSAGE_WORDS] for start in range(0, len(words), PASSAGE_WORDS)] or [[]]
    if len(chunks) > 1 and len(chunks[-1]) < PASSAGE_WORDS // 3:
        chunks[-2:] = [chunks[-2] + chunks[-1]]
    first = f"{titles}. {' '.join(chunks[0])} {keywords}".strip()
    return tuple(dict.fromkeys([first, *(f"{titles}. {' '.join(chunk)}" for chunk in chunks[1:PASSAGES_MAX])]))
