from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest

from reperio.query.constraints import Chip, as_words, read_constraints, title_key, with_chips
from reperio.query.constraints.line import levelled
from reperio.query.model import KEYWORD_FILTERS, RANGE_FILTERS, Chosen, Query, Span

CASES = Path(__file__).parents[2] / "bench" / "constraints" / "cases.tsv"


def shown(chip: Chip) -> str:
    if chip.span is not None:
        low, high = ("" if end is None else f"{end:.12g}" for end in (chip.span.lower, chip.span.upper))
        return f"{chip.facet}={low}..{high}"
    assert chip.chosen is not None
    return f"{chip.facet}={'|'.join(chip.chosen.values)}{'|?' if chip.chosen.unknown else ''}"


def read(text: str) -> tuple[set[str], str]:
    understood = read_constraints(text)
    return {shown(chip) for chip in understood.chips}, understood.text_left


def development_cases() -> list[tuple[str, set[str]]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(row["query"], {one for one in row["chips"].split("; ") if one}) for row in rows if row["split"] == "dev"]


def test_the_cases_are_there() -> None:
    cases = development_cases()
    assert len(cases) >= 150
    assert sum(not chips for _, chips in cases) >= len(cases) / 2


@pytest.mark.parametrize(("query", "chips"), development_cases())
def test_what_is_labelled_is_read(query: str, chips: set[str]) -> None:
    assert read(query)[0] == chips


def test_a_sentence_of_constraints() -> None:
    text = "UK birth cohort, depression at ages 10 to 16, over 5,000 people, open access"
    understood = read_constraints(text)
    assert understood.text_left == "depression"
    assert [(chip.facet, chip.label, chip.words) for chip in understood.chips] == [
        ("country", "Country: United Kingdom", "UK"),
        ("study_design", "Design: birth cohort", "birth cohort"),
        ("age", "Ages 10 to 16", "at ages 10 to 16"),
        ("sample_size", "At least 5,000 people", "over 5,000 people"),
        ("access", "Open access", "open access"),
    ]
    assert understood.chips[2].span == Span("age", 10.0, 16.0)
    assert understood.chips[2].kind == "range"
    assert understood.chips[0].kind == "values"


@pytest.mark.parametrize(
    ("text", "chips", "left"),
    [
        ("voting in france", {"country=FR"}, "voting"),
        ("Germany", {"country=DE"}, ""),
        ("depression U.K.", {"country=GB"}, "depression"),
        ("London, UK", {"country=GB"}, "London"),
        ("depression (UK)", {"country=GB"}, "depression"),
        ("malaria in Ghana under 5s", {"country=GH", "age=..4"}, "malaria"),
        ("wellbeing in Österreich", {"country=AT"}, "wellbeing"),
        ("the birth cohort", {"study_design=birth cohort"}, ""),
        ("longitudinal twin study", {"study_design=longitudinal", "study_design=twin"}, ""),
        ("cohort or panel studies", {"study_design=cohort|panel"}, ""),
        ("Finland twin study", {"country=FI", "study_design=twin"}, ""),
        ("from birth to age 5", {"age=0..5"}, ""),
        ("13–17 year-olds", {"age=13..17"}, ""),
        ("ages 5, 7 and 11", {"age=5..11"}, ""),
        ("before the age of 16", {"age=..15"}, ""),
        ("up to age 16, sleep", {"age=..16"}, "sleep"),
        ("sleep age 9 months", {"age=0.75..0.75"}, "sleep"),
        ("since the 1970s", {"year=1970.."}, ""),
        ("2010 onwards", {"year=2010.."}, ""),
        ("until 1989", {"year=..1989"}, ""),
        ("in Germany after 1945", {"country=DE", "year=1946.."}, ""),
        ("over a million people", {"sample_size=1000000.."}, ""),
        ("1,000-2,000 people", {"sample_size=1000..2000"}, ""),
        ("5k+ participants", {"sample_size=5000.."}, ""),
        ("British cohort studies", {"country=GB", "study_design=cohort"}, ""),
        ("Norwegian birth cohorts, sleep", {"country=NO", "study_design=birth cohort"}, "sleep"),
        ("suicide among men under 50", {"age=..49", "sex=all|male|?"}, "suicide"),
        ("n>=1000 burnout", {"sample_size=1000.."}, "burnout"),
        ("social class 1970-1990", {"year=1970..1990"}, "social class"),
        ("two or more waves", {"waves=2.."}, ""),
        ("more than 2 waves", {"waves=3.."}, ""),
        ("only men", {"sex=male"}, ""),
        ("men 65+", {"sex=all|male|?", "age=65.."}, ""),
        ("data in German", {"language=de"}, "data"),
        ("topic:anxiety Germany", {"country=DE"}, "topic:anxiety"),
        ('"depression" Germany', {"country=DE"}, '"depression"'),
        ("babies born in 2001 in the UK", {"country=GB"}, "babies born in 2001"),
    ],
)
def test_constraints(text: str, chips: set[str], left: str) -> None:
    assert read(text) == (chips, left)


