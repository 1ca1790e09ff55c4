"""Identifiers as queries: whoever gives one wants that thing, not what resembles it."""

from __future__ import annotations

import re

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


def identify(text: str, corpus: Corpus) -> Match | None:
    """What a text that is one identifier (DOI, ARK, URN, uuid, id) names; None when it is none.

    A DOI that nothing has matches nothing: what resembles its digits would be no answer.
    """
    given = text.strip()
    if not given or " " in given:
        return None
    item = _held(given, corpus)
    if item is not None:
        above = [ancestor.id for ancestor in corpus.ancestors(item.id)]
        clause: Clause = Ids((item.id, *above))
        parsed = Parsed(item.id, (Group((Word(item.id, FIELD),)),))
        return Match(parsed=parsed, lexical=clause, variables=clause)
    identifier = read_identifier(given)
    if identifier is None or identifier.scheme in {"url", "accession", "orcid", "ror"}:
        return None
    phrase = Phrase(identifier.value, FIELD)
    return Match(parsed=Parsed(given, (Group((phrase,)),)), lexical=phrase, variables=phrase)


def _held(given: str, corpus: Corpus) -> Item | None:
    if not (_UUID.fullmatch(given) or _ID.fullmatch(given)):
        return None
    try:
        return corpus.find(given)
    except MovedError as moved:
        return corpus.find(moved.target)
    except QueryError:
        return None


def is_accession(text: str, backend: Backend) -> bool:
    """Whether a text is a number or code under which something is held (`855318`, `SN 5545`): resemblance is no help."""
    given = text.strip()
    if not _ACCESSION.fullmatch(given):
        return False
    return bool(backend.search(Ask(clause=AnyOf((Word(given, FIELD), Phrase(given, FIELD))), limit=0)).total)
