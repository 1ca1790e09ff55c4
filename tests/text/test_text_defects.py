"""The original product's errors of normalising, each turned into what is right."""

from __future__ import annotations

import pytest

from reperio.text.ages import AgeRange, find_ages, read_ages
from reperio.text.dates import Period, interval, read_date, read_period, years
from reperio.text.designs import read_designs, read_genetic, read_sex
from reperio.text.html import one_line, plain_text
from reperio.text.identifiers import Identifier, find_dois, read_identifier
from reperio.text.languages import read_language
from reperio.text.places import Place, read_places
from reperio.text.sizes import Size, read_sizes
from reperio.text.slugs import slugify, uuid_of


@pytest.mark.parametrize("raw", ["female", "Female", "women", "Women only", "girls", "pregnant women"])
def test_female_is_not_all(raw: str) -> None:
    assert read_sex(raw) == "female"


@pytest.mark.parametrize("raw", ["Human", "mental health", "", "management", "Germany", "semantics", "Isle of Man"])
def test_man_inside_a_word_is_no_man(raw: str) -> None:
    assert read_sex(raw) is None


@pytest.mark.parametrize(
    ("raw", "lower", "upper"),
    [
        ("16, 18 and 20", 16, 20), ("0-6 months", 0, 0.5), ("18+", 18, None), ("Birth to 11", 0, 11), ("100+", 100, None),
        ("Adults 65-110", 65, 110), ("11-16 years", 11, 16), ("7", 7, 7), ("6 weeks", 0.115, 0.115), ("3 to 18 months", 0.25, 1.5),
    ],
)  # fmt: skip
def test_ages(raw: str, lower: float | None, upper: float | None) -> None:
    assert read_ages(raw) == AgeRange(lower, upper)


def test_unknown_ages_have_no_stand_in() -> None:
    assert read_ages("Varied") is None
    assert read_ages("18+") == AgeRange(lower=18.0)  # and not 18 to 999
    assert read_ages("under 5") == AgeRange(upper=4.0)  # and not 0 or 999


def test_ages_stated_in_an_abstract_are_found() -> None:
    assert find_ages("Interviews were held with 34 people with an age range of 18 and 64.") == AgeRange(18, 64)


@pytest.mark.parametrize(
    "prose",
    [
        "People aged 16-24 were excluded from the sample.",
        "The mean age of the sample was 16 to 18 years old.",
        "A study of 18 to 24 schools.",
    ],
)
def test_ages_in_doubt_are_not_found(prose: str) -> None:
    assert find_ages(prose) is None


@pytest.mark.parametrize(
    ("raw", "count"),
    [
        ("10.5% of 5,000", 5000),
        ("1.2 million", 1_200_000),
        ("Wave 1: 20,000", 20_000),
        ("n=17 415", 17_415),
        ("2008 interviews, 500 people", 500),
    ],
)
def test_the_first_integer_is_not_the_size(raw: str, count: int) -> None:
    assert read_sizes(raw)[0].count == count


def test_people_come_before_interviews() -> None:
    assert read_sizes("2008 interviews, 500 people") == (Size(500, "participants"), Size(2008, "records"))


@pytest.mark.parametrize("raw", ["", "unknown", "45%", "aged 16-64", "in 1998", "Wave 3", "5 years", "£500"])
def test_what_is_no_size_gives_none(raw: str) -> None:
    assert read_sizes(raw) == ()


def test_years_before_1900_are_kept() -> None:
    period = read_period("1851 to 1911")
    assert period is not None
    assert years(period) == (1851, 1911)


SPELLINGS = (
    "http://dx.doi.org/10.5255/UKDA-SN-855318", "https://doi.org/10.5255/UKDA-SN-855318", "10.5255/UKDA-SN-855318", "doi:10.5255/ukda-sn-855318",
    "DOI: 10.5255/UKDA-SN-855318.", "https://www.doi.org/10.5255/UKDA-SN-855318", "info:doi/10.5255/UKDA-SN-855318", "https://doi.org/10.5255%2FUKDA-SN-855318",
    " 10.5255/UKDA-SN-855318 ", "<https://doi.org/10.5255/UKDA-SN-855318>", "hdl:10.5255/UKDA-SN-855318", "https://doi.org/10.5255/UKDA-SN-855318</a>",
)  # fmt: skip