@pytest.mark.parametrize(
    "text",
    [
        # places that are none, parts of countries, what is not where the data come from
        "Scotland and Ireland", "Ireland and Scotland", "Northern Ireland", "East Germany", "New Mexico",
        "Chile pepper",
        "Cuba Gooding", "us adults", "UK-wide", "non-UK", "outside the UK", "not in the UK", "Germany's energy",
        "Israel and Palestine", "Time use (Statistics Norway)", "US, investment, Africa",
        "migration to Germany", "between Germany and France", "UK vs Germany", "Turkish Germans", "Irish Travellers",
        "British adults in Spain", "Native American adults", "British Sign Language", "Anglo-Irish relations",
        "jordan", "China",
        # designs
        "cohort effect", "pregnancy cohort", "twin pregnancy", "parents of twins", "longitudinal wave",
        "longitudinal and cross-sectional weights",
        "panel study of income dynamics",
        "longitudinal aging study amsterdam",
        "mock trial",
        "qualitative comparative analysis", "time series analysis", "administrative data linkage",
        "household longitudinal study",
        # ages
        "over 65", "60 and over", "score 10 and over", "10 year old car", "25-year follow-up", "reading age 7",
        "aged care",
        "under-18s football", "deaths before age 75", "life expectation age 0", "children over 10 years", "18-24",
        "ages 65-", "aged 16 in 1970",
        # years
        "late 1990s", "since 9/11", "since 2008 crisis", "2020", "1984 by Orwell", "world war 1939-1945",
        "in 2020 lockdown",
        "arrived after 2004", "people born between 1946 and 1964", "Brexit vote in 2016", "early 2000s",
        # amounts
        "n = 1", "n=500", "BMI over 30", "over 1000 deaths", "over 5000 people killed",
        "more than 3 people in household",
        "gatherings over 100 people", "over 5.000 people", "p < 0.05", "3 waves", "over 30 children per class",
        "10,000 steps",
        # conditions
        "open access monographs", "open government data", "restricted data use", "access to open data",
        "publishing open data", "DNA methylation",
        "attitudes to genetic data", "women-only prison", "only children", "in English",
        "English-language proficiency",
        # syntax
        'depression "in Germany"', "Germ*", "anxiety OR Germany", "‘open access’",
        "https://example.org/in/Germany", "-UK",
    ],
)  # fmt: skip
def test_what_must_not_be_read(text: str) -> None:
    assert read(text) == (set(), text)


@pytest.mark.parametrize(
    "title",
    [
        "Danish National Birth Cohort", "danish national birth cohort", "finnish twin cohort", "Lothian Birth Cohort 1936",
        "growing up in australia", "Netherlands Twin Register", "uk household longitudinal study",
        "swedish twin registry data",
    ],
)  # fmt: skip
def test_names_of_studies_stay_whole(title: str) -> None:
    assert read(title)[0] == set()


def test_a_chip_says_where_it_stands() -> None:
    text = "anxiety in the Netherlands, aged 65+"
    first, second = read_constraints(text).chips
    assert text[first.start : first.end] == first.words == "in the Netherlands"
    assert text[second.start : second.end] == second.words == "aged 65+"


