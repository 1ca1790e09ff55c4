"""Periods whose start and end stand in fields of their own."""

from __future__ import annotations

import pytest

from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.reading import Reading
from reperio.source.model import Source


def spanned(start: str, end: str) -> tuple[str | None, str | None]:
    source = Source.model_validate({"key": "s", "title": "S", "harvest": {"protocol": "files", "path": "."}})
    record = Record(source="s", identifier="r", body=b"", media_type="x/y", fetched="2026-01-02T00:00:00Z")
    draft = Draft(Reading(), record, source, reader="x", kind="study", local_id="a")
    draft.span(start, end, "/p")
    [period] = draft.values("temporal")
    [claim] = draft.finish().claims
    assert claim.raw == f"{start}/{end}"
    return period.start, period.end


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("4/1/2011", "3/31/2013", ("2011-04-01", "2013-03-31")),
        ("3/31/2011", "4/1/2013", ("2011-03-31", "2013-04-01")),
        ("4/1/2011", "31/3/2013", ("2011-01-04", "2013-03-31")),
        ("2011-04-01", "3/31/2013", ("2011-04-01", "2013-03-31")),
    ],
)
def test_one_date_tells_the_order_of_both(start: str, end: str, expected: tuple[str, str]) -> None:
    assert spanned(start, end) == expected
