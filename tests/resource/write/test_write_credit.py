"""Credit lines: filled, or without the clause that cannot be filled."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.resource.fields import Resource
from reperio.resource.model import Agent, Origin
from reperio.resource.write.credit import credit_line, source_credit
from reperio.source.model import Credit, Files, Source

RESOURCE = Resource(
    id="a/1", kind="study", source="a", date_published="2019-03", publishers=(Agent("Archive of A"),),
    origins=(Origin("b", "r", "x", "2020-01-01"), Origin("a", "r", "x", "2024-02-03T04:05:06Z")),
)  # fmt: skip
BARE = Resource(id="a/1", kind="study", source="a")


def source(text: str | None, publisher: str | None = None) -> Source:
    credit = Credit(text=text) if text is not None else None
    return Source(
        key="a", title="Catalogue A", publisher=publisher, credit=credit, harvest=Files(protocol="files", path="x")
    )


@pytest.mark.parametrize(
    ("text", "known", "unknown"),
    [
        ("Metadata by Catalogue A, {year}, CC BY 4.0.", "Metadata by Catalogue A, 2019, CC BY 4.0.", "Metadata by Catalogue A, CC BY 4.0."),
        ("Catalogue A. Accessed {date}.", "Catalogue A. Accessed 2024-02-03.", "Catalogue A."),
        ("Catalogue A (accessed {date}).", "Catalogue A (accessed 2024-02-03).", "Catalogue A."),
        ("Catalogue A ({year}). At a.example", "Catalogue A (2019). At a.example", "Catalogue A. At a.example"),
        ("Catalogue A; published by {publisher}", "Catalogue A; published by Archive of A", "Catalogue A"),
        ("© v1.2 of a.b.org", "© v1.2 of a.b.org", "© v1.2 of a.b.org"),
        ("{publisher}", "Archive of A", "Source: Catalogue A."),
        ("A {unknown} {0} {}", "A {unknown} {0} {}", "A {unknown} {0} {}"),
    ],
)  # fmt: skip
def test_placeholders(text: str, known: str, unknown: str) -> None:
    assert credit_line(source(text), RESOURCE) == known
    assert credit_line(source(text), BARE) == unknown


def test_the_publisher_of_the_source_stands_in() -> None:
    assert credit_line(source("By {publisher}.", "House of A"), BARE) == "By House of A."


def test_a_source_that_asks_for_nothing_is_named() -> None:
    assert credit_line(source(None), BARE) == "Source: Catalogue A."
    assert credit_line(source(None, "House of A"), BARE) == "Source: Catalogue A, House of A."
    assert credit_line(source(None, "Catalogue A"), BARE) == "Source: Catalogue A."


@given(st.text(max_size=60) | st.sampled_from(["{date}", "x, {year}", "(("]), st.text(max_size=60))
def test_a_line_is_always_one_line(publisher: str, text: str) -> None:
    resource = msgspec.structs.replace(BARE, publishers=(Agent(publisher),))
    line = credit_line(source(text + ", by {publisher}."), resource)
    assert line
    assert len(line.splitlines()) == 1
    assert "{publisher}" not in line or "{publisher}" in publisher + text


def test_a_source_as_a_whole_is_credited_without_a_placeholder_left() -> None:
    asked = source("Catalogue A {year}. Read {date}. Given by {publisher}.", publisher="Archive of A")
    assert source_credit(asked, "2026-01-02T03:04:05Z") == "Catalogue A 2026. Read 2026-01-02. Given by Archive of A."
    assert source_credit(asked) == "Given by Archive of A."
    assert source_credit(source(None, publisher="Archive of A")) == "Source: Catalogue A, Archive of A."
