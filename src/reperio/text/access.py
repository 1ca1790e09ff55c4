"""Conditions of access, to four levels."""

from __future__ import annotations

from typing import Literal

Access = Literal["open", "registered", "controlled", "closed"]


def read_access(raw: str) -> Access | None:
    """Read the level from a code, URI or statement; None when it does not say.

    open: anybody, at once; registered: after registration or accepting a licence; controlled: after an application is
    approved or only in a secure place; closed: nobody for now (embargo, destroyed, not shared).
    """
    raise NotImplementedError
