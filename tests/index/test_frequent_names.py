"""The most frequent names, and that they are those that an engine would give."""

from __future__ import annotations

import gc
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.index.frequent import FIRST_CHARACTERS, FrequentNames, Names

NAMES = st.text("ab_1é", min_size=1, max_size=4)


class Engine:
    """Looks at all names, as an engine does; counts how often it is asked."""

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts
        self.asked: list[str] = []

    def look_up(self, prefix: str, limit: int) -> Names:
        self.asked.append(prefix)
        found = [(name, count) for name, count in self.counts.items() if name.startswith(prefix)]
        return sorted(found, key=lambda one: (-one[1], one[0]))[:limit]


@given(st.lists(NAMES, max_size=60), NAMES, st.integers(1, 12), st.integers(1, 9))
def test_they_are_those_that_the_engine_gives_or_it_is_left_to_the_engine(
    names: list[str], prefix: str, limit: int, most: int
) -> None:
    engine = Engine(Counter(names))
    frequent = FrequentNames(engine.look_up, most)
    frequent.read_aside().join()
    found = frequent.starting(prefix, limit)
    if found is not None:
        assert list(found) == list(engine.look_up(prefix, limit))


def test_a_short_prefix_asks_the_engine_nothing() -> None:
    engine = Engine({f"a_{number}": number for number in range(500)})
    frequent = FrequentNames(engine.look_up, 100)
    assert frequent.starting("a_", 8) is None
    frequent.read("a")
    engine.asked.clear()
    assert [name for name, _ in frequent.starting("a_", 3) or ()] == ["a_499", "a_498", "a_497"]
    assert not engine.asked
    assert frequent.starting("a_1", 8) is None, "too few of them are among the frequent"
    assert frequent.starting("b", 8) is None, "nobody has read them"


def test_where_all_names_are_read_few_are_all_there_are() -> None:
    frequent = FrequentNames(Engine({"age": 3, "ageband": 1, "sex": 2}).look_up, 100)
    frequent.read("a")
    assert frequent.starting("ageb", 8) == [("ageband", 1)]
    assert frequent.starting("agx", 8) == []


@pytest.mark.parametrize("wanted", [True, False])
def test_what_is_no_longer_wanted_is_not_read_on(wanted: bool) -> None:
    asked: list[str] = []
    held: list[FrequentNames] = []

    def look_up(prefix: str, _: int) -> Names:
        asked.append(prefix)
        if not wanted:
            held.clear()
            gc.collect()
        return ()

    held.append(FrequentNames(look_up))
    held[0].read_aside().join()
    assert len(asked) == (len(FIRST_CHARACTERS) if wanted else 1)
