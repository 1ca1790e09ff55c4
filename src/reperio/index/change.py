"""Bringing an index up to date in place: what changed is written again, and what takes from it or gives to it.

A variable takes facets from what it is part of, a study has the words of all its variables. Shelves (see
`reperio.index.shelves`) tell which variables take something else than before, and what those give that need no look.
What changed is found first; the words of what stands above it follow in a commit of their own: of everything, where only
variables changed, else of the largest studies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reperio.corpus.model import Change, Item
from reperio.corpus.store import Corpus
from reperio.index.ask import Ask, Hit, Ids
from reperio.index.backend import Backend, Collection
from reperio.index.document import Document
from reperio.index.family import Family
from reperio.index.fill import Filler, Progress, Spool, quiet
from reperio.index.shelves import Parents, Shelf, Shelves
from reperio.resource.model import CATALOGUE_KINDS

COLLECTIONS: tuple[Collection, ...] = ("catalogue", "variables")
PAGE = 5_000

LARGE = 5_000
"""Variables below something that stands above what changed, from which it is written after what changed can be found."""


def write_changes(
    corpus: Corpus,
    backend: Backend,
    shelves: Shelves,
    spools: Mapping[str, Spool],
    changes: Sequence[Change],
    progress: Progress = quiet,
) -> int:
    """Write what some changes of the corpus touch to the index, and gives the number of documents written.

    Doing it again, after it was killed, gives the same index.
    """
    written = _Writing(corpus, backend, shelves, spools, changes, progress).write()
    backend.commit()
    for spool in spools.values():
        spool.close()
    shelves.commit()
    return written


class _Writing:
    def __init__(
        self,
        corpus: Corpus,
        backend: Backend,
        shelves: Shelves,
        spools: Mapping[str, Spool],
        changes: Sequence[Change],
        progress: Progress,
    ) -> None:
        self.corpus, self.backend, self.shelves = corpus, backend, shelves
        self.changed = {change.id for change in changes}
        self.only_variables = all(change.kind == "variable" for change in changes)
        self.gone = [change.id for change in changes if change.deleted]
        self.items = corpus.items(change.id for change in changes if not change.deleted)
        self.hits = list(_hits(backend, list(self.changed)))
        self.stood = {hit.parent for hit in self.hits} - {""} | shelves.due()
        self.family = Family(_catalogue(corpus, self._roots()), lambda identity: corpus.items([identity]).get(identity))
        self.filler = Filler(self.family, spools, shelves, progress)
        self.wanted = {identity for identity in self.changed if identity in self.family.items}
        self.done: set[str] = set()

    def write(self) -> int:
        before, shelves = self.shelves.heritages(self.family.items), self._shelves()
        self.shelves.note_due(self._left())
        self.backend.delete(self.gone)
        written = self.backend.upsert(self._soon(shelves)) if self.only_variables else 0
        if self.done:
            self.backend.commit()
        written += self.backend.upsert(self._variables(shelves))
        self._want_catalogue(before)
        self.filler.gather_datasets()
        large = {identity for identity in self.wanted - self.changed if not self.done and self._is_large(identity)}
        written += self.backend.upsert(self.filler.documents(self.wanted - large))
        if large:
            self.backend.commit()
        return written + self.backend.upsert(self.filler.documents(large))

    def _is_large(self, identity: str) -> bool:
        """Whether so many variables stand below that what changed is not to wait for its words to be cut again."""
        return identity in self.family.items and self.family.below(identity).variables >= LARGE

    def _roots(self) -> dict[str, Item]:
        """Every top-level item above what changed, as the corpus has it now and as the index has it still."""
        wanted = dict.fromkeys((*(hit.root for hit in self.hits), *self.shelves.due()))
        alike: dict[object, Item] = {}
        for item in self.items.values():  # variables of the same parents stand below the same
            alike.setdefault(item.resource.part_of if item.kind == "variable" else item.id, item)
        for item in alike.values():
            above = self.corpus.ancestors(item.id) if item.resource.part_of else []
            tops = [ancestor.id for ancestor in above if not ancestor.resource.part_of]
            wanted |= dict.fromkeys(tops or [above[0].id if above else item.id])
        return {identity: item for identity, item in self.corpus.items(wanted).items() if item.kind != "variable"}

    # -- variables ---------------------------------------------------------------------------------------------

    def _shelves(self) -> dict[Parents, Shelf | None]:
        """The shelves that something may have changed of, and None for those that are new."""
        seen = {*self.family.items, *self.changed, *self.stood, *(hit.root for hit in self.hits)}
        shelves: dict[Parents, Shelf | None] = dict.fromkeys(self._touched())
        shelves.update(self.shelves.below(seen))
        return shelves

    def _touched(self) -> set[Parents]:
        return {item.resource.part_of for item in self.items.values() if item.kind == "variable"}

    def _soon(self, shelves: Mapping[Parents, Shelf | None]) -> Iterator[Document]:
        """Documents of changed variables that stand where they stood, below what gives them the same as before.

        They need no look at their siblings, so they are found before the words of these are gathered.
        """
        for item in self.items.values():
            line, shelf = self.family.line_of(item.resource.part_of), shelves.get(item.resource.part_of)
            if shelf is not None and shelf.heritage == line.digest and item.kind == "variable":
                self.done.add(item.id)
                yield self.filler.variable(item, line)

    def _left(self) -> set[str]:
        """What stood above something that is gone, or stands elsewhere now."""
        left: set[str] = set()
        for hit in self.hits:
            item = self.items.get(hit.id)
            ids = self.family.line(item).heritage.ids if item else ()
            if not item or (hit.root, hit.parent) != ((ids[0], ids[-1]) if ids else (hit.id, "")):
                left |= {hit.root, hit.parent} - {""}
        return left

    def _variables(self, shelves: Mapping[Parents, Shelf | None]) -> Iterator[Document]:
        """Documents of variables that changed or take something else from above; the others are gathered from their shelves."""
        touched = self._touched()
        for parents, shelf in shelves.items():
            line = self.family.line_of(parents)
            moved = shelf is None or shelf.heritage != line.digest
            if shelf is not None and not (moved or parents in touched or shelf.home in self.stood):
                self.filler.gather(line, shelf)
                continue
            self.wanted.update(line.heritage.ids)
            yield from self.filler.siblings(
                parents, self._siblings(parents), None if moved else self.changed - self.done
            )

    def _siblings(self, parents: Parents) -> Iterable[Item]:
        if not parents:
            return [item for item in self.items.values() if item.kind == "variable" and not item.resource.part_of]
        return (item for item in self.corpus.variables_of(parents[0]) if item.resource.part_of == parents)

    # -- the catalogue -----------------------------------------------------------------------------------------

    def _want_catalogue(self, before: Mapping[str, bytes]) -> None:
        """What takes something else from above than before is to be written too, and what stands above all that is."""
        for item in self.family.items.values():
            if item.resource.part_of and before.get(item.id) != self.family.line(item).digest:
                self.wanted.add(item.id)
        self.wanted.update(self.stood, (hit.root for hit in self.hits))
        for identity in list(self.wanted):
            if identity in self.family.items:
                self.wanted.update(self.family.line(self.family.items[identity]).heritage.ids)


def _hits(backend: Backend, ids: Sequence[str]) -> Iterator[Hit]:
    """What an index has of these ids."""
    for collection in COLLECTIONS:
        for start in range(0, len(ids), PAGE):
            some = tuple(ids[start : start + PAGE])
            yield from backend.search(Ask(collection=collection, clause=Ids(some), limit=len(some))).hits


def _catalogue(corpus: Corpus, roots: Mapping[str, Item]) -> Iterator[Item]:
    seen: set[str] = set()
    for root in roots.values():
        for item in (root, *corpus.descendants(root.id, CATALOGUE_KINDS)):
            if item.id not in seen and item.kind != "variable":
                seen.add(item.id)
                yield item
