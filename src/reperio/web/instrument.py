"""What catalogues tell of an instrument: which studies used it, when, at what ages, in which version, and its items.

Counted are variables that name the instrument themselves. Items are their distinct wordings, numbers of items and codes
of files left out; who answered is taken from what is stated of the informant, else from words of the label and the file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from reperio.corpus.model import Item
from reperio.query.apart import words
from reperio.query.crosswalk import wording
from reperio.query.model import Chosen, Query
from reperio.text.ages import AgeRange, titled_ages
from reperio.web.again import times
from reperio.web.charts.waves import Asked, Waves, waves
from reperio.web.coverage import in_order
from reperio.web.entities import Role, slug_of
from reperio.web.language import N_, Names
from reperio.web.language import gettext as _
from reperio.web.links import with_text
from reperio.web.site import Site

READ: Final = 6000
"""Variables that are looked at."""
ITEMS: Final = 200
STUDIES: Final = 60
FIRST: Final = 40
"""Items shown at once; the others open on demand."""

INFORMANTS = Names({
    "parent": N_("Parent report"),
    "teacher": N_("Teacher report"),
    "self": N_("Self-report"),
    "interviewer": N_("Interviewer or clinician"),
})  # fmt: skip
_SIGNS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("teacher", re.compile(r"\bteachers?\b|\bTRF\b", re.IGNORECASE)),
    ("self", re.compile(r"\bself[- ]?(?:report(?:ed)?|complet\w+|rated)?\b|\b(?:child|youth|adolescent|pupil) report", re.IGNORECASE)),
    ("interviewer", re.compile(r"\b(?:interviewer|clinician|nurse|observer)(?: rated| report)?\b", re.IGNORECASE)),
    ("parent", re.compile(r"\b(?:parents?|mother|father|maternal|paternal|carer|caregiver)\b", re.IGNORECASE)),
)  # fmt: skip


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """An item of the instrument as variables ask it: wording, a variable, how many variables and studies, the search."""

    text: str
    url: str
    variables: int
    studies: int
    search: str


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A version by who answers: how many variables and studies have it."""

    name: str
    variables: int
    studies: int
    search: str


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """A study that used it: when, at what ages, in which versions, with how many variables."""

    study: Item
    years: str
    ages: str
    waves: tuple[str, ...]
    versions: tuple[str, ...]
    variables: int
    search: str


class Uses(msgspec.Struct, frozen=True, kw_only=True):
    """All that is told. `total` variables name the instrument; `read` of them were looked at."""

    items: tuple[Found, ...]
    more: int
    versions: tuple[Version, ...]
    studies: tuple[Use, ...]
    line: Waves | None
    total: int
    read: int
    first: int = FIRST


class _Held(msgspec.Struct, frozen=True):
    """A variable that names the instrument, with what it belongs to."""

    item: Item
    above: tuple[Item, ...]
    informant: str

    @property
    def study(self) -> Item:
        return self.above[0] if self.above else self.item


def uses(site: Site, slug: str, role: Role) -> Uses | None:
    """What variables tell of an instrument; None when none names it."""
    query = Query(scope="variable", meaning=False, chosen=role.query.chosen)
    _total, found = site.service.each(query, limit=READ)
    held = _with_above(
        site, [one for one in found if slug in {slug_of("instruments", name) for name in one.resource.instruments}]
    )
    if not held:
        return None
    items = _items(site, held, query)
    studies = _studies(site, held, role)
    return Uses(
        items=tuple(items[:ITEMS]),
        more=max(0, len(items) - ITEMS),
        versions=_versions(site, held, query),
        studies=tuple(studies[:STUDIES]),
        line=waves(_asked(site, held)),
        total=len(held),
        read=READ,
    )


def _with_above(site: Site, items: Sequence[Item]) -> list[_Held]:
    above = site.service.lines(items)
    return [_Held(item, tuple(above[item.id]), _informant(item, above[item.id])) for item in items]


def _informant(item: Item, above: Sequence[Item]) -> str:
    """Who answers, as stated, else as the label or the file says; empty when nothing does."""
    resource = item.resource
    files = (one.resource.title for one in reversed(above[1:]))
    for text in (resource.informant or "", resource.title, *files):
        for name, sign in _SIGNS:
            if sign.search(text):
                return name
    return ""


