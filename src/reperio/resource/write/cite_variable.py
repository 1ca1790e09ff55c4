"""Citations of a variable: the data set is cited, as its archive asks, and the variable and its file are named in it.

There is no settled form for a part of a data set. These follow what archives advise: the authors, year, publisher and DOI
are those of the data set; the variable is named by its name in the file and its label, and the data set by its title.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from reperio.resource.fields import Resource
from reperio.resource.model import Text
from reperio.resource.write.cite import Style, apa, bibtex, csl, ris
from reperio.resource.write.plain import one_line

LABEL_MAX: Final = 300


def cite_variable(variable: Resource, above: Sequence[Resource], style: Style, url: str = "") -> str:
    """The citation of a variable in a style.

    Args:
        variable: the variable.
        above: what it belongs to, top first; empty when nothing is known.
        style: the form.
        url: our page of the variable, for where the data set has neither DOI nor page.
    """
    cited = cited_of(above) or variable
    return {"apa": _apa, "bibtex": _bibtex, "ris": _ris, "csl": _csl}[style](variable, cited, _place(cited, above), url)


def cited_of(above: Sequence[Resource]) -> Resource | None:
    """What is cited of that which a variable belongs to: the nearest with a DOI, else with authors, else the top."""
    nearest = list(reversed(above))
    with_doi = [one for one in nearest if one.dois]
    with_makers = [one for one in nearest if one.creators or one.publishers]
    return next(iter([*with_doi, *with_makers, *above]), None)


def named(variable: Resource) -> str:
    """Name and label: `scghqj: GHQ-12: confidence lost`."""
    label = one_line(variable.title, LABEL_MAX)
    name = one_line(variable.name or "")
    return f"{name}: {label}" if name and name != label else label


def _place(cited: Resource, above: Sequence[Resource]) -> str:
    """Title of what is cited, and of the file in it."""
    file = above[-1] if above else cited
    title = one_line(cited.title).rstrip(". ")
    return title if file.id == cited.id else f"{title}, {one_line(file.title)}"


def _renamed(cited: Resource, title: str, identity: str) -> Resource:
    """What is cited, under another title and id, without its abstract and keywords."""
    return msgspec.structs.replace(cited, id=identity, titles=(Text(title),), abstracts=(), keywords=())


def _apa(variable: Resource, cited: Resource, place: str, url: str) -> str:
    return apa(_renamed(cited, f"{named(variable)} [Variable]. In {place}", variable.id), url)


def _bibtex(variable: Resource, cited: Resource, place: str, url: str) -> str:
    whole = bibtex(_renamed(cited, f"{named(variable)} [Variable]. In {place}", variable.id), url)
    return whole.replace("howpublished = {Data set}", "howpublished = {Variable in a data set}", 1)


def _ris(variable: Resource, cited: Resource, place: str, url: str) -> str:
    lines = ris(_renamed(cited, named(variable), variable.id), url).split("\r\n")
    at = next((number for number, line in enumerate(lines) if line.startswith("TI  - ")), 1) + 1
    return "\r\n".join([*lines[:at], f"T2  - {one_line(place, 10_000)}", "M3  - Variable", *lines[at:]])


def _csl(variable: Resource, cited: Resource, place: str, url: str) -> str:
    whole = csl(_renamed(cited, named(variable), variable.id), url)
    whole |= {"genre": "Variable", "container-title": place}
    return msgspec.json.format(msgspec.json.encode([whole]), indent=2).decode()
