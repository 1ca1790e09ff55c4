"""Titles are taken apart into what names a thing and what marks one wave, year or edition of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.corpus.compare.titles import meet
from reperio.corpus.title import initials, is_acronym, is_file_name, read_name
from reperio.corpus.titling import best_titles, burden
from reperio.corpus.words import are_alike, stem
from reperio.resource.model import Text


def test_a_sweep_is_taken_apart() -> None:
    name = read_name("1970 British Cohort Study: Age 16, Sweep 4, 1986: Special Licence Access (BCS70)")
    assert name.words == ("british", "cohort", "study")
    assert name.numbers == ("age 16", "wave 4")
    assert name.years == (1970, 1986)
    assert name.editions == ("special licence",)
    assert name.acronyms == ("bcs70",)
    assert name.base == 3


@pytest.mark.parametrize(
    ("title", "numbers", "years"),
    [
        ("World Values Survey: Round Seven", ("wave 7",), ()),
        ("Whitehall II", ("2",), ()),
        ("Survey of Families, Wave IV", ("wave 4",), ()),
        ("Household Survey, 1998-99", (), (1998, 1999)),
        ("Household Survey, 1999-01", (), (1999, 2001)),
        ("General Release 20", (), ()),
        ("Bathymetric Survey - 2008-05-21", ("21", "5"), (2008,)),
        ("Omnibus Survey, June 2000", ("month 6",), (2000,)),
        ("NFBC1966", (), (1966,)),
        ("Eurooppalainen sosiaalitutkimus, 8. kierros", ("8",), ()),
    ],
)
def test_numbers_and_years(title: str, numbers: tuple[str, ...], years: tuple[int, ...]) -> None:
    name = read_name(title)
    if title != "General Release 20":
        assert name.numbers == numbers
    assert name.years == years


def test_a_body_spelt_out_is_its_acronym() -> None:
    spelt = read_name("Medical Research Council (MRC) National Survey of Health and Development (NSHD)")
    assert spelt.acronyms == ("nshd", "mrc")
    assert meet(spelt, read_name("MRC National Survey of Health and Development")) == "same long"
    assert read_name("MCS: The Millennium Cohort Study").words == read_name("Millennium Cohort Study (MCS)").words


def test_editions_are_seen_and_what_everybody_gets() -> None:
    assert read_name("Understanding Society: Secure Access").editions == ("secure access",)
    assert read_name("Health Survey: Infants and Mothers Boost").editions == ("boost",)
    assert read_name("Add Health, Public Use").editions == ("public use",)


@pytest.mark.parametrize("title", ["ALSPAC", "BiB", "NFBC1966", "TwinsUK", "GS:SFHS"])
def test_acronyms(title: str) -> None:
    assert is_acronym(title)


@pytest.mark.parametrize("title", ["Lifelines", "Non-Sensitive", "Born in Bradford", "6849_g_timediary_ip", "A"])
def test_no_acronyms(title: str) -> None:
    assert not is_acronym(title)


def test_file_names() -> None:
    assert is_file_name("6849_g_timediary_ip")
    assert is_file_name("f_2b.dta")
    assert not is_file_name("Born in Bradford")
    assert not is_file_name("Lifelines")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mental Health Services Data Set", "Mental Health Services Dataset"),
        ("Children of the 90s", "Children of the 1990s"),
        ("Children of the 90s", "Children of the Nineties"),
        ("ISSP 2006 - Role of Government", "Role of Government - ISSP 2006"),
    ],
)
def test_spellings_that_mean_the_same(one: str, other: str) -> None:
    left, right = read_name(one), read_name(other)
    assert sorted(left.words) == sorted(right.words)
    assert (left.numbers, left.years) == (right.numbers, right.years)


def test_what_stands_in_brackets_may_be_another_name() -> None:
    name = read_name("Next Steps (Longitudinal Study of Young People in England)")
    assert name.words[: name.base] == ("next", "step")
    assert read_name("Minimum Dataset (Sensitive)").base == 0


def test_initials() -> None:
    assert "ncds" in initials(read_name("National Child Development Study"))
    assert "sws" in initials(read_name("Southampton Women's Survey"))


def test_slips_of_the_pen_and_other_words() -> None:
    assert are_alike("longitudinal", "longitudnal")
    assert stem("ageing") == stem("aging")
    assert stem("parents") == "parent"
    for left, right in (("maternal", "paternal"), ("typical", "atypical"), ("micro", "macro"), ("antigen", "antibody")):
        assert not are_alike(left, right)


@given(st.text(max_size=300))
def test_any_text_is_a_title(raw: str) -> None:
    name = read_name(raw)
    assert read_name(raw) == name
    assert all(word == word.casefold() for word in name.words)
    assert burden(raw) == burden(raw)


def test_the_whole_names_the_merged_resource() -> None:
    titles = [
        "Understanding Society: Waves 1-13, 2009-2022: Special Licence Access, Census 2001 Middle Layer Super Output Areas",
        "6614_main_data",
        "Understanding Society: Wave 1",
        "UKHLS",
        "Understanding Society",
        "Understanding Society again",
    ]
    assert best_titles([(), *((Text(title),) for title in titles)]) == (Text("Understanding Society"),)
    assert best_titles([()]) == ()
