"""Dates and periods: EDTF (ISO 8601-2), ISO 8601 intervals and free text, to ISO intervals of stated precision."""

from __future__ import annotations

import msgspec


class Period(msgspec.Struct, frozen=True, omit_defaults=True):
    """A stretch of time. Ends are ISO 8601 dates of the precision stated: `1986`, `1986-04` or `1986-04-05`.

    Attributes:
        start: first day, month or year; None when unknown.
        end: last day, month or year, inclusive; None when unknown or still going on.
        ongoing: True when the source says that it goes on (`1999/..`, "to present").
    """

    start: str | None = None
    end: str | None = None
    ongoing: bool = False


def read_period(raw: str) -> Period | None:
    """Read one period from ISO, EDTF or free text; None when no period is stated."""
    raise NotImplementedError


def read_date(raw: str) -> str | None:
    """Read one date to ISO 8601 of the precision stated (`12 March 1999` is `1999-03-12`); None when there is none."""
    raise NotImplementedError


def interval(period: Period) -> str:
    """Write a period as an ISO 8601 interval (`1986/1987`, open end `1999/..`, unknown start `../1999`)."""
    raise NotImplementedError


def years(period: Period) -> tuple[int | None, int | None]:
    """First and last calendar year of a period; None where unknown or open."""
    raise NotImplementedError