def _items(site: Site, held: Sequence[_Held], query: Query) -> list[Found]:
    groups: dict[tuple[str, ...], list[_Held]] = {}
    for one in held:
        groups.setdefault(tuple(words(wording(one.item.resource))), []).append(one)
    made = []
    for some in groups.values():
        text = Counter(wording(one.item.resource) for one in some).most_common(1)[0][0]
        made.append(
            Found(
                text=text,
                url=site.links.item(some[0].item),
                variables=len(some),
                studies=len({one.study.id for one in some}),
                search=site.links.search(with_text(query, text[:200])),
            )
        )
    return sorted(made, key=lambda one: (-one.studies, -one.variables, one.text.casefold()))


def _versions(site: Site, held: Sequence[_Held], query: Query) -> tuple[Version, ...]:
    made = []
    for key in INFORMANTS:
        some = [one for one in held if one.informant == key]
        if some:
            text = {"self": "self", "interviewer": "interviewer"}.get(key, key)
            made.append(
                Version(
                    name=INFORMANTS[key],
                    variables=len(some),
                    studies=len({one.study.id for one in some}),
                    search=site.links.search(with_text(query, text)),
                )
            )
    return tuple(made)


def _studies(site: Site, held: Sequence[_Held], role: Role) -> list[Use]:
    groups: dict[str, list[_Held]] = {}
    for one in held:
        groups.setdefault(one.study.id, []).append(one)
    return sorted(
        (_use(site, some, role.query.chosen) for some in groups.values()),
        key=lambda use: (use.years or "9", use.study.resource.title),
    )


def _use(site: Site, some: Sequence[_Held], chosen: tuple[Chosen, ...]) -> Use:
    study = some[0].study
    timed = [times(one.item, one.above) for one in some]
    years = sorted({year for span in timed for year in span if year is not None})
    waves_named = dict.fromkeys(one.item.resource.wave for one in some if one.item.resource.wave)
    informants = dict.fromkeys(one.informant for one in some if one.informant)
    return Use(
        study=study,
        years=_span(years),
        ages=_ages(some),
        waves=tuple(sorted(waves_named, key=in_order)),
        versions=tuple(INFORMANTS[name] for name in INFORMANTS if name in informants),
        variables=len(some),
        search=site.links.search(Query(scope="variable", within=study.id, chosen=chosen)),
    )


def _span(years: Sequence[float]) -> str:
    if not years:
        return ""
    return f"{years[0]:g}" if years[0] == years[-1] else f"{years[0]:g}–{years[-1]:g}"


def _ages(some: Sequence[_Held]) -> str:
    """Ages of those asked: as the nearest of variable, wave and file tells, else of the whole study, and said to be so."""
    near = [found for one in some for found in _ages_of(one)]
    if near:
        return _spanned(near)
    whole = some[0].study.resource.ages
    return _("%(ages)s (whole study)") % {"ages": _spanned(whole)} if whole and _spanned(whole) else ""


def _ages_of(one: _Held) -> Iterable[AgeRange]:
    if one.item.resource.ages:
        return one.item.resource.ages
    if found := titled_ages(one.item.resource.wave or ""):
        return [found]
    for file in reversed(one.above[1:]):
        if file.resource.ages:
            return file.resource.ages
    return ()


def _spanned(ages: Iterable[AgeRange]) -> str:
    known = [end for one in ages for end in (one.lower, one.upper) if end is not None]
    return _span(sorted(round(end, 1) for end in known))


def _asked(site: Site, held: Sequence[_Held]) -> list[Asked]:
    """A mark for each wave or file of each study."""
    marks: dict[tuple[str, str], Asked] = {}
    for one in held:
        label = one.item.resource.wave or (one.above[-1].resource.title if len(one.above) > 1 else "")
        if (one.study.id, label) not in marks:
            first, last = times(one.item, one.above)
            marks[one.study.id, label] = Asked(
                study=one.study.resource.title,
                study_url=site.links.item(one.study),
                label=label or one.study.resource.title,
                url=site.links.item(one.above[-1] if one.above else one.item),
                first=first,
                last=last,
            )
    return list(marks.values())
