"""What was met is never taken for new, and hardly anything new for met."""

from __future__ import annotations

from reperio.index.seen import Seen


def test_what_was_met_is_known() -> None:
    seen = Seen()
    ids = [f"ukds/{number}/ä" for number in range(20_000)]
    mistaken = sum(seen.add(identity) for identity in ids)
    assert mistaken < 20
    assert all(seen.add(identity) for identity in ids)


def test_half_characters_do_no_harm() -> None:
    assert not Seen().add("a\ud800")
