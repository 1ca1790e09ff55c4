"""The score: what must merge, what must not, and why."""

from __future__ import annotations

import csv
import itertools
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.corpus.blocking import strong_keys, weak_keys
from reperio.corpus.compare import (
    acronyms,
    descriptions,
    designs,
    editions,
    identifiers,
    kinds,
    markers,
    people,
    places,
    sizes,
    titles,
    years,
)
from reperio.corpus.profile import Profile, link_key, profile_of, resemblance, sketch_of
from reperio.corpus.score import COMPARERS, RULES, Rules, compare, logistic, score
from reperio.corpus.title import spells
from reperio.corpus.weights import WEIGHTS
from reperio.resource.fields import Resource
from reperio.resource.model import Agent, Text
from reperio.text.dates import read_period
from reperio.text.identifiers import Identifier
from reperio.text.places import read_places
from reperio.text.sizes import Size


def profile(identity: str, title: str, *, years: str = "", place: str = "", who: str = "", **more: Any) -> Profile:
    period = read_period(years) if years else None
    doi = more.pop("doi", None)
    others = more.pop("aliases", ())
    return profile_of([
        Resource(
            id=identity, kind=more.pop("kind", "study"), source=identity.split("/", maxsplit=1)[0], titles=(Text(title),),
            alternate_titles=tuple(map(Text, others)), temporal=(period,) if period else (),
            spatial=read_places(place) if place else (), publishers=(Agent(who),) if who else (),
            identifiers=(Identifier("doi", doi),) if doi else (), **more,
        )
    ])  # fmt: skip


def test_a_cohort_under_two_names_is_one() -> None:
    scored = score(
        profile("a/alspac", "Avon Longitudinal Study of Parents & Children (ALSPAC)", years="1990/..", place="England"),
        profile("b/71", "Avon Longitudinal Study of Parents and Children", aliases=["ALSPAC"], years="1991/..",
                place="England"),
    )  # fmt: skip
    assert scored.probability >= RULES.accept
    assert [reason.feature for reason in scored.reasons][:2] == ["title", "acronym"]
    assert scored.reasons[1].left == scored.reasons[1].right == "alspac"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (
            "National Child Development Study: Age 23, Sweep 4, 1981",
            "National Child Development Study: Age 33, Sweep 5, 1991",
        ),
        ("Understanding Society", "Understanding Society: Special Licence Access"),
        ("Wealth and Assets Survey", "Wealth and Assets Survey: Secure Access"),
        ("Health Survey for England, 2010", "Health Survey for England, 2011"),
        ("Health Survey for England, 2002", "Health Survey for England, 2002: Infants and Mothers Boost"),
        ("National Joint Registry - Primary Hip Replacement", "National Joint Registry - Primary Knee Replacement"),
        ("European Social Survey Round 4", "European Social Survey Round 4 - Germany"),
        ("Minimum Dataset v4 (Sensitive) Events", "Minimum Dataset v4 (Non-Sensitive) Events"),
        ("HILDA Survey, GENERAL RELEASE 20", "HILDA Survey, GENERAL RELEASE 19"),
    ],
)
def test_look_alikes_are_refused_though_all_else_agrees(left: str, right: str) -> None:
    same = {"place": "England", "who": "UK Data Service", "abstracts": (Text("The same words here, " * 9),)}
    scored = score(profile("a/1", left, **same), profile("b/1", right, **same))
    assert scored.probability < RULES.accept
    assert score(profile("a/1", left, **same), profile("b/1", left, **same)).probability >= RULES.accept


def test_a_bare_acronym_is_a_name_only_of_the_same_people() -> None:
    spelt = "Survey of Income and Program Participation (SIPP)"
    bureau = {"who": "U.S. Census Bureau"}
    assert score(profile("a/1", spelt, **bureau), profile("b/1", "SIPP", **bureau)).probability >= RULES.accept
    assert score(profile("a/1", spelt), profile("b/1", "SIPP")).probability < RULES.accept
    title = "Measuring Grief: A Short Ecological Assessment (PGS-SEA) Scale"
    assert score(profile("a/1", title), profile("b/1", "SEA")).probability < RULES.review


def test_other_people_have_another_thing_only_of_a_title_that_many_bear() -> None:
    def level(title: str, other: str, **more: Any) -> str:
        met = {one.feature: one.level for one in compare(
            profile("a/1", title, who="University of Edinburgh", **more), profile("b/1", other, who="NHS Fife", **more)
        )}  # fmt: skip
        return met["people"]

    assert level("Scottish Family Health Study", "Scottish Family Health Study (SFHS)") == "elsewhere"
    assert level("Emergency Care Dataset", "Emergency Care Dataset") == "namesake"
    assert level("Growing Up in Scotland", "Growing Up in Scotland") == "differ"
    assert level("Growing Up in Scotland (GUS)", "Growing Up in Scotland (GUS)", years="2005") == "elsewhere"


