"""Quality by source, kept at hand: added up again only when the corpus has changed, and then not too often."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

from reperio.corpus.store import Corpus
from reperio.resource.quality.tally import Standing

AGE_SECONDS = 30.0
"""While records are being read the corpus changes all the time; what is told may be this old."""


class Standings:
    """What was added up last, and of which state of the corpus. Safe to ask from threads."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._lock = threading.Lock()
        self._held: dict[str, Standing] | None = None
        self._seq = -1
        self._made = 0.0

    def now(self) -> Mapping[str, Standing]:
        """Quality of each source that has any, by its key."""
        with self._lock:
            now = time.monotonic()
            if self._held is None or (now - self._made > AGE_SECONDS and self._corpus.last_seq() != self._seq):
                self._seq = self._corpus.last_seq()
                self._held = self._corpus.standings()
                self._made = now
            return self._held
