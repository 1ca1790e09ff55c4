"""Protocol `oai_pmh`: harvesting a server by OAI-PMH 2.0, page by page, so that each page can be the last one.

A harvest is a walk over lists (each declared prefix in each declared set). Every page comes with the state of the
harvest after it; whoever stores both together can be killed at any moment and go on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec

from reperio.errors import ConfigError, ProtocolError
from reperio.log import get_logger
from reperio.record.http import Answer, Fetcher, check_status
from reperio.record.identity import safe_identifier
from reperio.record.model import Record
from reperio.record.oai_answer import (
    BAD_ARGUMENT,
    BAD_RESUMPTION_TOKEN,
    CANNOT_DISSEMINATE_FORMAT,
    NO_RECORDS_MATCH,
    BrokenAnswerError,
    Identity,
    OaiError,
    Page,
    read_formats,
    read_identity,
    read_page,
)
from reperio.record.oai_state import (
    ListState,
    load_oai_state,
    read_datestamp,
    save_oai_state,
    write_from,
)
from reperio.record.problem import Problem, Report
from reperio.source.model import OaiPmh, Source

BROKEN_TRIES = 3
MAX_RESTARTS = 3
MAX_EMPTY_PAGES = 50

_Read = TypeVar("_Read")

Held = Callable[[list[str], bool], Mapping[str, str | None]]
"""Gives, of identifiers, those held (and, when true, met in the present pass) and where each came from."""

log = get_logger(__name__)


class EndlessListError(ProtocolError):
    """The server leads in a circle."""


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """One page, and where the harvest stands once it is stored.

    Attributes:
        records: the records of the page, those left out that a preferred prefix has.
        state: the state to store with them.
        total: size of the present list, when the server says.
        step: begin (nothing met yet), page, or end (all lists are through).
        full: this harvest meets everything the server has.
    """

    records: tuple[Record, ...]
    state: dict[str, Any]
    total: int | None = None
    step: str = "page"
    full: bool = False


class OaiClient:
    """Speaks to one server."""

    def __init__(self, source: Source, fetcher: Fetcher) -> None:
        self.url = str(declared(source).url)
        self._politeness = source.politeness
        self._fetcher = fetcher

    def identify(self) -> Identity:
        """Ask what the server is."""
        return self._ask({"verb": "Identify"}, read_identity)

    def prefixes(self) -> list[str]:
        """Ask which metadata prefixes the server has."""
        return self._ask({"verb": "ListMetadataFormats"}, read_formats)

    def page(self, arguments: Mapping[str, str]) -> Page:
        """Ask for one page of a list."""
        return self._ask({"verb": "ListRecords", **arguments}, read_page)

    def _ask(self, arguments: Mapping[str, str], read: Callable[[bytes], _Read]) -> _Read:
        """Ask and read; an answer that is broken may come whole the next time."""
        for left in reversed(range(BROKEN_TRIES)):
            answer = self._fetcher.get(self.url, arguments, politeness=self._politeness, error_bodies=True)
            try:
                return _read_answer(answer, read)
            except BrokenAnswerError as error:
                log.warning("oai.broken", url=answer.url, detail=error.detail, tries_left=left)
                if not left:
                    raise
        raise AssertionError("unreachable")


def _read_answer(answer: Answer, read: Callable[[bytes], _Read]) -> _Read:
    """Read an answer; errors of the standard often come with a status of 4xx, and are read all the same."""
    try:
        return read(answer.body)
    except BrokenAnswerError:
        check_status(answer)
        raise


def declared(source: Source) -> OaiPmh:
    """Give the declaration of the server.

    Raises:
        ConfigError: the source is harvested otherwise.
    """
    if not isinstance(source.harvest, OaiPmh):
        raise ConfigError(f"Source {source.key} is not harvested by OAI-PMH.")
    return source.harvest


def fetch_oai(
    source: Source,
    fetcher: Fetcher,
    saved: dict[str, Any],
    *,
    now: datetime,
    full: bool = False,
    held: Held | None = None,
    report: Report | None = None,
) -> Iterator[Batch]:
    """Walk what the server has, or what changed since the last complete walk, from where a killed one stopped.

    Args:
        source: the declaration.
        fetcher: the door to the network.
        saved: the state stored last; empty before the first harvest.
        now: when the records are fetched.
        full: meet everything again.
        held: tells what is held, so that a record is taken from the first prefix that has it.
        report: told of what was repaired.

    Raises:
        HarvestError: the walk cannot go on; what was yielded stands, and a later call goes on from its state.
    """
    walk = _Walk(source, OaiClient(source, fetcher), saved, now)
    walk.held = held or walk.held
    walk.report = report or walk.report
    return walk.run(full=full)


class _Walk:
    def __init__(self, source: Source, client: OaiClient, saved: dict[str, Any], now: datetime) -> None:
        self._source = source
        self._client = client
        self._state = load_oai_state(saved, client.url)
        self._now = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._fetched = now.astimezone(UTC).isoformat(timespec="seconds")
        self.held: Held = lambda _names, _met: {}
        self.report: Report = lambda problem: log.warning(problem.code, detail=problem.detail)

    def run(self, *, full: bool) -> Iterator[Batch]:
        identity = self._client.identify()
        prefixes = self._prefixes()
        names = self._arrange(prefixes)
        self._by_second = identity.by_second
        if self._begin(full=full):
            yield self._batch(step="begin")
        for name, (prefix, set_name) in names.items():
            opening = {"metadataPrefix": prefix, **({"set": set_name} if set_name else {})}
            yield from self._list(name, opening, identity, prefixes)
        everything = self._state.doing == "full"
        self._state.doing = None
        yield Batch(records=(), state=save_oai_state(self._state), step="end", full=everything)

    def _prefixes(self) -> list[str]:
        wanted = declared(self._source).prefixes
        try:
            offered = self._client.prefixes()
        except ProtocolError as error:
            log.warning("oai.formats_unknown", source=self._source.key, detail=error.detail)
            return list(wanted)
        prefixes = [prefix for prefix in wanted if prefix in offered]
        if not prefixes:
            raise ProtocolError(
                f"{self._client.url} offers none of the declared prefixes {', '.join(wanted)}.",
                hint=f"It offers {', '.join(offered[:20]) or 'none'}.",
                source=self._source.key,
            )
        return prefixes

    def _arrange(self, prefixes: list[str]) -> dict[str, tuple[str, str]]:
        """Name the lists to walk, and drop the state of those no longer declared."""
        sets = declared(self._source).sets or ("",)
        names = {f"{prefix} {each}".strip(): (prefix, each) for prefix in prefixes for each in sets}
        self._state.lists = {name: self._state.lists.get(name) or ListState() for name in names}
        return names

    def _begin(self, *, full: bool) -> bool:
        """Start a harvest unless one is under way that can go on; a first harvest is a full one."""
        if self._state.doing == "full" or (self._state.doing == "new" and not full):
            return False
        everything = full or all(each.mark is None for each in self._state.lists.values())
        self._state.doing = "full" if everything else "new"
        for each in self._state.lists.values():
            each.begin(full=everything)
        return True

    def _batch(self, records: tuple[Record, ...] = (), *, total: int | None = None, step: str = "page") -> Batch:
        state = save_oai_state(self._state)
        return Batch(records=records, state=state, total=total, step=step, full=self._state.doing == "full")

    def _list(self, name: str, opening: dict[str, str], identity: Identity, prefixes: list[str]) -> Iterator[Batch]:
        state = self._state.lists[name]
        circle = _Circle()
        restarts = 0
        while not state.done:
            try:
                page = self._page(state, opening, identity)
            except OaiError as error:
                if error.code != BAD_RESUMPTION_TOKEN or state.token is None or restarts >= MAX_RESTARTS:
                    raise
                restarts += 1
                log.warning("oai.list_restarted", source=self._source.key, list=name, received=state.received)
                state.rewind()
                circle = _Circle()
                continue
            circle.check(state.token, page)
            self._advance(state, page)
            records = self._records(page, opening["metadataPrefix"], prefixes)
            yield self._batch(records, total=page.total)

    def _page(self, state: ListState, opening: dict[str, str], identity: Identity) -> Page:
        try:
            return self._client.page(self._arguments(state, opening, identity))
        except OaiError as error:
            if error.code == BAD_ARGUMENT and state.since and not state.token and self._by_second:
                # Some servers announce seconds and refuse them.
                self._by_second = False
                return self._page(state, opening, identity)
            if error.code in {NO_RECORDS_MATCH, CANNOT_DISSEMINATE_FORMAT}:
                return Page()
            raise

    def _arguments(self, state: ListState, opening: dict[str, str], identity: Identity) -> dict[str, str]:
        if state.token is not None:
            return {"resumptionToken": state.token}
        if state.since is None:
            return opening
        return {**opening, "from": write_from(state.since, identity, by_second=self._by_second)}

    def _advance(self, state: ListState, page: Page) -> None:
        stamps = [stamp for item in page.items if (stamp := read_datestamp(item.datestamp))]
        state.started = state.started or page.answered or self._now
        state.highest = max([*stamps, *([state.highest] if state.highest else [])], default=None)
        state.received += len(page.items)
        state.token = page.token
        if page.token is None:
            state.finish(self._now)
        if page.repaired:
            self.report(
                Problem(
                    code="oai.repaired",
                    place=self._client.url,
                    detail=f"A page of {len(page.items)} records held characters no XML may hold; they were removed.",
                    lossy=False,
                )
            )

    def _records(self, page: Page, prefix: str, prefixes: list[str]) -> tuple[Record, ...]:
        names = [safe_identifier(item.identifier) for item in page.items]
        better = set(prefixes[: prefixes.index(prefix)])
        taken = self.held(names, self._state.doing == "full") if better else {}
        return tuple(
            Record(
                source=self._source.key,
                identifier=name,
                body=item.body,
                media_type="application/xml",
                format=self._source.reader or "",
                datestamp=item.datestamp,
                fetched=self._fetched,
                url=record_url(self._client.url, item.identifier, prefix),
                deleted=item.deleted,
            )
            for name, item in zip(names, page.items, strict=True)
            if name not in taken or prefix_of(taken[name]) not in better
        )


class _Circle:
    """Notices when a server leads in a circle."""

    def __init__(self) -> None:
        self._tokens: set[str] = set()
        self._last: tuple[str, ...] = ()
        self._empty = 0

    def check(self, asked: str | None, page: Page) -> None:
        """Look at a page that was asked for with token `asked`.

        Raises:
            EndlessListError: its token was met before, it repeats the page before, or nothing comes any more.
        """
        if asked is not None:
            self._tokens.add(asked)
        names = tuple(item.identifier for item in page.items)
        self._empty = 0 if names else self._empty + 1
        if page.token is not None and page.token in self._tokens:
            raise EndlessListError("The server gives the same resumption token again; the list would never end.")
        if page.token is not None and names and names == self._last:
            raise EndlessListError("The server gives the same page again; the list would never end.")
        if page.token is not None and self._empty > MAX_EMPTY_PAGES:
            raise EndlessListError(f"The server gave {self._empty} pages without a record; the list would never end.")
        self._last = names


def record_url(url: str, identifier: str, prefix: str) -> str:
    """Give the address of one record of a server in one format."""
    arguments = {"verb": "GetRecord", "metadataPrefix": prefix, "identifier": identifier.encode("utf-8", "replace")}
    return f"{url}{'&' if '?' in url else '?'}{urlencode(arguments)}"


def prefix_of(url: str | None) -> str | None:
    """Give the metadata prefix a record's address names."""
    return next(iter(parse_qs(urlsplit(url or "").query).get("metadataPrefix", [])), None)
