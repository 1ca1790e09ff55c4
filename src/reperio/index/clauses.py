"""What every backend must read alike in clauses."""

from __future__ import annotations

from collections.abc import Sequence

from reperio.errors import BackendError
from reperio.index.analysis import Analysis
from reperio.index.ask import AllOf, AnyOf, Clause, Everything, Ids, Phrase, Without, Word
from reperio.index.document import TEXT_FIELDS
from reperio.index.language import common_words, is_common

EXACT_BOOST = 0.8
PREFIX_BOOST = 0.5
FUZZY_BOOST = 0.3
PHRASE_BOOST = 1.7
OTHER_FIELDS = 0.3  # share of its score in other fields that a word adds to that of its best one


def demanded(clause: AllOf, analysis: Analysis) -> tuple[tuple[Clause, ...], tuple[Clause, ...]]:
    """Split the clauses of an `AllOf` into those that must match and those that only add to the score.

    A stop word (of English, or of the language that all of them tell) excludes nothing, unless it is asked for exactly
    or there are only stop words. A text without words (a dash between spaces) is left out.
    """
    asked = tuple(each for each in clause.clauses if _says_something(each, analysis))
    words = [each for each in asked if isinstance(each, Word) and not each.exact]
    common = common_words(word.text for word in words)
    optional = tuple(word for word in words if is_common(word.text, common))
    if len(optional) == len(asked):
        return asked, ()
    return tuple(each for each in asked if each not in optional), optional


def _says_something(clause: Clause, analysis: Analysis) -> bool:
    return not isinstance(clause, Word | Phrase) or bool(analysis.words(clause.text))


def scores(clause: Clause) -> bool:
    """Whether a clause gives its hits different scores."""
    match clause:
        case Everything() | Ids():
            return False
        case AllOf() | AnyOf():
            return any(scores(each) for each in clause.clauses)
        case Without():
            return scores(clause.clause)
        case _:
            return True


def check_fields(fields: Sequence[str]) -> tuple[str, ...]:
    """Give the text fields to search: those named, or all.

    Raises:
        BackendError: there is no such field.
    """
    for name in fields:
        if name not in TEXT_FIELDS:
            raise BackendError(f"There is no text field {name!r}.", field=name)
    return tuple(fields) or tuple(TEXT_FIELDS)
