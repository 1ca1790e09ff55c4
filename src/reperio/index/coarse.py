"""What proposes the vectors nearest to a query, whose exact products then decide.

Half a byte for each two numbers of a vector (faiss, product quantisation of 4 bits, scanned in registers) is compared four
to eight times as fast as a byte for each number, so more of what may be near is looked at in less time. Above
`LISTED_FROM` texts they lie in lists, of which only the nearest to the query are looked through. Inverted files of
earlier versions, with a byte for each number, are read as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakValueDictionary

import faiss
import numpy as np
from numpy.typing import NDArray

from reperio.index.encoder import Vectors
from reperio.index.names import Numbers

CODED_FROM = 15_000
"""Texts from which codes propose; fewer are compared exactly in no more time."""
LISTED_FROM = 100_000
"""Texts from which codes lie in lists."""
SAMPLE_A_LIST = 40
"""Vectors a list is found by when the file is trained; taken from the beginning, which is as good as random."""
SAMPLE = 20_000
"""Vectors that codes are found by."""
BITS = 4

PROBED, THOROUGHLY_PROBED = 10, 6
"""One list in so many is looked through; the second where it is for a part of the texts."""
PROPOSED, PROPOSED_AT_LEAST = 2, 1_000
"""For each text wanted so many are proposed."""

BYTES_PROBED, BYTES_THOROUGHLY_PROBED = 20, 8
BYTES_AT_LEAST = 64
"""The same of inverted files with a byte for each number."""
LEEWAY, BYTES_LEEWAY = 0.1, 0.02
"""What is so much below the least cosine by its code is not compared.

With 0.1 none of the 300 nearest wordings of real questions was missed for it by either encoder, with 0.06 one in twenty.
"""
FEWEST_PROBED, FEWEST_THOROUGHLY_PROBED = 96, 128
"""Lists that are looked through at least."""

Mask = NDArray[np.bool_]


class Coarse:
    """A file of codes.

    Args:
        path: where it lies.

    Attributes:
        count: how many texts it has: the first.
    """

    def __init__(self, path: Path) -> None:
        self._index = _opened(path)
        self._lists = int(self._index.nlist)  # type: ignore[attr-defined]  # faiss gives the class of the file at run time
        self._of_bytes = isinstance(self._index, faiss.IndexIVFScalarQuantizer)
        self.count = int(self._index.ntotal)

    def proposed(self, vector: Vectors, count: int, *, floor: float, among: Mask | None, thorough: bool) -> Numbers:
        """Texts that may be among the `count` nearest, in order.

        Args:
            vector: of unit length.
            count: how many are wanted.
            floor: least cosine wanted.
            among: only these texts, a truth value for each that the file has.
            thorough: look through more of the lists.
        """
        asked = faiss.SearchParametersIVF()
        asked.nprobe = self._probed(thorough=thorough)
        selector = None
        if among is not None:
            selector = faiss.IDSelectorBitmap(np.packbits(among, bitorder="little"))  # type: ignore[call-arg,arg-type]  # faiss wraps it so
            asked.sel = selector
        cosines, near = self._index.search(vector[None, :], self._wanted(count), params=asked)
        del selector  # which the search needed
        least = floor - (BYTES_LEEWAY if self._of_bytes else LEEWAY)
        return np.sort(near[0][(near[0] >= 0) & (cosines[0] >= least)])

    def _probed(self, *, thorough: bool) -> int:
        shares = (BYTES_PROBED, BYTES_THOROUGHLY_PROBED) if self._of_bytes else (PROBED, THOROUGHLY_PROBED)
        least = (FEWEST_PROBED, FEWEST_THOROUGHLY_PROBED)[thorough]
        return min(max(least, self._lists // shares[thorough]), self._lists)

    def _wanted(self, count: int) -> int:
        if self._of_bytes:
            return max(count, BYTES_AT_LEAST)
        return min(max(count * PROPOSED, PROPOSED_AT_LEAST), self.count)


_Stamp = tuple[str, int, int, int]
_open: WeakValueDictionary[_Stamp, faiss.Index] = WeakValueDictionary()


def _opened(path: Path) -> faiss.Index:
    """A file, opened once as long as somebody holds it: a change of the index opens all that it left alone again."""
    stat = path.stat()
    stamp = str(path), stat.st_ino, stat.st_mtime_ns, stat.st_size
    if (known := _open.get(stamp)) is not None:
        return known
    index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
    _read_alone(index)
    return _open.setdefault(stamp, index)


def _read_alone(index: faiss.Index) -> None:
    """Let a search read lists of a file itself: faiss would start 32 threads for every question, to read ahead."""
    lists = faiss.downcast_InvertedLists(index.invlists)  # type: ignore[attr-defined]  # faiss gives the class of the file at run time
    if isinstance(lists, faiss.OnDiskInvertedLists):
        lists.prefetch_nthread = 0


def held_by(path: Path) -> int:
    """How many texts a file has; 0 when there is none."""
    return Coarse(path).count if path.exists() else 0


def lists_for(texts: int) -> int:
    """Lists of so many texts."""
    return max(1, int(2 * np.sqrt(texts)))


def coded(held: Vectors, texts: int) -> faiss.Index:
    """An empty file for so many texts, its lists and codes found from the first of their vectors."""
    dimensions = held.shape[1]
    lists = lists_for(texts) if texts >= LISTED_FROM else 1
    parts = dimensions // 2 if dimensions % 2 == 0 else dimensions
    sample = np.asarray(held[: max(lists * SAMPLE_A_LIST, SAMPLE)], np.float32)
    middles = faiss.IndexFlatIP(dimensions)
    faiss.IndexIVFFlat(middles, dimensions, lists, faiss.METRIC_INNER_PRODUCT).train(sample)
    coarse = faiss.IndexIVFPQFastScan(middles, dimensions, lists, parts, BITS, faiss.METRIC_INNER_PRODUCT)
    coarse.by_residual = True
    with _one_thread():
        coarse.train(sample)
    return coarse


@contextmanager
def _one_thread() -> Iterator[None]:
    """Without others: finding codes is so many small steps that threads wait for each other most of the time."""
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def trained(held: Vectors, texts: int) -> faiss.Index:
    """An empty inverted file with a byte for each number, whose products are near the exact ones."""
    dimensions = held.shape[1]
    lists = lists_for(texts)
    coarse = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimensions), dimensions, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    coarse.train(np.asarray(held[: max(lists * SAMPLE_A_LIST, 1)], np.float32))
    return coarse