@pytest.mark.parametrize("raw", SPELLINGS)
def test_dois_have_one_form(raw: str) -> None:
    assert read_identifier(raw) == Identifier("doi", "10.5255/ukda-sn-855318")


def test_dois_end_before_the_text_behind_them() -> None:
    prose = (
        '<a href="https://doi.org/10.5255/UKDA-SN-1">UKDA</a> and (10.5255/UKDA-SN-2), '
        '"10.5255/ukda-sn-1". Not version 10.2/x.'
    )
    assert find_dois(prose) == ("10.5255/ukda-sn-1", "10.5255/ukda-sn-2")


def test_brackets_inside_a_doi_stay() -> None:
    assert find_dois("see 10.1016/S0140-6736(05)61233-7).") == ("10.1016/s0140-6736(05)61233-7",)


@pytest.mark.parametrize("raw", ["", "Nationwide", "n/a", "unknown"])
def test_no_country_is_no_country(raw: str) -> None:
    assert read_places(raw) == ()


def test_an_unknown_place_is_not_british() -> None:
    assert read_places("Middle-earth") == (Place("Middle-earth"),)


def test_uk_is_gb() -> None:
    assert read_places("UK") == (Place("UK", "GB"),)


def test_nations_of_the_uk() -> None:
    assert read_places("England, Scotland; Wales and Northern Ireland") == (
        Place("England", "GB", "GB-ENG"),
        Place("Scotland", "GB", "GB-SCT"),
        Place("Wales", "GB", "GB-WLS"),
        Place("Northern Ireland", "GB", "GB-NIR"),
    )


@pytest.mark.parametrize("raw", ["", "unknown", "und", "various"])
def test_no_language_is_not_english(raw: str) -> None:
    assert read_language(raw) is None


def test_negation_of_designs_is_heard() -> None:
    assert read_designs("not longitudinal") == ()
    assert read_designs("This is a geographical description") == ()
    assert read_designs("Qualitative Interviews with Families") == ("qualitative",)


@pytest.mark.parametrize(
    ("raw", "genetic"),
    [("no genetic data", False), ("genetic data", True), ("genealogy", None), ("general genetic interest", None)],
)
def test_genetic_data(raw: str, genetic: bool | None) -> None:
    assert read_genetic(raw) is genetic


def test_periods_are_iso_intervals() -> None:
    period = read_period("2017..2022")
    assert period is not None
    assert interval(period) == "2017/2022"
    assert interval(Period("1999", ongoing=True)) == "1999/.."
    assert interval(Period(end="1999")) == "../1999"
    assert interval(Period("1999", "1999")) == "1999"
    assert interval(Period()) == ""


def test_a_date_that_cannot_be_is_none() -> None:
    assert read_date("30 February 1999") is None
    assert read_date("1998 or so to 2001") is None


@pytest.mark.parametrize("raw", ["WarwickâEdinburgh", "Warwick\u00e2\u0080\u0093Edinburgh", "Warwickâ€“Edinburgh"])
def test_broken_characters_are_mended(raw: str) -> None:
    assert plain_text(raw) == "Warwick–Edinburgh"


@pytest.mark.parametrize("raw", ["CAFÉ” and “IRMÔ", "âge", "Ärzte", "Übersicht", "naïve"])
def test_good_characters_are_left(raw: str) -> None:
    assert plain_text(raw) == raw


def test_markup_becomes_lines() -> None:
    assert plain_text("<p>One</p><p>Two<br>three</p><ul><li>a</li><li>b</li></ul>") == "One\n\nTwo\nthree\n\na\nb"
    assert plain_text("<script>alert(1)</script>Text<style>p{}</style> &amp; more") == "Text & more"
    assert plain_text("&lt;p&gt;Escaped&lt;/p&gt; twice &amp;amp; more") == "Escaped\n\ntwice & more"
    assert plain_text("Wages &lt; 5 and p<0.05; income <low and x > 3") == "Wages < 5 and p<0.05; income <low and x > 3"
    assert one_line("A title\n   broken by XML") == "A title broken by XML"


def test_slug_and_uuid_are_the_originals() -> None:
    assert slugify("Television: the Public's View, 2000") == "television-the-public-s-view-2000"
    assert uuid_of("ukds/855318") == "737aa5a75b96c25093f65ba075970ec7"
    assert slugify("Größe & Ærø") == "grosse-aero"
    long = slugify("word " * 100)
    assert len(long) <= 220
    assert not long.endswith("-")
