"""Where the harvest of an OAI-PMH server stands: one state a list, a list being a prefix and a set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec

from reperio.record.oai_answer import Identity


class ListState(msgspec.Struct, kw_only=True):
    """Where one list stands.

    Attributes:
        mark: datestamp up to which the list is known, from the last complete harvest; None before the first.
        since: datestamp the present harvest asks from; None for all.
        token: resumption token that leads to the next page.
        started: when the server answered the first page of the present harvest, by its clock.
        highest: latest datestamp met in the present harvest.
        received: records met in the present harvest.
        done: the present harvest is through with it.
    """

    mark: str | None = None
    since: str | None = None
    token: str | None = None
    started: str | None = None
    highest: str | None = None
    received: int = 0
    done: bool = False

    def begin(self, *, full: bool) -> None:
        """Start over from the last mark, or from the beginning when `full`."""
        self.since = None if full else self.mark
        self.done = False
        self.rewind()

    def rewind(self) -> None:
        """Go back to the first page of the present harvest."""
        self.token = self.started = self.highest = None
        self.received = 0

    def finish(self, now: str) -> None:
        """Set the mark: the latest datestamp met, but not after the harvest began.

        What changed while the list was walked has a later datestamp than its beginning; a server whose clock or
        index lags gives datestamps before it. The earlier of the two misses neither.
        """
        if self.highest is not None:
            self.mark = min(self.highest, read_datestamp(self.started) or now)
        self.token, self.done = None, True


class OaiState(msgspec.Struct, kw_only=True):
    """Where all lists of a server stand; `doing` is the kind of harvest under way, None between two."""

    url: str
    doing: Literal["full", "new"] | None = None
    lists: dict[str, ListState] = {}


def load_oai_state(saved: dict[str, Any], url: str) -> OaiState:
    """Give the saved state, or that of a first harvest when there is none, or it is of another server."""
    try:
        state = msgspec.convert(saved, OaiState)
    except msgspec.ValidationError:
        return OaiState(url=url)
    return state if state.url == url else OaiState(url=url)


def save_oai_state(state: OaiState) -> dict[str, Any]:
    """Give the state as plain JSON values."""
    plain: dict[str, Any] = msgspec.to_builtins(state)
    return plain


def forget_tokens(saved: dict[str, Any], url: str) -> dict[str, Any]:
    """Give the state with every list at the first page of the present harvest, when tokens lead nowhere."""
    state = load_oai_state(saved, url)
    for each in state.lists.values():
        each.rewind()
    return save_oai_state(state)


def read_datestamp(text: str | None) -> str | None:
    """Give a datestamp as `YYYY-MM-DDThh:mm:ssZ` in UTC; None when it is none."""
    try:
        stamp = datetime.fromisoformat((text or "").strip())
        stamp = stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return stamp.strftime("%Y-%m-%dT%H:%M:%SZ") if stamp.year >= 1000 else None


def write_from(mark: str, identity: Identity, *, by_second: bool) -> str:
    """Give the argument `from` for a mark: one unit earlier, in the server's granularity, not before its first record.

    Datestamps are inclusive and a unit may still be filling while it is harvested, hence the overlap; what was met
    before is unchanged and costs nothing.
    """
    unit = timedelta(seconds=1) if by_second else timedelta(days=1)
    stamp = (datetime.fromisoformat(mark) - unit).strftime("%Y-%m-%dT%H:%M:%SZ")
    stamp = max(stamp, read_datestamp(identity.earliest) or stamp)
    return stamp if by_second else stamp[:10]
