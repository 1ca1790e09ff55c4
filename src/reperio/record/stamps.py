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

    Attributes:
        same: identifiers of the records whose files were passed over.
        held: identifiers of all records held, where some files may be passed over; None where none may.
    """

    def __init__(self, source: Source, state: Mapping[str, Any], *, full: bool) -> None:
        harvest = source.harvest
        self._declared = f"{harvest.model_dump_json()} {source.reader}"
        self._fits = isinstance(harvest, Files) and harvest.split == "document" and harvest.key is None
        known = state.get(STAMPS) if self._fits and not full and state.get(DECLARED) == self._declared else None
        self._before: dict[str, str] = known if isinstance(known, dict) else {}
        self._now: dict[str, str] = {}
        self.held: set[str] | None = None
        self.same: list[str] = []

    def look(self, files: Iterable[tuple[Path, str]], held: Callable[[], set[str]]) -> None:
        """Note how files look; `held` tells the identifiers of all records held."""
        if not self._fits:
            return
        found = [(path, name, safe_identifier(name)) for path, name in files]
        times = Counter(identifier for _, _, identifier in found)
        alone = ((path, name) for path, name, identifier in found if times[identifier] == 1)
        self._now = {name: stamp for path, name in alone if (stamp := _stamp(path))}
        if any(self._before.get(name) == stamp for name, stamp in self._now.items()):
            self.held = held()

    def passes(self, name: str) -> bool:
        """Whether the file of this name looks as before and its record is held; then it is in `same`."""
        stamp = self._now.get(name)
        if self.held is None or stamp is None or self._before.get(name) != stamp:
            return False
        identifier = safe_identifier(name)
        if identifier not in self.held:
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
