"""Hides from the reader of constraints what belongs to the syntax of queries: phrases, fields, exclusions, alternatives."""

from __future__ import annotations

import re

from reperio.query.constraints.line import HIDDEN, Line

_QUOTED = re.compile(r'"[^"]*(?:"|$)|[“„«][^”“»]*(?:[”“»]|$)|(?<!\w)[\'‘][^\'’]+[\'’](?!\w)')
_UNIT = rf'(?:"[^"]*"|[^\s{HIDDEN}]+|{HIDDEN}+)'
_SYNTAX = re.compile(
    rf"(?<!\S){_UNIT}(?:\s+OR\s+{_UNIT})+"  # alternatives
    rf"|\bNOT\s+{_UNIT}|(?<!\S)-\S+"  # exclusions
    rf"|(?<!\S)[A-Za-z]{{2,12}}:(?:\S+|\s*{HIDDEN}+)"  # fields
)
_TOKEN = re.compile(r"\S+")
_WHOLE = re.compile(r"\*|://|\b10\.\d{4,9}/")
"""Marks of words with a wildcard, of addresses and of DOIs."""


def hide_syntax(line: Line) -> None:
    """Hide every part of the text that is written in the syntax of queries."""
    typed = _blanked(_QUOTED, line.text)
    typed = _blanked(_SYNTAX, typed)
    if _WHOLE.search(typed):
        typed = _TOKEN.sub(lambda token: HIDDEN * len(token[0]) if _WHOLE.search(token[0]) else token[0], typed)
    line.level = "".join(
        HIDDEN if mark == HIDDEN else character for mark, character in zip(typed, line.level, strict=True)
    )


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda match: HIDDEN * len(match.group()), text)
