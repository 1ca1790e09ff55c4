"""Sources that contradict each other are told on the page; so are the versions that a record had."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from fastapi.testclient import TestClient
from lxml import html

from reperio.jobs import Workshop
from reperio.record.model import Record
from reperio.resource.model import Claim, Origin
from reperio.web.app import create_app
from reperio.web.trace import conflicts
from web.desks import ADDRESS, close, workshop_of
from web.standin import HOSTILE, ITEMS, StandIn

STUDY = "/search/studies/growing-up-and-sleeping-well-survey"


def _said(*claims: tuple[str, str, object], how: str = "stated") -> list[tuple[str, int]]:
    made = tuple(Claim(field, str(value), how=how, value=value, source=source) for field, source, value in claims)  # type: ignore[arg-type]  # `how` is one of the words
    return [(one.label, len(one.sides)) for one in conflicts(msgspec.structs.replace(ITEMS[0].resource, claims=made))]


def test_sources_that_share_no_value_differ() -> None:
    assert _said(("waves", "a", 3), ("waves", "b", 4)) == [("Waves", 2)]
    assert [label for label, _ in _said(("sizes", "a", [1]), ("sizes", "b", [2]), ("waves", "a", 1))] == ["Sample size"]


def test_sources_that_agree_in_part_or_say_nothing_or_only_inherit_do_not() -> None:
    assert _said(("waves", "a", 3), ("waves", "b", 3)) == []
    assert _said(("spatial", "a", "GB"), ("spatial", "a", "FR"), ("spatial", "b", "GB")) == []
    assert _said(("waves", "a", 3), ("waves", "b", None)) == []
    assert _said(("topics", "a", "x"), ("topics", "b", "y")) == []
    assert _said(("waves", "a", 3), ("waves", "b", 4), how="inherited") == []


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    made = workshop_of(tmp_path / "home")
    yield made
    made.engine.dispose()


def test_the_page_tells_of_conflicts_and_of_versions(workshop: Workshop) -> None:
    service = StandIn()
    study = ITEMS[0]
    claims = (Claim("waves", f"3 {HOSTILE}", value=3, source="arch"), Claim("waves", "four", value=4, source="cohorts"))
    origin = Origin(source="arch", record="r1", reader="x", date="2026-03-02")
    resource = msgspec.structs.replace(study.resource, claims=claims, origins=(origin,))
    service.items[study.id] = msgspec.structs.replace(study, resource=resource)
    for body in (b"one", b"two"):
        made = Record(
            source="arch", identifier="r1", media_type="text/plain", body=body, fetched="2026-03-02T11:00:00Z"
        )
        workshop.archive.store([made])
    client = TestClient(create_app(workshop.settings, service, workshop), base_url=ADDRESS)
    page = client.get(STUDY).text
    close(workshop, client)
    assert "Where the sources differ" in page
    assert "four" in page
    assert HOSTILE not in page
    assert "History of the record" in page
    assert "changed once" in page


def test_without_an_archive_no_history_is_promised(client: TestClient) -> None:
    assert "History of the record" not in client.get(STUDY).text


def test_files_stand_where_one_looks_for_the_data(client: TestClient) -> None:
    card = html.document_fromstring(client.get(STUDY).text).xpath("//section[@aria-labelledby='get']")[0]
    assert card.xpath(".//a[@href='https://arch.example.org/guide.pdf']")
