"""What comparing needs to know of one thing, taken from all that is stated about its id.

A profile is small and stored, so that a later run compares what changed with what did not, without reading that again.
It is a pure function of the statements of its id alone: what one thing is compared by never depends on the others.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

import msgspec

from reperio.corpus.title import Name, fold_acronym, is_acronym, is_file_name, read_name
from reperio.resource.fields import Resource
from reperio.resource.model import Agent
from reperio.text.characters import fold
from reperio.text.dates import years

FORM = 4
"""Part of every signature: a later way of profiling makes every profile anew."""
NAMES_MAX = 12
TEXT_MAX = 900
READ_MAX = 3000
SKETCH = 48
PEOPLE_MAX = 12
_WORD = re.compile(r"[^\W_]+")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_VERSIONS = (
    re.compile(r"(10\.5255/ukda-sn-\d+)-\d+"),
    re.compile(r"(10\.3886/icpsr\d+)\.v\d+"),
    re.compile(r"(10\.71760/ukllc-\w+-\d+)-\d+"),
    re.compile(r"(10\.\d+/.+?)\.v(?:ersion)?\d+(?:\.\d+)*"),
    re.compile(r"(10\.6103/share\.w\d+)\.\d+"),
)
_HOST = re.compile(r"https?://(?:www\.)?([^/?#]+)([^?#]*)(\?[^#]*)?")


class Profile(msgspec.Struct, frozen=True, omit_defaults=True, array_like=True):
    """What is known of one id, as far as comparing goes.

    Attributes:
        id: the id.
        sources: keys of the sources that state it.
        kind: its kind.
        parents: ids it is part of.
        names: its titles taken apart, main one first; acronyms are apart.
        acronyms: acronyms given, folded.
        identifiers: identifiers that it shares with nothing else: `doi:`, `base:` (a DOI without its version),
            `id:` (uuids, ARKs, URNs, handles), `number:` (accession numbers), `link:` (landing pages), `name:` (its own
            name in its source).
        years: first and last year covered; None when unknown or going on.
        ongoing: whether it is said to go on.
        places: codes of countries and subdivisions.
        people: creators and publishers, folded.
        sizes: numbers of participants (or of what is not said).
        designs: study designs.
        text: beginning of the description, folded.
        sketch: the smallest hashes of its description's runs of three words.
    """

    id: str
    sources: tuple[str, ...] = ()
    kind: str = "dataset"
    parents: tuple[str, ...] = ()
    names: tuple[Name, ...] = ()
    acronyms: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    years: tuple[int | None, int | None] = (None, None)
    ongoing: bool = False
    places: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()
    designs: tuple[str, ...] = ()
    text: str = ""
    sketch: tuple[int, ...] = ()

    @property
    def main(self) -> Name:
        """The main title, or an empty one."""
        return self.names[0] if self.names else Name("")


def profile_of(said: Sequence[Resource]) -> Profile:
    """The profile of one id from everything stated about it, the statement that leads first."""
    names, acronyms = _names(said)
    first, last, ongoing = _span(said)
    text = " ".join(text.value for one in said for text in one.abstracts)[:READ_MAX]
    tokens = _WORD.findall(fold(text))
    return Profile(
        id=said[0].id,
        sources=tuple(dict.fromkeys(one.source for one in said)),
        kind=said[0].kind,
        parents=tuple(dict.fromkeys(parent for one in said for parent in one.part_of)),
        names=names, acronyms=acronyms, identifiers=_identifiers(said), years=(first, last), ongoing=ongoing,
        places=tuple(sorted({place.subdivision or place.country or "" for one in said for place in one.spatial} - {""})),
        people=_people(agent for one in said for agent in (*one.creators, *one.publishers)),
        sizes=tuple(
            dict.fromkeys(
                size.count for one in said for size in one.sizes if size.unit in {"participants", "unstated"}
            )
        )[:6],
        designs=tuple(sorted({design for one in said for design in one.study_designs})),
        text=" ".join(tokens)[:TEXT_MAX], sketch=sketch_of(tokens),
    )  # fmt: skip


def _names(said: Sequence[Resource]) -> tuple[tuple[Name, ...], tuple[str, ...]]:
    raw = [text.value for one in said for text in one.titles]
    raw += [text.value for one in said for text in one.alternate_titles]
    names: list[Name] = []
    acronyms: list[str] = []
    for at, title in enumerate(dict.fromkeys(raw)):
        name = read_name(title)
        acronyms += name.acronyms
        if at == 0 or (not is_acronym(title) and not is_file_name(title) and name.words):
            names.append(name)
    return tuple(names[:NAMES_MAX]), tuple(dict.fromkeys(filter(None, acronyms)))[:NAMES_MAX]


def _identifiers(said: Sequence[Resource]) -> tuple[str, ...]:
    found: list[str] = []
    for one in said:
        own = one.id.partition("/")[2]
        if _UUID.fullmatch(own):
            found.append(f"id:{own}")
        elif own.isascii() and re.fullmatch(r"[a-z][a-z-]{2,30}", own):
            found.append(f"name:{fold_acronym(own)}")
        for identifier in one.identifiers:
            value = identifier.value.lower()
            if identifier.scheme == "doi":
                found += _doi_keys(value)
            elif identifier.scheme == "accession":
                kind = _accession(value)
                found.append(f"{kind}:{fold_acronym(value) if kind == 'name' else value}")
            elif identifier.scheme in {"ark", "urn", "handle"}:
                found.append(f"id:{value}")
        found += [f"link:{key}" for url in one.urls if (key := link_key(url))]
    return tuple(dict.fromkeys(found))[:40]


def _doi_keys(doi: str) -> list[str]:
    for pattern in _VERSIONS:
        if match := pattern.fullmatch(doi):
            return [f"doi:{doi}", f"base:{match[1]}"]
    return [f"doi:{doi}", f"base:{doi}"]


def _accession(value: str) -> str:
    """What an accession number is worth: a uuid is nobody else's, others may be of a project or an archive's shelf."""
    if _UUID.fullmatch(value):
        return "id"
    return "name" if re.fullmatch(r"[a-z][a-z-]{2,30}", value) else "number"


def link_key(url: str) -> str | None:
    """A landing page without its scheme, `www.`, a closing slash or bracket; None when it is no address."""
    match = _HOST.match(url.strip().lower())
    if match is None:
        return None
    host, path, query = match.groups()
    return (host + path.rstrip("/).,;") + (query or ""))[:300]


def _span(said: Sequence[Resource]) -> tuple[int | None, int | None, bool]:
    """First and last year covered, and whether it goes on."""
    spans = [years(period) for one in said for period in one.temporal]
    starts = [start for start, _ in spans if start]
    ends = [end for _, end in spans if end]
    ongoing = any(period.ongoing for one in said for period in one.temporal)
    return min(starts, default=None), None if ongoing else max(ends, default=None), ongoing


def _people(agents: Iterable[Agent]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(_WORD.findall(fold(agent.name))) for agent in agents))[:PEOPLE_MAX]


def sketch_of(tokens: Sequence[str]) -> tuple[int, ...]:
    """A sample of a text's runs of three words that is the same for the same text (bottom-k sketch)."""
    runs = {" ".join(tokens[at : at + 3]) for at in range(len(tokens) - 2)}
    hashes = (
        int.from_bytes(hashlib.blake2b(run.encode("utf-8", "replace"), digest_size=6).digest(), "big") for run in runs
    )
    return tuple(sorted(hashes)[:SKETCH])


def resemblance(left: Sequence[int], right: Sequence[int]) -> float:
    """Share of runs of words that two texts have in common, estimated from their sketches."""
    if not left or not right:
        return 0.0
    size = min(SKETCH, max(len(left), len(right)))
    union = sorted(set(left) | set(right))[:size]
    return len(set(left) & set(right) & set(union)) / len(union)