def test_a_study_that_publishes_itself_and_a_body_that_became_another_do_not_differ() -> None:
    title = "Scottish Family Health Study (SFHS)"
    itself = profile("a/1", title, who="SFHS Study Team")
    assert people.compare(itself, profile("b/1", title, who="University of Edinburgh")).level == "none"
    before, now = profile("a/1", title, who="NHS Digital"), profile("b/1", title, who="NHS England")
    assert people.compare(before, now).level == "shared"


def test_the_same_long_title_of_two_custodians_is_one() -> None:
    held = {"years": "2006/..", "place": "Scotland"}
    left = profile(
        "a/1", "Generation Scotland: Scottish Family Health Study", who="Tissue Bank", kind="dataset", **held
    )
    right = profile("b/1", "Generation Scotland: Scottish Family Health Study (GS:SFHS)", who="Edinburgh", **held)
    assert score(left, right).probability >= RULES.accept
    for title in ("Prescribing", "Demography", "Diabetes", "Household Survey", "Emergency Care Dataset"):
        one = profile("a/1", title, who="NHS Fife", **held)
        assert score(one, profile("b/1", title, who="Barts Health", **held)).probability < RULES.accept


def test_an_edition_that_a_shared_acronym_spells_is_of_the_name() -> None:
    spelt = "Wessex Research into Ethnicity And COVID-19 outcomes (WREACO)"
    assert editions.compare(profile("a/1", "WREACO (WREACO)"), profile("b/1", spelt)).level == "none"
    assert editions.compare(profile("a/1", "WREACO"), profile("b/1", "WREACO: COVID-19 Survey (WREACO)")).level == "one"


def test_an_acronym_beside_the_same_name_fits_it() -> None:
    assert (
        acronyms.compare(profile("a/1", "Growing Up in Scotland"), profile("b/1", "Growing Up in Scotland (GUS)")).level
        == "fits"
    )
    assert (
        acronyms.compare(profile("a/1", "Growing Up in Scotland"), profile("b/1", "Growing Up in Scotland (XQZ)")).level
        == "none"
    )
    assert spells("alspac", "Avon Longitudinal Study of Parents and Children")
    assert spells("bcs70", "British Cohort Study")
    assert not spells("gux", "Growing Up in Scotland")


def test_parent_and_child_siblings_and_ids_of_one_source_are_refused() -> None:
    study = profile("a/1", "Born in Bradford", years="2007")
    child = profile("b/1", "Born in Bradford", years="2007", part_of=("a/1",))
    sibling = profile("c/1", "Born in Bradford", years="2007", part_of=("a/1",))
    twin = profile("a/2", "Born in Bradford", years="2007")
    for left, right, why in (
        (study, child, "parent and child"), (child, sibling, "siblings"), (study, twin, "one source"),
    ):  # fmt: skip
        scored = score(left, right)
        assert scored.refused
        assert scored.probability == 0.0
        assert scored.reasons[0].level == why
        assert "refused" in scored.why


def test_a_doi_of_a_paper_merges_nothing_within_a_source() -> None:
    hip = profile(
        "a/1", "National Joint Registry - Primary Hip Replacement", doi="10.1302/2058", who="HQIP", years="2003"
    )
    knee = profile(
        "a/2", "National Joint Registry - Primary Knee Replacement", doi="10.1302/2058", who="HQIP", years="2003"
    )
    assert score(hip, knee).probability < RULES.review
    again = profile(
        "a/3", "National Joint Registry - Primary Hip Replacement", doi="10.1302/2058", who="HQIP", years="2003"
    )
    assert score(hip, again).probability >= RULES.accept


def test_versions_of_a_doi_and_two_dois_of_one_agency() -> None:
    first = profile("a/1", "One", doi="10.5255/ukda-sn-6614-18")
    second = profile("b/1", "One", doi="10.5255/ukda-sn-6614-19")
    other = profile("b/2", "One", doi="10.5255/ukda-sn-6931-1")
    assert identifiers.compare(first, second).level == "version"
    assert identifiers.compare(first, other).level == "other doi"


def test_rows_of_a_file_are_no_sample_size() -> None:
    held = profile("a/1", "One", sizes=(Size(97782, "records"), Size(4741, "participants")))
    assert held.sizes == (4741,)