def test_sex_next_to_anything_but_an_age_is_a_topic() -> None:
    assert read("women in Sweden") == ({"country=SE"}, "women")


def test_known_titles_keep_their_words() -> None:
    titles = frozenset(map(title_key, ("Life in Germany", "Open Data")))
    text = "life in Germany, Germany"
    assert {chip.facet for chip in read_constraints(text).chips} == {"country"}
    assert read_constraints("sleep, life in Germany", titles=titles.__contains__).chips == ()
    assert read_constraints("sleep in Germany", titles=titles.__contains__).text_left == "sleep"
    assert read_constraints("OPEN data", titles=titles.__contains__).chips == ()
    assert read_constraints("sleep, open data", titles=titles.__contains__).text_left == "sleep"


def test_a_chip_turned_into_words_and_the_others_stay() -> None:
    text = "UK birth cohort, depression, open access"
    chips = read_constraints(text).chips
    leave = as_words((), chips[1])
    again = read_constraints(text, leave)
    assert leave == ("birth cohort",)
    assert [chip.facet for chip in again.chips] == ["country", "access"]
    assert again.text_left == "birth cohort, depression"
    both = as_words(leave, chips[0])
    assert both == ("birth cohort", "uk")
    assert read_constraints(text, both).text_left == "UK birth cohort, depression"
    assert as_words(both, chips[0]) == both


def test_alternatives_are_left_together() -> None:
    (chip,) = read_constraints("cohort or panel studies").chips
    assert chip.words == "cohort or panel studies"
    assert chip.label == "Design: cohort or panel"
    assert read_constraints("cohort or panel studies", as_words((), chip)).chips == ()


def test_a_query_with_its_chips_as_filters() -> None:
    query = Query(text="longitudinal twin study of sleep in Sweden after 2000", chosen=(Chosen("access", ("open",)),))
    asked = with_chips(query, read_constraints(query.text))
    assert asked.text == "sleep"
    assert asked.chosen == (
        Chosen("access", ("open",)), Chosen("country", ("SE",)), Chosen("study_design", ("longitudinal",)),
        Chosen("study_design", ("twin",)),
    )  # fmt: skip
    assert asked.spans == (Span("year", lower=2001.0),)


def test_countries_named_apart_are_alternatives() -> None:
    query = Query(text="sleep in Sweden, diet in Norway")
    asked = with_chips(query, read_constraints(query.text))
    assert asked.chosen == (Chosen("country", ("NO", "SE")),)


def test_a_query_without_chips_is_itself() -> None:
    query = Query(text="wave 2", spans=(Span("age", 1.0, 2.0),))
    assert with_chips(query, read_constraints(query.text)) == query


def test_a_chip_sets_a_filter_that_there_is() -> None:
    for query, _ in development_cases():
        for chip in read_constraints(query).chips:
            facets = RANGE_FILTERS if chip.kind == "range" else KEYWORD_FILTERS
            assert chip.facet in facets
            assert (chip.span or chip.chosen).facet == chip.facet  # type: ignore[union-attr]


def test_a_text_too_long_is_no_statement_of_constraints() -> None:
    text = "in Germany " * 200
    assert read_constraints(text).chips == ()
    assert read_constraints(text).text_left == text


def test_levelling_keeps_offsets() -> None:
    assert levelled("Österreich – it’s\tß") == "osterreich - it's ß"
    assert len(levelled("İŒ\ufffc\x1e")) == 4


def test_reading_is_quick() -> None:
    read_constraints("warm")
    typical = "UK birth cohort, depression at ages 10 to 16, over 5,000 people, open access"
    long = ("attitudes to Germany and wave 2 of the 1970 British Cohort Study aged over people 10 to " * 20)[:1000]
    assert _fastest(typical) < 0.010
    assert _fastest(long) < 0.060


def _fastest(text: str) -> float:
    times = []
    for _ in range(5):
        started = time.perf_counter()
        read_constraints(text)
        times.append(time.perf_counter() - started)
    return min(times)
