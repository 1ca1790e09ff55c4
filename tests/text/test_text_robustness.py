"""What holds for every function of the room: no string makes it raise, and none makes it slow."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperio.text.access import read_access
from reperio.text.ages import AgeRange, find_ages, read_ages
from reperio.text.characters import fold
from reperio.text.dates import interval, read_date, read_period, years
from reperio.text.designs import read_designs, read_genetic, read_sex
from reperio.text.html import one_line, plain_text, summary
from reperio.text.identifiers import find_dois, read_identifier
from reperio.text.languages import language_name, read_language
from reperio.text.licences import read_licence
from reperio.text.mojibake import mend
from reperio.text.places import country_name, read_places, subdivision_name
from reperio.text.sizes import read_sizes
from reperio.text.slugs import slugify, uuid_of

FUNCTIONS: tuple[Callable[[str], object], ...] = (
    read_access, read_ages, find_ages, fold, read_period, read_date, read_designs, read_genetic, read_sex, plain_text, one_line, summary,
    find_dois, read_identifier, read_language, language_name, read_licence, mend, read_places, country_name, subdivision_name, read_sizes,
    slugify, uuid_of,
)  # fmt: skip
WORDS = [
    "1999",
    "2004-05",
    "31",
    "00",
    "-",
    "–",
    "/",
    "..",
    "to",
    "and",
    ",",
    ";",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    "&",
    "&amp;",
    "&lt;p&gt;",
    "<p>",
    "</p>",
    "<b",
    "<!--",
    "-->",
    "<![CDATA[",
    "10.5255/",
    "doi:",
    "https://doi.org/",
    "age",
    "aged",
    "18+",
    "years",
    "months",
    "under",
    "over",
    "Birth",
    "n=",
    "1.2",
    "million",
    "%",
    "wave",
    "1:",
    "people",
    "households",
    "not",
    "longitudinal",
    "cohort",
    "twin",
    "genetic",
    "no",
    "DNA",
    "women",
    "men",
    "UK",
    "England",
    "Georgia",
    "USA",
    "and",
    "Limburg,",
    "Belgium",
    "May",
    "March",
    "12",
    "spring",
    "century",
    "19th",
    "1970s",
    "since",
    "present",
    "BC",
    "CC",
    "BY",
    "4.0",
    "licence",
    "open",
    "access",
    "â€™",
    "Ã©",
    "\x00",
    "\x93",
    "ark:/12345/",
    "urn:nbn:de:",
    "orcid.org/",
    "0000-0002-1825-0097",
    "https://",
    "�",
    "́",
    "\u202e",
    "en",
    "nl",
    "1/2/",
    "9999",
    "X",
    "?",
    "~",
    "\n",
    "\t",
]
STATEMENTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=12).map("".join),
)
LONG = 1_000_000
HOSTILE = {
    "letters": "a" * LONG,
    "digits": "9" * LONG,
    "blanks": " " * LONG,
    "newlines": "\n" * LONG,
    "dashes": "-" * LONG,
    "less": "<" * LONG,
    "tags": "<a" * (LONG // 2),
    "open tags": "<p x=" * (LONG // 5),
    "ampersands": "&" * LONG,
    "marks": "e" + "\u0301\u0323" * (LONG // 2),
    "dois": "10.1234/" * (LONG // 8),
    "years": "1999-" * (LONG // 5),
    "months": "may " * (LONG // 4),
    "commas": "a, " * (LONG // 3),
    "ands": "x and " * (LONG // 6),
    "brackets": "(" * LONG,
    "ages": "aged 18 to " * (LONG // 11),
    "sizes": "1 234 " * (LONG // 6),
    "negations": "not " * (LONG // 4),
    "mojibake": "Ã©" * (LONG // 2),
    "dots": "a." * (LONG // 2),
    "words": "longitudinal cohort study of men and women aged 16 genetic dna open access licence " * (LONG // 84),
}


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
@settings(max_examples=80, deadline=None)
@given(text=STATEMENTS)
def test_no_string_makes_a_function_raise(function: Callable[[str], object], text: str) -> None:
    result = function(text)
    assert result == function(text)  # pure: the same again


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_is_read_in_a_moment(function: Callable[[str], object], name: str) -> None:
    function("warm")
    start = time.process_time()
    function(HOSTILE[name])
    assert time.process_time() - start < 4.0


@settings(max_examples=300, deadline=None)
@given(STATEMENTS)
def test_a_period_survives_writing_and_reading(text: str) -> None:
    period = read_period(text)
    if period is None:
        return
    again = read_period(interval(period))
    assert again is not None
    assert (again.start, again.end) == (period.start, period.end)
    first, last = years(period)
    assert first is None or last is None or first <= last


@settings(max_examples=200, deadline=None)
@given(STATEMENTS)
def test_what_is_read_is_in_order_and_in_bounds(text: str) -> None:
    ages = read_ages(text) or AgeRange()
    assert ages.lower is None or ages.upper is None or 0 <= ages.lower <= ages.upper <= 150
    assert all(size.count > 0 for size in read_sizes(text))
    assert len(summary(text)) <= 160
    assert len(slugify(text)) <= 220


@settings(max_examples=300, deadline=None)
@given(STATEMENTS)
def test_plain_text_holds_no_control_characters_nor_doubled_blanks(text: str) -> None:
    plain = plain_text(text)
    assert not any(ord(c) < 32 and c != "\n" for c in plain)
    assert not any(0xD800 <= ord(c) <= 0xDFFF for c in plain)
    assert "  " not in plain
    assert "\n\n\n" not in plain
    assert plain == plain.strip()
