"""The hand-off to Harmony: instruments as JSON in the fragment of an address, URL-safe Base64 without padding.

One instrument a data file and wave, an array of them for several studies, with response options and with where each
question comes from. A fragment never leaves the browser, but browsers bound its length, so what is long becomes several
links.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from reperio.corpus.model import Item
from reperio.query.crosswalk import wording
from reperio.resource.fields import Resource
from reperio.source.model import Source
from reperio.web import writers
from reperio.web.links import Links

IMPORT = "https://harmonydata.ac.uk/app/#/import/"
LINK_MAX = 30_000
"""Longest address made, in characters: well below what any present browser takes (Safari: 80,000)."""
OPTIONS_MAX = 60


class Question(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question, as Harmony reads it: its number is a text, its wording is never empty."""

    question_no: str
    question_text: str
    question_intro: str = ""
    options: tuple[str, ...] = ()


class Instrument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Questions asked together: of which study and sweep, in which language, and where they are described."""

    instrument_name: str
    questions: tuple[Question, ...]
    study: str = ""
    sweep: str = ""
    language: str = ""
    metadata: dict[str, str] = {}


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """An address that opens some instruments in Harmony: its part of how many, what it holds."""

    url: str
    instruments: int
    questions: int


class HandOff(msgspec.Struct, frozen=True, kw_only=True):
    """Everything for Harmony: the instruments, the links that carry them, questions too long for any link."""

    instruments: tuple[Instrument, ...]
    links: tuple[Link, ...]
    left_out: int = 0

    @property
    def questions(self) -> int:
        """How many questions there are."""
        return sum(len(instrument.questions) for instrument in self.instruments)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A variable to hand over, and what it belongs to, top first."""

    item: Item
    ancestors: tuple[Item, ...] = ()


def instruments_of(
    asked: Iterable[Asked], site_name: str, links: Links, sources: Mapping[str, Source]
) -> tuple[Instrument, ...]:
    """One instrument for each data file and wave that the variables come from, in the order given."""
    grouped: dict[tuple[str, str], list[Asked]] = {}
    for one in asked:
        parent = one.ancestors[-1].id if one.ancestors else ""
        grouped.setdefault((parent, one.item.resource.wave or ""), []).append(one)
    made = (_instrument(some, wave, site_name, links, sources) for (_, wave), some in grouped.items())
    return tuple(instrument for instrument in made if instrument.questions)


def _instrument(
    some: Sequence[Asked], wave: str, site_name: str, links: Links, sources: Mapping[str, Source]
) -> Instrument:
    ancestors = some[0].ancestors
    held = ancestors[-1] if ancestors else some[0].item
    name = f"{held.resource.title}, {wave}" if wave and wave not in held.resource.title else held.resource.title
    return Instrument(
        instrument_name=f"{name} (from {site_name})",
        study=ancestors[0].resource.title if ancestors else "",
        sweep=wave,
        language=_language([one.item.resource for one in some]),
        metadata=_provenance(held, links, sources),
        questions=tuple(question_of(one.item.resource, number) for number, one in enumerate(some, 1)),
    )


def question_of(resource: Resource, number: int) -> Question:
    """A variable as a question: its wording, else its label; its own name, else its place in the list."""
    return Question(
        question_no=resource.name or str(number),
        question_text=wording(resource).strip() or resource.id,
        question_intro="\n".join(text.value for text in resource.preamble),
        options=tuple(category.label for category in resource.categories if not category.missing)[:OPTIONS_MAX],
    )


def _language(resources: Sequence[Resource]) -> str:
    """The language of the questions, where all are in one and it is stated."""
    stated = {text.lang[:2].lower() for resource in resources for text in resource.question if text.lang}
    stated |= {code for resource in resources if not resource.question for code in resource.languages}
    found = stated.pop() if len(stated) == 1 else ""
    return found if len(found) == 2 else ""


def _provenance(held: Item, links: Links, sources: Mapping[str, Source]) -> dict[str, str]:
    credit = writers.credit_lines(held, sources)
    stated = {
        "url": links.absolute(links.item(held)),
        "id": held.id,
        "doi": next(iter(held.resource.dois), ""),
        "source": ", ".join(line.title for line in credit),
        "credit": " ".join(line.text for line in credit),
        "citation": held.resource.citation or "",
        "licence": ", ".join(licence.name for licence in held.resource.licences),
    }
    return {name: value for name, value in stated.items() if value}


def hand_off(instruments: Sequence[Instrument], longest: int = LINK_MAX) -> HandOff:
    """Links that carry the instruments, as few as the longest address allows; their order is kept."""
    parts: list[list[Instrument]] = []
    left_out = 0
    for instrument in instruments:
        for piece in _pieces(instrument, longest):
            if piece is None:
                left_out += 1
            elif parts and len(address([*parts[-1], piece])) <= longest:
                parts[-1].append(piece)
            else:
                parts.append([piece])
    return HandOff(
        instruments=tuple(instruments),
        links=tuple(
            Link(
                url=address(part),
                instruments=len({piece.instrument_name for piece in part}),
                questions=sum(len(piece.questions) for piece in part),
            )
            for part in parts
        ),
        left_out=left_out,
    )


def _pieces(instrument: Instrument, longest: int) -> list[Instrument | None]:
    """The instrument in pieces that each fit an address; None stands for a question that fits none."""
    if len(address([instrument])) <= longest:
        return [instrument]
    questions = instrument.questions
    if len(questions) == 1:
        return [None]
    half = len(questions) // 2
    first, second = (
        msgspec.structs.replace(instrument, questions=some) for some in (questions[:half], questions[half:])
    )
    return [*_pieces(first, longest), *_pieces(second, longest)]


def address(instruments: Sequence[Instrument]) -> str:
    """The address that opens instruments in Harmony: one as an object, several as an array."""
    return IMPORT + encoded(instruments)


def encoded(instruments: Sequence[Instrument]) -> str:
    """Instruments as URL-safe Base64 without padding."""
    value = instruments[0] if len(instruments) == 1 else list(instruments)
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).decode().rstrip("=")
