"""Local ids within one record: fit for URLs, and each given once."""

from __future__ import annotations

import hashlib
import re

from reperio.resource.read.reading import Reading

ID_MAX = 300
UNFIT = re.compile(r"[\s\x00-\x1f\x7f\\?#\"'<>{}|^`]+")


class Ids:
    """Gives out local ids; one asked for again gets `_2`, `_3`, ... and an issue."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self._given: dict[str, int] = {}

    def take(self, wanted: str, path: str) -> str:
        """The id wanted, made fit (blanks become `_`, over-long ones end in a digest), unique in this record."""
        local = fit(wanted)
        count = self._given.get(local, 0) + 1
        self._given[local] = count
        if count == 1:
            return local
        self.reading.issue("id.duplicate", path, wanted, f"Given {count} times in this record.")
        return self._free(local, count)

    def _free(self, local: str, count: int) -> str:
        while f"{local}_{count}" in self._given:
            count += 1
        self._given[local] = count
        self._given[f"{local}_{count}"] = 1
        return f"{local}_{count}"


def fit(wanted: str) -> str:
    """An id in lower case without blanks and marks that URLs cannot hold; at most 300 characters."""
    local = UNFIT.sub("_", wanted.strip()).strip("/").lower()
    if len(local) > ID_MAX:
        digest = hashlib.md5(local.encode(), usedforsecurity=False).hexdigest()
        local = f"{local[: ID_MAX - 33]}_{digest}"
    return local or "_"
