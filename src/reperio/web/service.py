"""What the web asks of the rest of Reperio: one protocol, which a small stand-in can meet in tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from reperio.corpus.model import Item
from reperio.index.ask import FacetCounts, Suggestion
from reperio.query.crosswalk import Crosswalk
from reperio.query.elsewhere import Elsewhere
from reperio.query.model import Answer, Chosen, Query, Result
from reperio.query.questionnaire.model import Asked
from reperio.query.questionnaire.rank import Answered
from reperio.query.view import Condition, Entry, SourceView, Status, VariablePage
from reperio.resource.issues import Issue
from reperio.resource.quality.tally import Standing
from reperio.source.model import Source

VariableSort = Literal["best", "position", "name", "label"]
"""best: by match (by position when nothing is asked); position: order in the file; name: code; label: title."""


class Service(Protocol):
    """The questions the pages and the API put.

    Every method is plain, synchronous and safe to call from threads.
    All may raise `BackendError` (and its `NotReadyError` when there is nothing indexed yet).
    """

    def search(self, query: Query) -> Answer:
        """Answer a query: the page `query.page`, the facets and the scopes.

        `facets` holds every facet of `KEYWORD_FILTERS` and `RANGE_FILTERS` that has any value among the
        results (a facet's own choice left out of its counts); chosen values are always among its values, be
        their count 0. For `source` the values are keys, for `country` ISO 3166-1 codes, for `language` ISO
        639 codes. `results[].ancestors` is top first.
        A page beyond the end gives no results and the true total.

        Raises:
            QueryError: the query cannot be answered as asked (unknown `like` or `within` raise
                `NotFoundError`).
        """
        ...

    def facets(self, query: Query, names: Sequence[str] = (), *, size: int = 50) -> dict[str, FacetCounts]:
        """Count facets over all results of a query: those named (all when none is), `size` values each."""
        ...

    def find(self, key: str) -> Item:
        """Find an item of any kind by slug, uuid or id (`ukds/855318`).

        A uuid is 32 hexadecimal digits; dashes in it are ignored.

        Raises:
            NotFoundError: nothing has that key, nor ever had.
            GoneError: its source withdrew it; `context` may hold `id` and `title`.
            MovedError: the key is an old slug, or the uuid or id of a statement merged into another item;
                `target` is the slug of the item it is part of now.
        """
        ...

    def ancestors(self, of: Item | str) -> Sequence[Item]:
        """What an item (itself, or its id) belongs to, top first: series, study, dataset. Empty for a top-level item."""
        ...

    def lines(self, items: Iterable[Item]) -> Mapping[str, Sequence[Item]]:
        """What each of some items belongs to, as `ancestors` gives it, by their ids."""
        ...

    def children(self, item_id: str, *, offset: int = 0, limit: int = 100) -> Sequence[Item]:
        """Direct children of an item that are not variables, by title. Their number is `Item.children`."""
        ...

    def variables(
        self,
        item_id: str,
        *,
        text: str = "",
        sort: VariableSort = "best",
        offset: int = 0,
        limit: int = 50,
        chosen: Sequence[Chosen] = (),
        facets: Sequence[str] = (),
    ) -> VariablePage:
        """Variables anywhere below an item, those matching `text` (all when empty). Total is exact.

        `chosen` narrows them; of the facets named their values are counted, each without its own choice.
        """
        ...

    def beside(self, item: Item, file_id: str) -> tuple[Item | None, Item | None]:
        """The variables before and after a variable in its file; None at the ends, and where its place is not known."""
        ...

    def similar(self, of: Item | str, *, limit: int = 8) -> Sequence[Result]:
        """Items of the same kind most like an item, itself and its relatives left out."""
        ...

    def each(self, query: Query, *, limit: int) -> tuple[int, Iterator[Item]]:
        """How many results a query has, exactly, and the items of the first `limit` in the order of its pages.

        Raises:
            QueryError: as `search` does.
        """
        ...

    def latest(self, query: Query, *, limit: int) -> Sequence[Item]:
        """The results of a query that are new or changed last, the latest first (by `Item.changed`)."""
        ...

    def crosswalk(self, item_ids: Sequence[str], *, text: str = "", limit: int = 100) -> Crosswalk:
        """Variables of several items that ask about the same thing, among the `limit` best of each for `text`."""
        ...

    def elsewhere(self, of: Item | str) -> Elsewhere:
        """Where the question of a variable is asked again: across waves, studies and languages."""
        ...

    def questionnaire(self, items: Sequence[Asked], *, limit: int = ...) -> Answered:
        """Studies by how many items of a questionnaire they hold, best first."""
        ...

    def likeness(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        """Wordings as rows whose products are likenesses (`CLOSE` and more: the same question); None without an encoder."""
        ...

    def suggest(self, prefix: str, *, limit: int = 8) -> Sequence[Suggestion]:
        """Complete what is being typed.

        `id` of a suggestion of kind `title` or `variable` is the item's id.
        """
        ...

    def issues(self, of: Item | str) -> Sequence[Issue]:
        """What was found wrong in the records an item was read from."""
        ...

    def sources(self) -> Sequence[SourceView]:
        """Every declared source, by title."""
        ...

    def standings(self) -> Mapping[str, Standing]:
        """Quality of the descriptions of each source that has any, by its key. Cheap but for the first time."""
        ...

    def source(self, key: str) -> Source | None:
        """The declaration of a source; None when no source has that key."""
        ...

    def status(self) -> Status:
        """State of the whole. Cheap: asked on every request."""
        ...

    def condition(self) -> Condition:
        """Whether there is all that answering takes, looked at now; raises nothing."""
        ...

    def total(self, query: Query) -> int:
        """How many results a query has, exactly. Cheap: nothing is ranked or fetched."""
        ...

    def letters(self, query: Query = ...) -> Sequence[tuple[str, int]]:
        """First letters of the titles of what a query finds (all studies), in the order of `sort=title`, with numbers.

        Letters are single characters, upper case, `#` for what begins with no letter and comes before A, `…` for what
        comes after Z. Empty where not known.
        """
        ...

    def titled(self, query: Query, *, offset: int = 0, limit: int = 100) -> Sequence[Item]:
        """A part of what a query finds, in the order of `sort=title`; quick at any depth once asked for."""
        ...

    def walk(self, *, after: str = "") -> Iterator[Entry]:
        """Every live item but variables, by id, those whose id is greater than `after`."""
        ...