def test_titles_meet_at_every_level() -> None:
    def level(left: str, right: str) -> str:
        return titles.compare(profile("a/1", left), profile("b/1", right)).level

    assert level("Scottish Family Health Study", "Scottish Family Health Study") == "same long"
    assert level("National Child Development Study", "National Child Development Study") == "same study"
    assert level("Millennium Cohort Study", "Millennium Cohort Study") == "same study"
    assert level("Lifelines", "Lifelines") == "same name"
    assert level("Lifelines", "Lifelines Cohort Study") == "nearly"
    assert level("Diabetes", "Diabetes") == "same short"
    assert level("Next Steps", "Next steps") == "same name"
    assert level("Household Survey", "Household Survey") == "same short"
    assert level("Labour Force Survey", "Labour Force Survey") == "same"
    assert level("Deaths", "Deaths") == "same short"
    assert level("Demographic and Health Survey", "Demographic and Health Survey") == "same short"
    assert level("SIPP", "Survey of Income and Program Participation (SIPP)") == "acronym"
    assert level("SIPP", "Survey of Income and Program Participation") == "made acronym"
    assert level("HES Outpatients", "Hospital Episode Statistics Outpatients") == "same study"
    assert level("UK Biobank", "UK Biobank: Accelerometer") == "part"
    assert level("Growing Up in Scotland", "Growing Up in Scotland: Study of Early Years") == "prefix"
    assert level("Longitudinal Study of Young People", "Next Steps: Longitudinal Study of Young People") == "subtitle"
    assert level("PISA: Student Questionnaire", "PISA: School Questionnaire") == "contrast"
    assert level("Study of People: Young People", "Study of People") == "part"
    assert level("Lifelines Cohort Study Groningen", "Groningen Lifelines") == "nearly"
    assert level("Generation Scotland", "Generation Scotland: Scottish Family Health Study") == "prefix"
    assert level("Growing Up in Scotland", "Growing Up in Ireland") == "contrast"
    assert level("Airwave Health Monitoring", "Airwave Tissue Bank") == "overlap"
    assert level("Growing Up", "Deaths in Wales") == "different"


def test_a_year_in_a_title_may_be_the_first_year_covered() -> None:
    named = profile("a/1", "1958 National Child Development Study")
    assert years.compare_titles(named, profile("b/1", "Ours", years="1958/..")).level == "fits"
    assert years.compare_titles(named, profile("b/1", "Ours", years="1970/..")).level == "one"
    assert years.compare_titles(named, profile("b/1", "Ours 1958")).level == "same"


def test_every_level_has_a_weight() -> None:
    levels = {
        module.FEATURE: module.LEVELS
        for module in (
            identifiers, titles, acronyms, markers, editions, years, places, people, sizes, designs, descriptions, kinds,
        )
    } | {years.TITLE_FEATURE: years.TITLE_LEVELS}  # fmt: skip
    assert {feature for feature, _ in COMPARERS} == levels.keys() == WEIGHTS.keys()
    for feature, names in levels.items():
        assert WEIGHTS[feature].keys() == set(names) - {"none"}


words = st.sampled_from(["Health", "Survey", "of", "Wales", "2010", "Wave 2", "(HSW)", "Study", "II", ":", "Boost"])
profiles = st.builds(
    lambda number, parts, span, place, doi: profile(
        f"{'ab'[number % 2]}/{number}", " ".join(parts), years=span, place=place, doi=doi
    ),
    st.integers(0, 9),
    st.lists(words, max_size=6),
    st.sampled_from(["", "2010", "2010/2012", "2001/.."]),
    st.sampled_from(["", "Wales", "England", "Germany"]),
    st.sampled_from([None, "10.5/x", "10.5/y"]),
)


@given(profiles, profiles)
def test_order_does_not_matter_and_probabilities_are_probabilities(left: Profile, right: Profile) -> None:
    scored = score(left, right)
    assert scored == score(right, left) or left.id == right.id
    assert 0.0 <= scored.probability <= 1.0
    assert all(reason.level != "none" for reason in scored.reasons)


def test_rules_are_one_object() -> None:
    strict = Rules(bias=-60.0)
    pair = profile("a/1", "Born in Bradford"), profile("b/1", "Born in Bradford")
    assert score(*pair, strict).probability < 0.001
    assert logistic(0.0) == 0.5
    assert logistic(1e9) <= 1.0


def test_links_and_sketches() -> None:
    assert link_key("https://www.understandingsociety.ac.uk/)") == "understandingsociety.ac.uk"
    assert link_key("") is None
    text = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
    assert resemblance(sketch_of(text), sketch_of(text)) == 1.0
    assert resemblance(sketch_of(text), sketch_of(text[::-1])) == 0.0
    assert resemblance((), sketch_of(text)) == 0.0


def test_parts_meet_by_identifiers_only() -> None:
    part = profile("a/1", "Wave 1", part_of=("a/s",), doi="10.5/x")
    assert weak_keys(part) == ()
    assert strong_keys(part) == ("doi:10.5/x", "base:10.5/x")


def test_none_of_the_labelled_families_merges(root: Path) -> None:
    families: dict[str, list[str]] = defaultdict(list)
    with (root / "bench" / "duplicates" / "families.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            families[row["family"]].append(row["title"])
    pairs = [pair for held in families.values() for pair in itertools.combinations(held, 2)]
    assert len(pairs) >= 400
    same = {"place": "United Kingdom", "who": "UK Data Service"}
    wrong = [
        (left, right)
        for left, right in pairs
        if score(profile("a/1", left, **same), profile("b/1", right, **same)).probability >= RULES.accept
    ]
    assert wrong == []
