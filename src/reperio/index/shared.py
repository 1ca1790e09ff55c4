"""Encoding shared by several workers: texts go out through the database in chunks, vectors come back.

Whoever builds the index keeps the vectors; the database only carries them. The builder encodes along, so that its work
gets done when nobody helps. A chunk is named after its texts: what was encoded before a builder was killed is there
when it asks again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence

import msgspec
import numpy as np
import zstandard

from reperio.database.work import Lease, Queue, Wanted
from reperio.database.worker import Heart
from reperio.index.encoder import Encoder, Purpose, Vectors

STAGE = "embed"
CHUNK = 256
"""Texts in a piece of work: some seconds of one core."""

AT_ONCE = 64 * CHUNK
"""Texts that are out at the same time: some 25 MB through the database."""

LEAST = 4 * CHUNK
"""Texts below which sharing is not worth the trouble."""

WAIT_SECONDS = 0.2
Breathe = Callable[[], None]


class SharedEncoder:
    """An encoder that lets other workers help when there are some; the same vectors come of it.

    Args:
        encoder: does the work here.
        queue: where the work is shared.
        heart: extends what this process has in hand.
        breathe: called while waiting; may raise to stop.
    """

    at_once = AT_ONCE

    def __init__(self, encoder: Encoder, queue: Queue, heart: Heart, breathe: Breathe = lambda: None) -> None:
        self._encoder = encoder
        self._queue = queue
        self._heart = heart
        self._breathe = breathe
        self.name, self.dimensions, self.max_tokens = encoder.name, encoder.dimensions, encoder.max_tokens
        self.related, self.close_match = encoder.related, encoder.close_match

    def encode(self, texts: Sequence[str], *, purpose: Purpose = "passage") -> Vectors:
        """Encode texts as `Encoder.encode` does; passages, when they are many, with everybody's help."""
        if len(texts) < LEAST or purpose != "passage" or not self._has_help():
            return self._encoder.encode(texts, purpose=purpose)
        chunks = [list(texts[start : start + CHUNK]) for start in range(0, len(texts), CHUNK)]
        names = [_name(self.name, chunk) for chunk in chunks]
        done = self._queue.done(STAGE, names)
        self._queue.ask(
            [
                Wanted(stage=STAGE, name=name, payload=_pack(chunk), needs=self.name)
                for name, chunk in dict(zip(names, chunks, strict=True)).items()
                if name not in done
            ]
        )
        held = self._gather(dict.fromkeys(names))
        rows = np.concatenate([np.frombuffer(held[name], np.float16) for name in names])
        return rows.reshape(len(texts), self.dimensions).astype(np.float32)

    def _has_help(self) -> bool:
        others = (worker for worker in self._queue.state().workers if worker.name != self._heart.worker)
        return any(worker.is_alive and STAGE in worker.stages for worker in others)

    def _gather(self, names: dict[str, None]) -> dict[str, bytes]:
        """Encode along until every chunk is done, then take the vectors out of the database."""
        while names.keys() - self._queue.done(STAGE, list(names)):
            self._breathe()
            lease = self._queue.take(self._heart.worker, [STAGE], [self.name], list(names))
            if lease is None:
                self._queue.reopen(STAGE, list(names))  # what others could not do is left to us
                time.sleep(WAIT_SECONDS)
            else:
                with self._heart.keeping(lease):
                    encode_chunk(lease, self._encoder)
        return self._queue.collect(STAGE, list(names))


def encode_chunk(lease: Lease, encoder: Encoder) -> None:
    """Encode the texts of a piece of work and leave their vectors in its place."""
    texts = msgspec.json.decode(zstandard.decompress(lease.task.payload), type=list[str])
    vectors = encoder.encode(texts).astype(np.float16)
    with lease.queue.writing() as connection:
        lease.finish(connection, vectors.tobytes())


def _pack(texts: list[str]) -> bytes:
    cleaned = [text.encode("utf-8", "replace").decode() for text in texts]
    return zstandard.compress(msgspec.json.encode(cleaned), 3)


def _name(encoder: str, texts: Sequence[str]) -> str:
    digest = hashlib.blake2b(encoder.encode(), digest_size=16)
    for text in texts:
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()
