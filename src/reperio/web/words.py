"""Values put into words for people: numbers, years, ages, codes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from reperio.resource.fields import Resource
from reperio.resource.model import Kind
from reperio.text.ages import AgeRange
from reperio.text.dates import Period, years
from reperio.text.languages import language_name
from reperio.text.places import country_name
from reperio.text.sizes import Size
from reperio.web.language import N_, Names, inline, ngettext
from reperio.web.language import gettext as _
from reperio.web.language import language as spoken
from reperio.web.language import number as number  # noqa: PLC0414 - templates and writers know it as a word
from reperio.web.language import plural as plural  # noqa: PLC0414

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
KIND_NAMES: Mapping[Kind, str] = Names({
    "series": N_("Series"),
    "study": N_("Study"),
    "dataset": N_("Dataset"),
    "variable": N_("Variable"),
})  # fmt: skip
KIND_PLURALS: Mapping[Kind, str] = Names({
    "series": N_("Series"),
    "study": N_("Studies"),
    "dataset": N_("Datasets"),
    "variable": N_("Variables"),
})  # fmt: skip
ACCESS_NAMES = Names({
    "open": N_("Open"),
    "registered": N_("Registration"),
    "controlled": N_("Application"),
    "closed": N_("Closed"),
})  # fmt: skip
ACCESS_HELP = Names({
    "open": N_("Anybody can get the data at once."),
    "registered": N_("The data are given after registering or accepting a licence."),
    "controlled": N_("The data are given once an application is approved, or only in a secure place."),
    "closed": N_("The data cannot be had at present."),
})  # fmt: skip
ROUTE_NAMES = Names({
    "download": N_("Download"),
    "registration": N_("Register or accept a licence first"),
    "request": N_("Ask whoever holds the data"),
    "application": N_("Apply, with a proposal that is reviewed"),
    "secure": N_("Work with the data in a secure place"),
})  # fmt: skip
SEX_NAMES = Names({"female": N_("Female only"), "male": N_("Male only"), "all": N_("Female and male")})
TRUTH_NAMES = Names({"true": N_("Collected"), "false": N_("Not collected")})
HOW_NAMES = Names({"stated": N_("stated"), "derived": N_("derived"), "inherited": N_("inherited")})
UNIT_NAMES = Names({
    "participants": N_("participants"),
    "households": N_("households"),
    "families": N_("families"),
    "organisations": N_("organisations"),
    "records": N_("records"),
    "unstated": "",
})  # fmt: skip


def period(value: Period) -> str:
    """`1986 – 1987`, `1999 – now`, `until 1999`."""
    if value.ongoing:
        return _("%(start)s – now") % {"start": value.start} if value.start else _("until now")
    if value.start and value.end:
        return value.start if value.start == value.end else f"{value.start} – {value.end}"
    if value.start:
        return _("from %(start)s") % {"start": value.start}
    return _("until %(end)s") % {"end": value.end} if value.end else ""


def year_span(resource: Resource) -> str:
    """First to last year that all its periods cover, empty when unknown."""
    found = [years(one) for one in resource.temporal]
    firsts = [first for first, _ in found if first is not None]
    lasts = [last for _, last in found if last is not None]
    ongoing = any(one.ongoing for one in resource.temporal)
    last = _("now") if ongoing else str(max(lasts)) if lasts else ""
    first = str(min(firsts)) if firsts else ""
    return first if first == last else f"{first}–{last}" if first and last else first or last


def ages(value: AgeRange) -> str:
    """`11 to 16 years`, `18 years and over`, `up to 5 years`."""
    if value.lower is not None and value.upper is not None:
        if value.lower == value.upper:
            return f"{_age(value.lower)}"
        lower = number(value.lower) if value.lower >= 1 else _age(value.lower)
        return _("%(lower)s to %(upper)s") % {"lower": lower, "upper": _age(value.upper)}
    if value.lower is not None:
        return _("%(age)s and over") % {"age": _age(value.lower)}
    return _("up to %(age)s") % {"age": _age(value.upper)} if value.upper is not None else ""


def _age(value: float) -> str:
    if 0 < value < 1:
        return plural(round(value * 12), "month", "months")
    return _("birth") if value == 0 else plural_years(value)


def plural_years(value: float) -> str:
    """`1 year`, `16 years`."""
    unit = ngettext("year", "years", value)
    return f"{number(value)} {unit}"


def size(value: Size) -> str:
    """`12,345 participants`."""
    return f"{number(value.count)} {UNIT_NAMES[value.unit]}".strip()


def bytes_size(value: int) -> str:
    """`1.4 MB`."""
    amount = float(value)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.3g} {unit}"
        amount /= 1000
    return f"{amount:.3g} TB"


def day(stamp: str | None) -> str:
    """The date of an ISO timestamp."""
    return (stamp or "")[:10]


def countries(resource: Resource, most: int = 3) -> str:
    """Names of its countries (or places without one), at most so many."""
    names = dict.fromkeys(country(place.country) if place.country else place.name for place in resource.spatial)
    listed = list(names)
    shown = ", ".join(listed[:most])
    left = len(listed) - most
    return _("%(shown)s and %(count)s more") % {"shown": shown, "count": left} if left > 0 else shown


def language(code: str) -> str:
    """Name of a language."""
    return language_name(code, spoken())


def http_url(address: str | None) -> str:
    """The address when a browser may safely follow it (http or https with a host), else empty."""
    try:
        parts = urlsplit((address or "").strip())
    except ValueError:
        return ""
    return (address or "").strip() if parts.scheme in {"http", "https"} and parts.netloc else ""


def host(address: str) -> str:
    """The host of an address, for people (`www.` left out)."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


