"""A source: what a catalogue is, declared."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl

from reperio.text.access import Access
from reperio.text.designs import Sex


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Credit(_Declared):
    """What reuse of the metadata asks for.

    Attributes:
        licence: name of the licence of the metadata.
        licence_url: its address.
        text: the required credit line; `{year}` and `{date}` and `{publisher}` are filled in, a clause with an unfilled
            placeholder is dropped.
        status: required, requested or proposed.
    """

    text: str
    licence: str | None = None
    licence_url: HttpUrl | None = None
    status: Literal["required", "requested", "proposed"] = "required"


class Files(_Declared):
    """Protocol `files`: records that lie on disk.

    Attributes:
        path: a file, directory or glob, relative to the declaration.
        split: how a file holds records. document: the file is one record; lines: JSON lines; array: a JSON array (at
            `at`); rows: CSV with a header, each row a record as a JSON object; members: a JSON object whose values are records.
        at: JSON pointer to the array or object, for `array` and `members`.
        key: JSON pointer (or CSV column) of a record's own identifier; unset: file name and position.
        encoding: text encoding of CSV files.
    """

    protocol: Literal["files"]
    path: str
    split: Literal["document", "lines", "array", "rows", "members"] = "document"
    at: str = ""
    key: str | None = None
    encoding: str = "utf-8-sig"


class OaiPmh(_Declared):
    """Protocol `oai_pmh`: OAI-PMH 2.0.

    Attributes:
        url: base URL.
        prefixes: metadata prefixes to harvest; the first one a record has is read.
        sets: sets to harvest; empty for all.
    """

    protocol: Literal["oai_pmh"]
    url: HttpUrl
    prefixes: tuple[str, ...] = ("oai_ddi25",)
    sets: tuple[str, ...] = ()


class Politeness(_Declared):
    """How gently we ask: seconds between requests, tries of a failed one, longest wait, largest answer."""

    delay_seconds: float = Field(default=1.0, ge=0)
    tries: int = Field(default=5, ge=1, le=20)
    timeout_seconds: float = Field(default=60.0, gt=0)
    max_megabytes: int = Field(default=64, ge=1)


class Expectations(_Declared):
    """What a healthy harvest looks like: floors and ceilings of counts, fill rates by field (0 to 1)."""

    records_min: int | None = None
    records_max: int | None = None
    fill: dict[str, float] = {}


class Lookups(_Declared):
    """Words of a source and what they mean, by field, where our own reading of them would be wrong or nothing.

    Attributes:
        access: statements of access, to open, registered, controlled or closed.
        sex: statements of who takes part, to female, male or all.
    """

    access: dict[str, Access] = {}
    sex: dict[str, Sex] = {}


class Source(_Declared):
    """One catalogue.

    Attributes:
        key: short name in ids and URLs (`ukds`), lower case.
        title: name for people.
        url: its home page.
        publisher: who runs it.
        country: ISO 3166-1 code of where it is.
        description: a sentence or two.
        harvest: where its records come from and by which protocol.
        reader: name of the reader (`ddi_codebook`); unset: recognised record by record.
        options: what the reader needs to know of this source (column names of a dictionary, ...).
        schedule: how often to harvest (`daily`, `weekly`, `monthly`, `never`).
        language: language of its texts where they do not say.
        item_url: template of an item's landing page, with `{id}`.
        lookups: words of this source and what they mean, by field: `access: {Safeguarded: registered}`.
    """

    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    title: str
    url: HttpUrl | None = None
    publisher: str | None = None
    country: str | None = None
    description: str | None = None
    credit: Credit | None = None
    harvest: Annotated[Files | OaiPmh, Field(discriminator="protocol")]
    reader: str | None = None
    options: dict[str, Any] = {}
    schedule: Literal["never", "daily", "weekly", "monthly"] = "never"
    politeness: Politeness = Politeness()
    language: str | None = None
    item_url: str | None = None
    lookups: Lookups = Lookups()
    expect: Expectations = Expectations()
