"""What was surely not met before, in fixed memory: a Bloom filter."""

from __future__ import annotations

import hashlib

BITS = 1 << 27
"""16 MB: of five million ids one in a thousand is taken for met by mistake."""
PROBES = 3


class Seen:
    """Ids met so far; may take one for met that was not, never the other way round."""

    def __init__(self) -> None:
        self._bits = bytearray(BITS >> 3)

    def add(self, identity: str) -> bool:
        """Note an id; gives False when it was surely not met before."""
        digest = hashlib.blake2b(identity.encode("utf-8", "replace"), digest_size=4 * PROBES).digest()
        met = True
        for start in range(0, len(digest), 4):
            place = int.from_bytes(digest[start : start + 4], "big") % BITS
            byte, bit = place >> 3, 1 << (place & 7)
            if not self._bits[byte] & bit:
                met = False
                self._bits[byte] |= bit
        return met
