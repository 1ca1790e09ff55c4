"""Credit lines: what a source asks to be said wherever its metadata is shown."""

from __future__ import annotations

import re

from reperio.resource.fields import Resource
from reperio.resource.write.plain import names, one_line, year
from reperio.source.model import Source

_PLACEHOLDER = re.compile(r"\{(year|date|publisher)\}")
_BEFORE_SIGN = re.compile(r"\s+(?=[.,;](?:\s|$))")
# A clause ends at a comma, semicolon or full stop before a blank, at the end, or is in brackets.
_CLAUSE = re.compile(r"\s*\([^()]*\)|(?:[^,;.(]|[,;.](?!\s|$))+(?:[,;.]+(?=\s|$))?|.", re.DOTALL)


def credit_line(source: Source, resource: Resource) -> str:
    """The line of credit for a resource of a source.

    `{year}` is the year of publication, `{date}` the day its record was fetched, `{publisher}` its publisher, else that
    of the source. A clause whose placeholder cannot be filled is dropped. A source that asks for nothing is named with
    its publisher.
    """
    return _line(source, _known(source, resource))


def source_credit(source: Source, read: str = "") -> str:
    """The line of credit for a source as a whole.

    `{date}` is the day (ISO 8601) on which it was last read, `{year}` the year of that day, `{publisher}` the publisher
    of the source; a clause whose placeholder cannot be filled is dropped.
    """
    return _line(source, {"date": read[:10], "year": read[:4], "publisher": one_line(source.publisher or "")})


def _line(source: Source, known: dict[str, str]) -> str:
    if source.credit is None:
        publisher = source.publisher if source.publisher and source.publisher != source.title else ""
        return one_line(f"Source: {source.title}{f', {publisher}' if publisher else ''}.")
    clauses = _CLAUSE.findall(source.credit.text)
    said = [clause for clause in clauses if _can_fill(clause, known)]
    line = one_line("".join(_PLACEHOLDER.sub(lambda match: known[match.group(1)], clause) for clause in said))
    if len(said) < len(clauses):
        line = _BEFORE_SIGN.sub("", line).rstrip(",; ")
        if line and source.credit.text.rstrip().endswith(".") and not line.endswith("."):
            line += "."
    return line or one_line(f"Source: {source.title}.")


def _known(source: Source, resource: Resource) -> dict[str, str]:
    fetched = next((origin.date[:10] for origin in resource.origins if origin.source == source.key), "")
    publisher = next(iter(names(resource.publishers)), "") or one_line(source.publisher or "")
    return {"year": year(resource) or "", "date": one_line(fetched), "publisher": publisher}


def _can_fill(clause: str, known: dict[str, str]) -> bool:
    return all(known[name] for name in _PLACEHOLDER.findall(clause))
