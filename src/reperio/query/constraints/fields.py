"""Filters written in the syntax of queries: `year:2000..2010`, `age:10-16`, `size:5000..`, `access:open`, `country:DE`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from reperio.query.constraints.model import Chip
from reperio.query.model import Chosen, Span

RANGE_WORDS = {
    "year": "year", "years": "year", "age": "age", "ages": "age", "size": "sample_size", "sample": "sample_size",
    "waves": "waves", "variables": "variables",
}  # fmt: skip
"""Words before a colon behind which a number or a range stands, and the facets they narrow."""

VALUE_WORDS = {
    "access": "access", "design": "study_design", "country": "country", "language": "language", "sex": "sex",
    "source": "source",
}  # fmt: skip
"""Words before a colon behind which the value of a facet stands. Other values are words of the text field, if any."""

WRITTEN_MAX = 20
"""Most filters that are read of one text."""

_NUMBER = r"\d{1,9}(?:\.\d{1,2})?"
_RANGE = re.compile(
    rf"(?P<low>{_NUMBER})(?:\.\.|-|–)(?P<high>{_NUMBER})?|(?:\.\.|-|–)(?P<most>{_NUMBER})|(?P<one>{_NUMBER})(?P<plus>\+)?"
    rf"|(?P<limit>[<>]=?)(?P<bound>{_NUMBER})"
)
_TOKEN = re.compile(r'(?P<field>[A-Za-z]{2,12}):(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')
_QUOTED = re.compile(r'"[^"]*"?')
_LABELS = {"year": "Years", "age": "Ages", "sample_size": "Sample size", "waves": "Waves", "variables": "Variables"}
_VALUES: dict[str, Callable[[str], str]] = {
    "access": lambda text: text.lower() if text.lower() in {"open", "registered", "controlled", "closed"} else "",
    "study_design": lambda text: text.lower().replace("_", " ") if len(text) > 2 else "",
    "country": lambda text: {"UK": "GB"}.get(text, text) if re.fullmatch(r"[A-Z]{2}", text) else "",
    "language": lambda text: text if re.fullmatch(r"[a-z]{2,3}", text) else "",
    "sex": lambda text: text.lower() if text.lower() in {"female", "male", "all"} else "",
    "source": lambda text: text if re.fullmatch(r"[a-z0-9_-]{1,40}", text) else "",
}


def read_fields(text: str) -> tuple[str, tuple[Chip, ...]]:
    """Read the filters written as `field:value`; gives the text without them, and the filters as chips."""
    if ":" not in text:
        return text, ()
    chips = tuple(islice(_chips(text), WRITTEN_MAX))
    left, end = [], 0
    for chip in chips:
        left.append(text[end : chip.start])
        end = chip.end
    return (" ".join(" ".join([*left, text[end:]]).split()) if chips else text), chips


def _chips(text: str) -> Iterator[Chip]:
    at = 0
    while at < len(text):
        if text[at] == '"':
            quoted = _QUOTED.match(text, at)
            at = quoted.end() if quoted else at + 1
        elif (at == 0 or text[at - 1].isspace()) and (token := _TOKEN.match(text, at)):
            if (token.end() == len(text) or text[token.end()].isspace()) and (chip := _chip(token)):
                yield chip
            at = token.end()
        else:
            at += 1


def _chip(token: re.Match[str]) -> Chip | None:
    field = token["field"].lower()
    value = token["phrase"] if token["phrase"] is not None else token["word"]
    span: Span | None = None
    chosen: Chosen | None = None
    label = ""
    if facet := RANGE_WORDS.get(field):
        span = _span(facet, value)
        label = _label(span) if span else ""
    elif (facet := VALUE_WORDS.get(field)) and (held := _VALUES[facet](value.strip())):
        chosen, label = Chosen(facet, (held,)), f"{field.capitalize()}: {held}"
    if not facet or not label:
        return None
    return Chip(
        facet=facet, label=label, words=token[0], start=token.start(), end=token.end(), chosen=chosen, span=span
    )


def _span(facet: str, value: str) -> Span | None:
    match = _RANGE.fullmatch(value.replace(",", ""))
    if match is None:
        return None
    low, high, most, one, bound = (
        None if match[name] is None else float(match[name]) for name in ("low", "high", "most", "one", "bound")
    )
    if one is not None:
        return Span(facet, one, None if match["plus"] else one)
    if bound is not None:
        step = 0 if match["limit"].endswith("=") else 1
        return Span(facet, bound + step) if match["limit"][0] == ">" else Span(facet, None, bound - step)
    if most is not None:
        return Span(facet, None, most)
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Span(facet, low, high)


def _label(span: Span) -> str:
    low, high = (None if end is None else f"{end:g}" for end in (span.lower, span.upper))
    if span.facet != "year":
        low, high = (None if end is None else f"{end:,.12g}" for end in (span.lower, span.upper))
    if low == high:
        return f"{_LABELS[span.facet]}: {low}"
    if low is None or high is None:
        return f"{_LABELS[span.facet]}: " + (f"from {low}" if high is None else f"up to {high}")
    return f"{_LABELS[span.facet]}: {low} to {high}"
