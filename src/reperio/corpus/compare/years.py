"""Years: those in titles mark one release of a series, those covered say when the thing took place."""

from __future__ import annotations

from reperio.corpus.compare.met import NONE, Met, listed
from reperio.corpus.profile import Profile

TITLE_FEATURE = "title year"
TITLE_LEVELS = ("same", "fits", "one", "differ", NONE)
FEATURE = "years"
LEVELS = ("same", "start", "near", "overlap", "apart", NONE)


def compare_titles(left: Profile, right: Profile) -> Met:
    """Compare the years in the main titles.

    `same`: both titles name the same years. `fits`: one names the first year that the other covers, or years within
    what it covers and no more. `one`: only one names a year. `differ`: they name others.
    """
    first, second = left.main.years, right.main.years
    if not first and not second:
        return Met(TITLE_FEATURE, NONE)
    values = listed(first) or _shown(left), listed(second) or _shown(right)
    if first and second:
        return Met(TITLE_FEATURE, "same" if first == second else "differ", *values)
    fits = _fits(first or second, right if first else left)
    return Met(TITLE_FEATURE, "fits" if fits else "one", *values)


def _fits(years: tuple[int, ...], other: Profile) -> bool:
    start, end = other.years
    if start is None:
        return False
    return years[0] == start and (len(years) == 1 or end is None or years[-1] == end)


def compare(left: Profile, right: Profile) -> Met:
    """`same`: first and last year agree. `start`: the first does. `near`: within two years. `overlap`, `apart`: so."""
    start, other = left.years[0], right.years[0]
    if start is None or other is None:
        return Met(FEATURE, NONE)
    ends = [profile.years[1] or 9999 for profile in (left, right)]
    if start == other:
        level = "same" if ends[0] == ends[1] else "start"
    elif abs(start - other) <= 2 and max(ends) == 9999:
        level = "near"
    else:
        level = "overlap" if max(start, other) <= min(ends) else "apart"
    return Met(FEATURE, level, _shown(left), _shown(right))


def _shown(profile: Profile) -> str:
    start, end = profile.years
    if start is None:
        return ""
    return f"{start}-{end}" if end else f"{start}-" if profile.ongoing else str(start)
