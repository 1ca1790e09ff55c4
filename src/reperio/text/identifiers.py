"""Persistent identifiers in one form each: DOI, ARK, URN, Handle, ORCID, ROR, accession numbers."""

from __future__ import annotations

from typing import Literal

import msgspec

Scheme = Literal["doi", "ark", "urn", "handle", "orcid", "ror", "url", "accession"]


class Identifier(msgspec.Struct, frozen=True):
    """An identifier in its canonical form: DOIs bare and lower case (`10.5255/ukda-sn-3535-6`), others as registered."""

    scheme: Scheme
    value: str

    @property
    def url(self) -> str | None:
        """Address at which it resolves; None when its scheme has no resolver."""
        raise NotImplementedError


def read_identifier(raw: str) -> Identifier | None:
    """Recognise one identifier given alone in any spelling; None when it is of no known scheme."""
    raise NotImplementedError


def find_dois(prose: str) -> tuple[str, ...]:
    """Find the DOIs in a text, canonical, in order, each once, without the text that follows them."""
    raise NotImplementedError
