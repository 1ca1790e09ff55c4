"""Values put into words for people: numbers, years, ages, codes."""

from __future__ import annotations

from urllib.parse import urlsplit

from reperio.resource.fields import Resource
from reperio.resource.model import Kind
from reperio.text.ages import AgeRange
from reperio.text.dates import Period, years
from reperio.text.languages import language_name
from reperio.text.places import country_name
from reperio.text.sizes import Size

KIND_NAMES: dict[Kind, str] = {
    "series": "Series",
    "study": "Study",
    "dataset": "Dataset",
    "variable": "Variable",
}
KIND_PLURALS: dict[Kind, str] = {
    "series": "Series",
    "study": "Studies",
    "dataset": "Datasets",
    "variable": "Variables",
}
ACCESS_NAMES = {"open": "Open", "registered": "Registration", "controlled": "Application", "closed": "Closed"}
ACCESS_HELP = {
    "open": "Anybody can get the data at once.",
    "registered": "The data are given after registering or accepting a licence.",
    "controlled": "The data are given once an application is approved, or only in a secure place.",
    "closed": "The data cannot be had at present.",
}
SEX_NAMES = {"female": "Female only", "male": "Male only", "all": "Female and male"}
TRUTH_NAMES = {"true": "Collected", "false": "Not collected"}
UNIT_NAMES = {
    "participants": "participants",
    "households": "households",
    "families": "families",
    "organisations": "organisations",
    "records": "records",
    "unstated": "",
}


def number(value: float) -> str:
    """`12345` as `12,345`; fractions to two places."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def plural(count: int, one: str, many: str = "") -> str:
    """`1 study`, `2 studies`, `12,345 variables`."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def period(value: Period) -> str:
    """`1986 – 1987`, `1999 – now`, `until 1999`."""
    if value.ongoing:
        return f"{value.start} – now" if value.start else "until now"
    if value.start and value.end:
        return value.start if value.start == value.end else f"{value.start} – {value.end}"
    if value.start:
        return f"from {value.start}"
    return f"until {value.end}" if value.end else ""


def year_span(resource: Resource) -> str:
    """First to last year that all its periods cover, empty when unknown."""
    found = [years(one) for one in resource.temporal]
    firsts = [first for first, _ in found if first is not None]
    lasts = [last for _, last in found if last is not None]
    ongoing = any(one.ongoing for one in resource.temporal)
    last = "now" if ongoing else str(max(lasts)) if lasts else ""
    first = str(min(firsts)) if firsts else ""
    return first if first == last else f"{first}–{last}" if first and last else first or last


def ages(value: AgeRange) -> str:
    """`11 to 16 years`, `18 years and over`, `up to 5 years`."""
    if value.lower is not None and value.upper is not None:
        if value.lower == value.upper:
            return f"{_age(value.lower)}"
        return (
            f"{_bare(value)} to {_age(value.upper)}"
            if value.lower >= 1
            else f"{_age(value.lower)} to {_age(value.upper)}"
        )
    if value.lower is not None:
        return f"{_age(value.lower)} and over"
    return f"up to {_age(value.upper)}" if value.upper is not None else ""


def _bare(value: AgeRange) -> str:
    return number(value.lower or 0)


def _age(value: float) -> str:
    if 0 < value < 1:
        return plural(round(value * 12), "month")
    return "birth" if value == 0 else plural_years(value)


def plural_years(value: float) -> str:
    """`1 year`, `16 years`."""
    return f"{number(value)} {'year' if value == 1 else 'years'}"


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
    names = dict.fromkeys(country_name(place.country) if place.country else place.name for place in resource.spatial)
    listed = list(names)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more


def language(code: str) -> str:
    """Name of a language."""
    return language_name(code)


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


def country(code: str) -> str:
    """Name of a country."""
    return country_name(code)


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
