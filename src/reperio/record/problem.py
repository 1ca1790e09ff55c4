"""What a harvest could not do, as data: collected while the rest goes on, and reported at its end."""

from __future__ import annotations

from collections.abc import Callable

import msgspec


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that went wrong while fetching.

    Attributes:
        code: constant name of the kind (`file.unreadable`).
        place: the file or address.
        detail: what happened, in a sentence.
        lossy: records may be missing because of it, so that nothing may be called deleted.
    """

    code: str
    place: str
    detail: str
    lossy: bool = True


Report = Callable[[Problem], None]
