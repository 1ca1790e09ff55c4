"""Filling an index from the corpus: every item once, whole studies gathered on the way.

Variables come first and leave their words with everything above them; then the catalogue is written with what was
gathered. What is to be encoded is spooled to disk, so that the index can answer by words while meaning is still being
computed; the words of variables wait compressed, so that memory stays with the catalogue's size.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

import msgspec

from reperio.corpus.model import Item
from reperio.index.backend import Backend
from reperio.index.compose import Below, compose, meaning_of
from reperio.index.document import Document
from reperio.index.family import Family, Line
from reperio.index.meaning import Entry
from reperio.index.shelves import Shelf, Shelves

Progress = Callable[[str, int], None]
"""Told the stage (`variables`, `catalogue`, `texts`) and how many more are done."""


def quiet(_stage: str, _count: int) -> None:
    """Progress told to nobody."""


class Spool:
    """Entries on their way to the encoder: JSON lines in a file that takes its name when it is complete."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._aside = path.with_name(path.name + ".part")
        self._file: BinaryIO = self._aside.open("wb")
        self._encoder = msgspec.json.Encoder()

    def put(self, entry: Entry) -> None:
        """Add an entry that has something to encode."""
        if entry.texts:
            self._file.write(self._encoder.encode(entry) + b"\n")

    def close(self) -> None:
        """Finish writing."""
        self._file.close()
        self._aside.replace(self.path)

    @staticmethod
    def entries(path: Path) -> Iterator[Entry]:
        """Read entries back; none from a spool that was never finished."""
        if not path.is_file():
            return
        decoder = msgspec.json.Decoder(Entry)
        with path.open("rb") as file:
            for line in file:
                yield decoder.decode(line)

    @staticmethod
    def texts(path: Path) -> Iterator[str]:
        """Every text of the entries."""
        for entry in Spool.entries(path):
            yield from entry.texts


def fill(
    catalogue: Iterable[Item],
    variables: Iterable[Item],
    backend: Backend,
    spools: Mapping[str, Spool],
    shelves: Shelves,
    progress: Progress = quiet,
) -> dict[str, int]:
    """Write every item to a backend and spool what is to be encoded; gives the documents written by collection.

    Args:
        catalogue: every series, study and dataset.
        variables: every variable, those of one parent together; streamed.
        backend: takes the documents; committed at the end.
        spools: `catalogue` and `variables`.
        shelves: take what later changes need.
        progress: told of the work done.
    """
    filler = Filler(Family(catalogue), spools, shelves, progress)
    written = {
        "variables": backend.upsert(filler.variables(variables)),
        "catalogue": backend.upsert(filler.catalogue()),
    }
    backend.commit()
    for spool in spools.values():
        spool.close()
    shelves.commit()
    return written


class Filler:
    """Makes documents of items, and spools what is to be encoded of them.

    Args:
        family: the catalogue.
        spools: `catalogue` and `variables`.
        shelves: take what later changes need.
        progress: told of the work done.
    """

    def __init__(
        self, family: Family, spools: Mapping[str, Spool], shelves: Shelves, progress: Progress = quiet
    ) -> None:
        self.family = family
        self._spools = spools
        self._shelves = shelves
        self._progress = progress

    def variables(self, variables: Iterable[Item]) -> Iterator[Document]:
        """Documents of variables, those of one parent together, and what they leave with everything above them."""
        for parents, siblings in groupby(variables, key=lambda item: item.resource.part_of):
            yield from self.siblings(parents, siblings)

    def siblings(
        self, parents: tuple[str, ...], siblings: Iterable[Item], wanted: Container[str] | None = None
    ) -> Iterator[Document]:
        """Documents of variables of the same parents (those wanted), when all of them are gathered."""
        line = self.family.line_of(parents)
        gathered = Below()
        for item in siblings:
            gathered.take_variable(item.resource, line.language)
            if wanted is None or item.id in wanted:
                yield self._document(item, line, "variables")
        if parents:
            self._keep(parents, line, gathered)

    def variable(self, item: Item, line: Line) -> Document:
        """Document of a variable whose siblings are gathered at another time."""
        return self._document(item, line, "variables")

    def _keep(self, parents: tuple[str, ...], line: Line, gathered: Below) -> None:
        if not gathered.variables:
            self._shelves.drop(parents)
            return
        shelf = Shelf(
            parents=parents,
            home=line.heritage.ids[-1] if line.ancestors else "",
            heritage=line.digest,
            variables=gathered.variables,
            facets={name: tuple(values) for name, values in gathered.facets.items()},
            contents=gathered.pack(),
        )
        self._shelves.put(shelf, (*line.heritage.ids, *parents))  # parents that are not there may come
        self.gather(line, shelf)

    def gather(self, line: Line, shelf: Shelf) -> None:
        """Leave what a shelf gives with everything above it."""
        for ancestor in line.ancestors:
            self.family.below(ancestor.id).take_siblings(shelf.variables, shelf.facets, shelf.contents)

    def catalogue(self) -> Iterator[Document]:
        """Documents of the catalogue, when all variables are gathered."""
        self.gather_datasets()
        return self.documents(self.family.items)

    def gather_datasets(self) -> None:
        """Leave what datasets give with everything above them."""
        for item in self.family.items.values():
            if item.resource.part_of:
                line = self.family.line(item)
                self._shelves.put_heritage(item.id, line.digest)
                spoken = self.family.language((item, *line.ancestors))
                for ancestor in line.ancestors:
                    self.family.below(ancestor.id).take_dataset(item.resource, spoken)

    def documents(self, wanted: Container[str]) -> Iterator[Document]:
        """Documents of some of the catalogue, when all below them is gathered."""
        for item in self.family.items.values():
            if item.id in wanted:
                yield self._document(item, self.family.line(item), "catalogue")

    def _document(self, item: Item, line: Line, collection: str) -> Document:
        self._progress(collection, 1)
        if collection == "variables":
            self._spools[collection].put(meaning_of(item, line.ancestors))
            return compose(item, line.ancestors, language=line.language, heritage=line.heritage)
        spoken = self.family.language((item, *line.ancestors))
        self._spools[collection].put(meaning_of(item, line.ancestors, spoken))
        return compose(item, line.ancestors, self.family.forget(item.id), line.language, line.heritage)


def lay_out(family: Family, variables: Iterable[Item], spools: Mapping[str, Spool], progress: Progress = quiet) -> None:
    """Spool what is to be encoded, and nothing else."""
    for item in variables:
        spools["variables"].put(meaning_of(item, family.line_of(item.resource.part_of).ancestors))
        progress("variables", 1)
    for item in family.items.values():
        line = family.line(item)
        spools["catalogue"].put(meaning_of(item, line.ancestors, family.language((item, *line.ancestors))))
        progress("catalogue", 1)
    for spool in spools.values():
        spool.close()
