"""Identifiers as queries: whoever gives one wants that thing, not what resembles it."""

from __future__ import annotations

import re

import msgspec

from reperio.corpus.model import Item
from reperio.corpus.store import Corpus
from reperio.errors import MovedError, QueryError
from reperio.index.ask import AnyOf, Ask, Clause, Ids, Phrase, Word
from reperio.index.backend import Backend
from reperio.query.match import Match
from reperio.query.parse import Group, Parsed
from reperio.text.identifiers import read_identifier

FIELD = ("identifier",)
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_ID = re.compile(r"[a-z0-9_-]{1,40}/\S{1,300}", re.IGNORECASE)
_ACCESSION = re.compile(r"(?:[A-Z]{1,6}[-_ ]?)?\d{3,}(?:[-_.]\w{1,12})*", re.IGNORECASE)


BEARERS = 200
"""Records with an identifier that are looked at: more than that have it in common, as a series has."""


def identify(text: str, corpus: Corpus, backend: Backend) -> Match | None:
    """What a text that is one identifier (DOI, ARK, URN, uuid, id) names; None when it is none.

    What bears the identifier is found, and what that belongs to. A DOI that nothing has matches nothing: what resembles
    its digits would be no answer.
    """
    given = text.strip()
    if not given or " " in given:
        return None
    item = _held(given, corpus)
    if item is not None:
        above = [ancestor.id for ancestor in corpus.ancestors(item.id)]
        clause: Clause = Ids((item.id, *above))
        parsed = Parsed(item.id, (Group((Word(item.id, FIELD),)),))
        return Match(parsed=parsed, lexical=clause, variables=clause, named=frozenset(above))
    identifier = read_identifier(given)
    if identifier is None or identifier.scheme in {"url", "accession", "orcid", "ror"}:
        return None
    phrase = Phrase(identifier.value, FIELD)
    match = Match(parsed=Parsed(given, (Group((phrase,)),)), lexical=phrase, variables=phrase)
    return with_bearers(match, phrase, backend)


def with_bearers(match: Match, clause: Clause, backend: Backend) -> Match:
    """A match with what stands above the bearers of an identifier as well, all of them named by it."""
    hits = backend.search(Ask(clause=clause, limit=BEARERS)).hits
    above = {one for hit in hits for one in (hit.root, hit.parent)} - {hit.id for hit in hits} - {""}
    if not above:
        return match
    lexical = AnyOf((match.lexical, Ids(tuple(sorted(above)))))
    return msgspec.structs.replace(match, lexical=lexical, named=match.named | above)


def _held(given: str, corpus: Corpus) -> Item | None:
    if not (_UUID.fullmatch(given) or _ID.fullmatch(given)):
        return None
    try:
        return corpus.find(given)
    except MovedError as moved:
        return corpus.find(moved.target)
    except QueryError:
        return None


def accession(text: str, backend: Backend) -> Clause | None:
    """What bears a number or code under which something is held (`855318`, `SN 5545`); None when it is none."""
    given = text.strip()
    if not _ACCESSION.fullmatch(given):
        return None
    clause = AnyOf((Word(given, FIELD), Phrase(given, FIELD)))
    return clause if backend.search(Ask(clause=clause, limit=0)).total else None
