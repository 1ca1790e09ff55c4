"""A query as the parameters of a URL and back, without loss.

The names are those of the original product (`query`, `topics`, `instruments`, `study_design`, `resource_type`, `like`,
`country_codes`, `<range>_min`, `<range>_max`), so that links made for it keep working. Defaults are left out, order is
fixed: one query has one URL, which serves as its key in caches and as its canonical form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

from reperio.errors import QueryError
from reperio.query.model import KEYWORD_FILTERS, RANGE_FILTERS, Chosen, Query, Scope, SortName, Span
from reperio.resource.instruments import preferred_name

FACET_OF_PARAMETER = {
    "topics": "topic",
    "keywords": "keyword",
    "instruments": "instrument",
    "country_codes": "country",
    "language_codes": "language",
    **{name: name for name in KEYWORD_FILTERS},
}
"""Every accepted parameter of a keyword facet; both `topics` and `topic` are read, the first is written."""

PARAMETER_OF_FACET = {
    **{facet: facet for facet in KEYWORD_FILTERS},
    "topic": "topics",
    "keyword": "keywords",
    "instrument": "instruments",
    "country": "country_codes",
    "language": "language_codes",
}
RANGE_ALIASES = {"start_year": "year_min", "end_year": "year_max", "num_sweeps_min": "waves_min",
                 "num_sweeps_max": "waves_max", "num_variables_min": "variables_min",
                 "num_variables_max": "variables_max"}  # fmt: skip
SCOPES: tuple[Scope, ...] = ("all", "study", "dataset", "variable")
SORTS: tuple[SortName, ...] = ("best", "newest", "oldest", "size", "title")
PAGE_SIZE_MAX = 100
PAGE_MAX = 100_000
VALUES_MAX = 200
PLAIN_MAX = 50
T = TypeVar("T", bound=str)
_INTEGER = re.compile(r"\d{1,9}")
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?")


def to_params(query: Query) -> list[tuple[str, str]]:
    """The parameters of a query, defaults left out, in canonical order."""
    pairs: list[tuple[str, str]] = []
    if query.text:
        pairs.append(("query", query.text))
    pairs += [("plain", words) for words in query.plain]
    if query.scope != "all":
        pairs.append(("resource_type", query.scope))
    for chosen in sorted(query.chosen):
        pairs += [(PARAMETER_OF_FACET[chosen.facet], value) for value in chosen.values]
        if chosen.unknown:
            pairs.append((f"{chosen.facet}_unknown", "1"))
        if chosen.every:
            pairs.append((f"{chosen.facet}_every", "1"))
    for span in sorted(query.spans, key=lambda span: span.facet):
        pairs += [(f"{span.facet}_min", _number(span.lower))] if span.lower is not None else []
        pairs += [(f"{span.facet}_max", _number(span.upper))] if span.upper is not None else []
        if span.unknown:
            pairs.append((f"{span.facet}_unknown", "1"))
    for name, value, default in (
        ("within", query.within, ""), ("like", query.like, ""), ("sort", query.sort, "best"),
        ("page", str(query.page), "1"), ("size", str(query.size), "20"), ("meaning", str(int(query.meaning)), "1"),
    ):  # fmt: skip
        if value != default:
            pairs.append((name, value))
    return pairs


def from_params(pairs: Iterable[tuple[str, str]]) -> Query:
    """Read a query from parameters; names that are not ours are left aside, empty values mean nothing chosen.

    Raises:
        QueryError: a parameter of ours has a value that it cannot have.
    """
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(RANGE_ALIASES.get(name, name), []).append(value)
    return Query(
        text=" ".join(_last(given, "query").split()),
        plain=_plain(given),
        scope=_one_of("resource_type", _last(given, "resource_type"), SCOPES),
        chosen=_chosen(given),
        spans=_spans(given),
        within=_last(given, "within").strip(),
        like=_last(given, "like").strip(),
        sort=_one_of("sort", _last(given, "sort"), SORTS),
        page=_bounded("page", _last(given, "page"), 1, PAGE_MAX),
        size=_bounded("size", _last(given, "size"), 20, PAGE_SIZE_MAX),
        meaning=_last(given, "meaning") not in {"0", "false"},
    )


def _chosen(given: dict[str, list[str]]) -> tuple[Chosen, ...]:
    values: dict[str, dict[str, None]] = {}
    for name, facet in FACET_OF_PARAMETER.items():
        for value in given.get(name, ()):
            if value.strip():
                values.setdefault(facet, {})[_as_counted(facet, value.strip())] = None
    unknown = {facet for facet in KEYWORD_FILTERS if _last(given, f"{facet}_unknown") in {"1", "true", "on"}}
    if sum(map(len, values.values())) > VALUES_MAX:
        raise QueryError(f"More than {VALUES_MAX} filter values are chosen.", hint="Choose fewer.")
    every = {facet for facet in values if _last(given, f"{facet}_every") in {"1", "true", "on"}}
    return tuple(
        Chosen(
            facet=facet,
            values=tuple(sorted(values.get(facet, ()))),
            unknown=facet in unknown,
            every=facet in every and facet not in unknown,
        )
        for facet in sorted(values.keys() | unknown)
    )


def _as_counted(facet: str, value: str) -> str:
    """An instrument in any spelling under the name of the register; other values as they are."""
    return preferred_name(value) if facet == "instrument" else value


def _spans(given: dict[str, list[str]]) -> tuple[Span, ...]:
    spans = []
    for facet in sorted(RANGE_FILTERS):
        lower, upper = (_float(f"{facet}_{end}", _last(given, f"{facet}_{end}")) for end in ("min", "max"))
        if lower is not None and upper is not None and lower > upper:
            lower, upper = upper, lower
        if lower is not None or upper is not None:
            unknown = _last(given, f"{facet}_unknown") in {"1", "true", "on"}
            spans.append(Span(facet=facet, lower=lower, upper=upper, unknown=unknown))
    return tuple(spans)


def _plain(given: dict[str, list[str]]) -> tuple[str, ...]:
    """Words to be left as they are, in the form in which they are compared."""
    folded = {" ".join(words.casefold().split()) for words in given.get("plain", ())} - {""}
    if len(folded) > PLAIN_MAX:
        raise QueryError(f"More than {PLAIN_MAX} parameters plain are given.", hint="Give fewer.")
    return tuple(sorted(folded))


def _last(given: dict[str, list[str]], name: str) -> str:
    return given[name][-1] if given.get(name) else ""


def _one_of(name: str, value: str, allowed: Sequence[T]) -> T:
    if not value:
        return allowed[0]
    for choice in allowed:
        if choice == value:
            return choice
    raise QueryError(f"{name} cannot be {value[:40]!r}.", hint=f"It is one of: {', '.join(allowed)}.")


def _bounded(name: str, value: str, default: int, highest: int) -> int:
    if not value:
        return default
    if not _INTEGER.fullmatch(value) or not 1 <= int(value) <= highest:
        raise QueryError(f"{name} cannot be {value[:40]!r}.", hint=f"It is a whole number from 1 to {highest}.")
    return int(value)


def _float(name: str, value: str) -> float | None:
    if not value.strip():
        return None
    if not _NUMBER.fullmatch(value.strip()):
        raise QueryError(f"{name} cannot be {value[:40]!r}.", hint="It is a number.")
    return float(value)


def _number(value: float) -> str:
    return f"{value:g}" if value != int(value) else str(int(value))
