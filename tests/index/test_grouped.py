"""Members of groups, one after the other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.index.names import Grouped


@pytest.mark.parametrize("long", [0, 2, 1_000])
def test_members_of_many_groups_are_those_of_each(long: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reperio.index.names.LONG_RUNS", long)

    @given(
        st.lists(st.tuples(st.integers(0, 6), st.integers(0, 99)), max_size=60), st.lists(st.integers(0, 6), max_size=9)
    )
    def held(pairs: list[tuple[int, int]], asked: list[int]) -> None:
        group, member = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
        grouped = Grouped.made(group, member, 7)
        members, places = grouped.flat(np.array(asked, np.int64))
        expected = [(place, value) for place, one in enumerate(asked) for key, value in pairs if key == one]
        assert list(zip(places.tolist(), members.tolist(), strict=True)) == expected

    held()