def address(url: str) -> str:
    """A web address as people write it, without what every one has; anything else as it is."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/") if http_url(url) else url


def spaced(name: str) -> str:
    """`IsPartOf` as words: `is part of`."""
    return _HUMP.sub(" ", name).lower() if name.isascii() and name.isalpha() else name


def addresses(urls: Sequence[str]) -> dict[str, str]:
    """Some addresses by name: the host, with the path where two are of one host; of two with one name, the first."""
    whole = {host(url) + urlsplit(url).path.rstrip("/"): url for url in reversed(urls)}
    hosts = Counter(map(host, whole.values()))
    return {
        name if hosts[host(url)] > 1 else host(url): url
        for name, url in sorted(whole.items(), key=lambda pair: urls.index(pair[1]))
    }


def apart(title: str, whole: str) -> str:
    """The title of a part without the title of the whole, when it begins with it: `Wave 2` of `Study: Wave 2`."""
    rest = title[len(whole) :]
    if not whole or not title.casefold().startswith(whole.casefold()) or rest[:1].isalnum():
        return title
    return rest.strip(" \t,;:.–—-|/") or title


def country(code: str) -> str:
    """Name of a country."""
    return country_name(code, spoken())


def design(value: str) -> str:
    """A study design."""
    return capital(_(value))


def designs(resource: Resource, most: int = 3) -> str:
    """Its first study designs."""
    return ", ".join(_(value) for value in resource.study_designs[:most])


def kinds(kind: Kind, count: int) -> str:
    """`1 study`, `2 studies`, of a kind."""
    return f"{number(count)} {inline(KIND_NAMES[kind] if count == 1 else KIND_PLURALS[kind])}"


def lead_and_rest(text: str, lead: int = 700) -> tuple[str, str]:
    """A long text cut after a paragraph or sentence near `lead` characters; the rest is empty when it is short."""
    if len(text) <= lead * 1.4:
        return text, ""
    for mark in ("\n\n", ". ", " "):
        cut = text.rfind(mark, lead // 2, lead)
        if cut > 0:
            return text[: cut + len(mark)].rstrip(), text[cut + len(mark) :].lstrip()
    return text[:lead], text[lead:]


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]
