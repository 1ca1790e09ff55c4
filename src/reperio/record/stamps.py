"""What files looked like when they were last harvested, so that those that look the same need not be read again.

Only files that are one record each and are known by their name can be passed over so. A file looks the same when its
time of change (to the nanosecond) and its size are the same and its record is held; a full harvest reads it anyway.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from reperio.record.identity import safe_identifier
from reperio.source.model import Files, Source

STAMPS = "stamps"
DECLARED = "declared"


class Stamps:
    """The stamps of one source's files.

    Args:
        source: its declaration; what was noted under another one does not count.
        state: where its harvest stood, with the stamps of the last one.
        full: read every file again.
    """

    def __init__(self, source: Source, state: Mapping[str, Any], *, full: bool) -> None:
        harvest = source.harvest
        self._declared = f"{harvest.model_dump_json()} {source.reader}"
        self._fits = isinstance(harvest, Files) and harvest.split == "document" and harvest.key is None
        known = state.get(STAMPS) if self._fits and not full and state.get(DECLARED) == self._declared else None
        self._before: dict[str, str] = known if isinstance(known, dict) else {}
        self._now: dict[str, str] = {}
        self._held: set[str] = set()
        self.same: list[str] = []

    def look(self, files: Iterable[tuple[Path, str]], held: Callable[[list[str]], Iterable[str]]) -> None:
        """Note how files look; `held` tells which of some identifiers are held."""
        if not self._fits:
            return
        found = list(files)
        times = Counter(safe_identifier(name) for _, name in found)
        alone = [(path, name) for path, name in found if times[safe_identifier(name)] == 1]
        self._now = {name: stamp for path, name in alone if (stamp := _stamp(path))}
        alike = [safe_identifier(name) for name, stamp in self._now.items() if self._before.get(name) == stamp]
        self._held = set(held(alike)) if alike else set()

    def passes(self, name: str) -> bool:
        """Whether the file of this name looks as before and its record is held; then it is in `same`."""
        identifier = safe_identifier(name)
        if identifier not in self._held or self._before.get(name) != self._now.get(name):
            return False
        self.same.append(identifier)
        return True

    def forget(self, name: str) -> None:
        """A file could not be read in full: it is read again next time, however it looks."""
        self._now.pop(name, None)

    def state(self, *, begun: bool = False) -> dict[str, object]:
        """State to keep: at the beginning of a pass the stamps of the last, at its end those of now."""
        stamps = self._before if begun else self._now
        return {"protocol": "files", DECLARED: self._declared, STAMPS: stamps}


def _stamp(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{status.st_mtime_ns} {status.st_size}"
