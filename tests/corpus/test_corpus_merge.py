"""Merging and grouping are pure, idempotent, and blind to order and steps."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reperio.corpus.group import Unit, ancestors, belongs, canonical, group, sums_below, without_circles
from reperio.corpus.merge import merge
from reperio.resource.fields import Resource, fields
from reperio.resource.model import Agent, Claim, Concept, Origin, Text
from reperio.text.identifiers import Identifier
from reperio.text.sizes import Size

words = st.sampled_from(["a", "bb", "ccc", "dddd", "é"])
texts = st.lists(st.builds(Text, words, st.sampled_from([None, "en", "de"])), max_size=3).map(tuple)


def _several(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=3).map(tuple)


resources = st.builds(
    Resource,
    id=words.map("a/{}".format),
    kind=st.just("study"),
    source=words,
    part_of=_several(words),
    identifiers=_several(st.builds(Identifier, st.just("doi"), words)),
    urls=_several(words),
    version=st.none() | words,
    titles=texts,
    alternate_titles=texts,
    abstracts=texts,
    population=texts,
    keywords=_several(st.builds(Concept, words)),
    creators=_several(st.builds(Agent, words)),
    genetic_data=st.none() | st.booleans(),
    statistics=st.dictionaries(words, st.floats(allow_nan=False), max_size=2),
    origins=_several(st.builds(Origin, words, words, words, words)),
    claims=_several(st.builds(Claim, words, words, value=st.lists(words, max_size=2))),
    extra=st.dictionaries(words, st.lists(words), max_size=2),
)
lists = st.lists(resources, min_size=1, max_size=5)


@given(lists)
def test_merging_what_is_merged_changes_nothing(members: list[Resource]) -> None:
    merged = merge([members[0], *members])
    assert merge([merged, merged]) == merged
    assert merge([merged, *members]) == merged


@given(lists, st.integers(1, 4))
def test_steps_do_not_matter(members: list[Resource], at: int) -> None:
    at = min(at, len(members) - 1)
    if at:
        assert merge([merge(members[:at]), merge(members[at:])]) == merge(members)


@given(lists)
def test_nothing_that_adds_up_is_lost(members: list[Resource]) -> None:
    merged = merge(members)
    for name, field in fields().items():
        values = [getattr(member, name) for member in members]
        if field.merge == "union":
            held = getattr(merged, name)
            if name == "alternate_titles":
                held = (*merged.titles, *held)
            assert all(value in held for said in values for value in said)
        elif field.merge == "identity":
            assert getattr(merged, name) == values[0]
        elif field.merge == "first" and name not in {"titles", "sizes"}:
            assert getattr(merged, name) == next((v for v in values if v not in (None, (), {})), values[0])
    assert {title for member in members for title in member.titles} <= {*merged.titles, *merged.alternate_titles}


@given(lists)
def test_the_longest_text_of_each_language_stays(members: list[Resource]) -> None:
    merged = merge(members)
    for lang in {text.lang for member in members for text in member.abstracts}:
        longest = max(len(text.value) for member in members for text in member.abstracts if text.lang == lang)
        assert sum(len(text.value) for text in merged.abstracts if text.lang == lang) >= longest


def test_one_alone_stays_as_it_is() -> None:
    alone = Resource(id="a/1", kind="study", source="a", titles=(Text("t"), Text("t")), part_of=("a/2",))
    assert merge([alone]) is alone
    assert merge([alone], ("b/2",)).part_of == ("b/2",)
    assert merge([alone], ("b/2",)).titles == alone.titles


# -- grouping ----------------------------------------------------------------------------------------------------------

IDS = [f"{source}/{number}" for source in "abc" for number in range(3)]
some_ids = st.sampled_from(IDS)


@st.composite
def unit_maps(draw: st.DrawFn) -> dict[str, Unit]:
    units = {}
    for identity in draw(st.lists(some_ids, unique=True)):
        kind = draw(st.integers(0, 2))
        units[identity] = Unit(
            id=identity, rank=(kind, draw(st.integers(-2, 0)), identity), kind=kind,
            parents=tuple(draw(st.lists(some_ids, max_size=2 * draw(st.booleans()), unique=True))),
            dois=tuple(draw(st.lists(st.sampled_from(["x", "y"]), max_size=2, unique=True))),
            names=tuple(draw(st.lists(some_ids, max_size=1))), sources=(identity[0],),
        )  # fmt: skip
    return units


pairs = st.lists(some_ids, min_size=2, max_size=2, unique=True).map(lambda two: tuple(sorted(two)))
verdict_maps = st.dictionaries(pairs, st.sampled_from(["yes", "no", "unsure"]), max_size=5)


@given(unit_maps(), verdict_maps, st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_order(units: dict[str, Unit], verdicts: dict[Any, str], chance: Any) -> None:
    shuffled = list(units.items())
    chance.shuffle(shuffled)
    other = list(verdicts.items())
    chance.shuffle(other)
    assert group(dict(shuffled), dict(other)) == group(units, verdicts)


@given(unit_maps(), verdict_maps)
def test_groups_keep_the_rules(units: dict[str, Unit], verdicts: dict[Any, str]) -> None:
    groups = group(units, verdicts)
    assert sorted(member for members in groups.values() for member in members) == sorted(units)
    leaders = canonical(groups)
    for leader, members in groups.items():
        assert members[0] == leader
        assert list(members) == sorted(members, key=lambda member: units[member].rank)
        for left in members:
            for right in members:
                if left < right:
                    assert verdicts.get((left, right)) != "no"
                    assert left not in ancestors(right, units)
                    assert right not in ancestors(left, units)
    for (left, right), verdict in verdicts.items():
        if verdict == "yes" and {left, right} <= units.keys() and len(verdicts) == 1:
            above = left in ancestors(right, units) or right in ancestors(left, units)
            assert (leaders[left] == leaders[right]) != above


@given(unit_maps(), verdict_maps)
def test_the_tree_has_no_circles(units: dict[str, Unit], verdicts: dict[Any, str]) -> None:
    groups = group(units, verdicts)
    above = belongs(groups, units, canonical(groups))
    parents, circles = without_circles(above)
    assert parents.keys() == groups.keys()
    reach = {node: set(sums_below({node: 1}, parents)) - {node} for node in parents}
    for node, over in parents.items():
        assert set(over) <= set(above[node])
        assert all(node not in reach[parent] and parent != node for parent in over)
        if node not in circles:
            assert set(over) == {parent for parent in above[node] if parent in groups}


def test_links_beside_a_circle_stay() -> None:
    parents, circles = without_circles({"a": ("b",), "b": ("a", "top"), "c": ("a",), "top": (), "d": ("none", "c")})
    assert circles == {"a", "b"}
    assert parents == {"a": (), "b": ("top",), "c": ("a",), "top": (), "d": ("c",)}


def test_a_diamond_counts_once() -> None:
    parents = {"low": ("left", "right"), "left": ("top",), "right": ("top",), "top": ()}
    assert sums_below({"low": 5, "left": 1}, parents) == {"low": 5, "left": 6, "right": 5, "top": 6}


def test_rows_of_a_file_never_hide_the_number_of_participants() -> None:
    file = Resource(id="a/1", kind="study", source="a", sizes=(Size(97782, "records"),))
    study = Resource(id="b/1", kind="study", source="b", sizes=(Size(4741, "participants"),))
    assert merge([file, study]).sizes == study.sizes
    assert merge([file, file]).sizes == file.sizes


def test_the_title_is_that_of_the_whole_and_the_others_stay() -> None:
    part = Resource(id="a/1", kind="study", source="a", titles=(Text("Society: Special Licence Access, Wave 1"),))
    whole = Resource(id="b/1", kind="study", source="b", titles=(Text("Society"), Text("Gesellschaft", "de")))
    merged = merge([part, whole])
    assert merged.titles == whole.titles
    assert merged.alternate_titles == part.titles
    assert merged.id == "a/1"


likelihoods = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("efgh")), st.sampled_from([0.95, 0.97, 0.99]), max_size=8
)


@given(likelihoods, st.randoms(use_true_random=False))
def test_likely_pairs_keep_sources_apart_in_any_order(likely: dict[tuple[str, str], float], random: Any) -> None:
    units = {name: Unit(id=name, rank=(1, 0, name), kind=1, sources=(f"s{ord(name) % 3}",)) for name in "abcdefgh"}
    groups = group(units, {}, likely)
    for members in groups.values():
        for at, left in enumerate(members):
            for right in members[at + 1 :]:
                pair = (min(left, right), max(left, right))
                assert units[left].sources != units[right].sources or pair in likely
    shuffled = list(likely.items())
    random.shuffle(shuffled)
    assert group(units, {}, dict(shuffled)) == groups
    assert group(units, dict.fromkeys(likely, "no"), likely) == {name: (name,) for name in units}
