"""Variables as a first-class thing: how to get and to cite them, when they were asked, instruments, coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import pytest
from fastapi.testclient import TestClient
from lxml import html

from reperio.corpus.model import Item
from reperio.index.ask import FacetCounts
from reperio.query.model import Query
from reperio.resource.fields import Resource
from reperio.resource.model import Concept, Text
from reperio.settings import Settings
from reperio.text.dates import Period
from reperio.web.again import times
from reperio.web.app import create_app
from reperio.web.charts.waves import Asked, waves
from reperio.web.coverage import in_order
from web.standin import HOSTILE, STUDY, StandIn

SDQ = "Strengths and Difficulties Questionnaire (SDQ)"


def _variable(number: int, label: str, wave: str, file: str, topic: str, informant: str | None = None) -> Item:
    resource = Resource(
        id=f"arch/1001/{file}/v{number}",
        kind="variable",
        source="arch",
        name=f"v{number}",
        titles=(Text(label),),
        part_of=(f"arch/1001/{file}",),
        wave=wave,
        instruments=(SDQ,),
        concepts=(Concept(topic),),
        informant=informant,
    )
    return Item(resource=resource, slug=resource.uuid, members=(resource.id,), sources=("arch",))


FILES = tuple(
    Item(
        resource=Resource(
            id=f"arch/1001/w{wave}",
            kind="dataset",
            source="arch",
            titles=(Text(f"wave_{wave}"),),
            part_of=("arch/1001",),
        ),
        slug=f"w{wave}",
        members=(f"arch/1001/w{wave}",),
        sources=("arch",),
        variables=3,
    )
    for wave in (1, 2)
)
VARIABLES = (
    _variable(1, "A1: Is often unhappy", "Wave 1 (1999), age 7", "w1", "Mood", "mother"),
    _variable(2, "B4: Is often unhappy", "Wave 2 (2003-04), age 11", "w2", "Mood", "mother"),
    _variable(3, "Restless", "Wave 1 (1999), age 7", "w1", "Conduct", "teacher"),
    _variable(4, "Restless, self-report", "Wave 2 (2003-04), age 11", "w2", "Conduct"),
    _variable(5, HOSTILE, "Wave 2 (2003-04), age 11", "w2", HOSTILE),
)


class Small(StandIn):
    """The stand-in with a study of two waves and an instrument."""

    def __init__(self) -> None:
        super().__init__()
        self.items |= {item.id: item for item in (*FILES, *VARIABLES)}

    def each(self, query: Query, *, limit: int) -> tuple[int, Iterator[Item]]:
        return len(VARIABLES), iter(VARIABLES[:limit])

    def total(self, query: Query) -> int:
        return len(VARIABLES) + 1

    def facets(self, query: Query, names: Sequence[str] = (), *, size: int = 50) -> dict[str, FacetCounts]:
        if query.scope != "variable":
            return super().facets(query, names, size=size)
        waves_chosen = {value for one in query.chosen if one.facet == "wave" for value in one.values}
        held = [one.resource for one in VARIABLES if not waves_chosen or one.resource.wave in waves_chosen]
        counted = {
            "wave": Counter(one.wave for one in held),
            "topic": Counter(one.concepts[0].label for one in held),
            "instrument": Counter(SDQ for _ in held),
        }
        return {name: FacetCounts(name, tuple(counted[name].most_common(size))) for name in names if name in counted}


@pytest.fixture
def small() -> Iterator[TestClient]:
    app = create_app(Settings(public_url="https://find.example.org"), Small())
    with TestClient(app, base_url="https://find.example.org") as client:
        yield client


def drawn(client: TestClient, path: str) -> html.HtmlElement:
    response = client.get(path)
    assert response.status_code == 200, response.text[:400]
    assert "<script>alert" not in response.text
    return html.document_fromstring(response.text)


def said(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_a_variable_tells_how_its_data_are_had_and_cited(small: TestClient) -> None:
    root = drawn(small, f"/search/items/{VARIABLES[0].slug}")
    get = root.xpath("//section[@aria-labelledby='get']")[0]
    assert STUDY.title in said(get)
    assert "wave_1" in said(get)
    assert get.xpath(".//a[@href='https://doi.org/10.1234/arch-1001']")
    cite = said(root.xpath("//section[@aria-labelledby='cite']")[0])
    assert "v1: A1: Is often unhappy [Variable]. In Growing Up and Sleeping Well Survey, wave_1" in cite
    files = root.xpath("//section[@aria-labelledby='as']//a/@href")
    assert any(".csv?item=" in url for url in files)
    assert any(".xlsx?item=" in url for url in files)
    table = small.get(next(url for url in files if ".csv?item=" in url))
    assert table.status_code == 200
    assert "v1" in table.text
    assert "v3" not in table.text


def test_the_api_cites_a_variable_like_the_page(small: TestClient) -> None:
    cited = small.get(f"/api/v1/items/{VARIABLES[0].slug}/citation?format=apa").text
    assert "[Variable]. In Growing Up and Sleeping Well Survey, wave_1" in cited


def test_an_instrument_tells_its_studies_versions_and_items(small: TestClient) -> None:
    root = drawn(small, "/search/instruments/sdq")
    used = root.xpath("//section[@aria-labelledby='used-in']//tbody/tr")[0]
    assert STUDY.title in said(used)
    assert "1999–2004" in said(used)
    assert "7–11" in said(used)
    assert "Parent report, Teacher report, Self-report" in said(used)
    items = root.xpath("//section[@aria-labelledby='items-found']//tbody/tr")
    assert said(items[0]).endswith("1 2 variables: A1: Is often unhappy") or "Is often unhappy" in said(items[0])
    assert [link.text_content() for link in items[0].xpath(".//td[2]/a")] == ["2"], "numbers of items do not part them"
    versions = said(root.xpath("//section[@aria-labelledby='who']")[0])
    assert "Parent report 2 variables, 1 study" in versions
    marks = root.xpath("//section[@aria-labelledby='used-in']//*[local-name()='svg']//*[local-name()='a']/@aria-label")
    assert any("Wave 1 (1999)" in mark for mark in marks)


def test_coverage_is_drawn_and_every_mark_leads_to_its_search(small: TestClient) -> None:
    root = drawn(small, f"/search/studies/{Small().items['arch/1001'].slug}")
    section = root.xpath("//section[@aria-labelledby='coverage']")[0]
    dots = section.xpath(".//*[local-name()='circle']/parent::*")
    cells = section.xpath(".//table//td/a")
    assert len(dots) == len(cells) == 5
    assert {dot.get("href") for dot in dots} == {cell.get("href") for cell in cells}
    assert all("wave=" in dot.get("href") for dot in dots)
    assert any(dot.get("aria-label") == "Mood, Wave 1 (1999), age 7: 1" for dot in dots)
    assert [said(head) for head in section.xpath(".//thead/tr/th")] == [
        "Wave 1 (1999), age 7",
        "Wave 2 (2003-04), age 11",
    ]


@pytest.mark.parametrize(
    ("wave", "years"),
    [("Wave 2 (2005)", (2005, 2005)), ("2009-10", (2009, 2010)), ("1999/2000", (1999, 2000)), ("Wave 2", (None, None))],
)
def test_years_are_read_from_the_names_of_waves(wave: str, years: tuple[int | None, int | None]) -> None:
    item = _variable(1, "x", wave, "w1", "Mood")
    assert times(item, (Small().items["arch/1001"], FILES[0])) == years


def test_a_long_study_says_nothing_of_when_one_of_its_waves_was() -> None:
    long = Resource(id="a/s", kind="study", source="a", temporal=(Period("1970", "2020"),))
    short = Resource(id="a/t", kind="study", source="a", temporal=(Period("1970", "1971"),))
    variable = Resource(id="a/v", kind="variable", source="a")
    held = Item(resource=variable, slug="v", members=("a/v",), sources=("a",))
    for study, expected in ((long, (None, None)), (short, (1970, 1971))):
        above = Item(resource=study, slug="s", members=(study.id,), sources=("a",))
        assert times(held, (above,)) == expected


def test_waves_are_drawn_by_study_and_the_untimed_beside() -> None:
    def asked(study: str, label: str, year: int | None, *, own: bool = False) -> Asked:
        return Asked(study=study, study_url="/s", label=label, url="/v", first=year, last=year, is_own=own)

    drawing = waves(
        [asked("B", "w1", 2001, own=True), asked("B", "w2", 2005), asked("A", "w1", 2010), asked("A", "?", None)]
    )
    assert drawing is not None
    assert [lane.label for lane in drawing.lanes] == ["B", "A"]
    assert drawing.has_own
    first, second = drawing.lanes[0].marks
    assert first.x < second.x < drawing.edge
    assert drawing.lanes[1].untimed[0].x > drawing.edge
    assert waves([asked("A", "w1", 2010)]) is None
    assert waves([asked("A", "a", None), asked("A", "b", None)]) is None


def test_a_wave_is_named_without_its_study_and_with_its_years_once() -> None:
    def asked(label: str, first: int, last: int) -> Asked:
        return Asked(study="Whitehall II", study_url="/s", label=label, url="/v", first=first, last=last, is_own=False)

    drawing = waves([asked("Whitehall II: Phase 5 (1997-1999)", 1997, 1999), asked("Phase 7", 2003, 2004)])
    assert drawing is not None
    assert [mark.name for mark in drawing.lanes[0].marks] == ["Phase 5 (1997-1999)", "Phase 7, 2003–2004"]


def test_waves_stand_in_the_order_of_their_years_then_numbers() -> None:
    assert sorted(["Wave 10", "Wave 2", "Third (1995)", "B (2001)"], key=in_order) == [
        "Third (1995)", "B (2001)", "Wave 2", "Wave 10",
    ]  # fmt: skip
