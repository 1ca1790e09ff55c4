"""A record: raw bytes as fetched, with where they came from."""

from __future__ import annotations

import hashlib

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What a source gave, untouched.

    Attributes:
        source: key of the source (`ukds`).
        identifier: the record's identifier within the source and format, stable from harvest to harvest.
        body: raw bytes; empty for a deletion.
        media_type: MIME type as stated or as the file's name tells (`application/xml`, `application/json`, `text/csv`, `text/html`).
        format: name of the reader declared for it (`ddi_codebook`), empty to let it be recognised.
        datestamp: date of the record at its source (ISO 8601), None when the source gives none.
        fetched: when we got it (ISO 8601, UTC).
        url: where we got it, None for local files.
        deleted: the source says it is gone.
    """

    source: str
    identifier: str
    body: bytes
    media_type: str
    format: str = ""
    datestamp: str | None = None
    fetched: str
    url: str | None = None
    deleted: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 of the body, hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()
