"""The parts a resource is made of. Text normalisers own their value types; the rest are here.

They hold each other in no circle, so that the collector of circular garbage need not look at them (`gc=False`): a server
that keeps some thousands of resources would stop for it again and again.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from reperio.text.identifiers import Identifier

Kind = Literal["series", "study", "dataset", "variable"]
CATALOGUE_KINDS: tuple[Kind, ...] = ("series", "study", "dataset")
How = Literal["stated", "derived", "inherited"]


class Text(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A plain text and its language (BCP 47), None when not stated."""

    value: str
    lang: str | None = None


class Concept(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A keyword or a term of a controlled vocabulary."""

    label: str
    vocabulary: str | None = None
    uri: str | None = None
    code: str | None = None
    lang: str | None = None


class Agent(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A person or an organisation."""

    name: str
    kind: Literal["Person", "Organization"] | None = None
    identifiers: tuple[Identifier, ...] = ()
    affiliation: str | None = None
    url: str | None = None


class Publication(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A publication about or from the data."""

    citation: str
    doi: str | None = None
    url: str | None = None


class Distribution(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A file or service through which data or documentation are had."""

    name: str
    url: str | None = None
    media_type: str | None = None
    size_bytes: int | None = None


class Category(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A response option: its code and label; `missing` marks codes for no answer."""

    label: str
    code: str | None = None
    missing: bool = False
    count: int | None = None


class Link(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A stated relation to something else (DataCite relation type, id or URL)."""

    relation: str
    target: str
    title: str | None = None


class Origin(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Where a resource was read from: everything verbatim in it has this provenance."""

    source: str
    record: str
    reader: str
    date: str
    url: str | None = None
    datestamp: str | None = None


class Claim(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """How one normalised value came about.

    Attributes:
        field: name of the field of `Resource`.
        raw: the text it was read from, cut to 2,000 characters.
        path: where that text stood in the record.
        how: stated in a field of its own, derived from other text, or inherited from `of`.
        value: the normalised value, as JSON builtins; None when the raw text could not be read.
        source: key of the source that claims it.
        of: id of the resource it is inherited from.
    """

    field: str
    raw: str
    path: str = ""
    how: How = "stated"
    value: object = None
    source: str = ""
    of: str | None = None
