"""Requests to a search cluster, and what their failures mean."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from reperio.errors import BackendError, ConfigError, NotReadyError
from reperio.index.opensearch_address import Address
from reperio.log import get_logger

log = get_logger(__name__)

SECONDS: Final = 20.0  # to wait for an answer
SEARCH_SECONDS: Final = 7.0  # before a search is asked of others: a node may hang and not be gone
ATTEMPTS: Final = 3
BULK_SECONDS: Final = 30.0  # to wait before a write is sent again, by way of another node
SETTLE_SECONDS: Final = 120.0
PATIENCE: Final = 90.0  # seconds for which writing is tried again while a cluster gets over the loss of a node
MOST_SAID: Final = 300  # characters of what a cluster gives as its reason
BULK_BYTES: Final = 5_000_000
BULK_ACTIONS: Final = 1_000
_PASSING: Final = frozenset({408, 429, 502, 503, 504})
_OF_ONE_NODE: Final = frozenset({502, 503, 504})
_FULL: Final = ("disk usage exceeded", "read-only-allow-delete", "No space left on device")
_UNREACHED = "The search cluster cannot be reached"
_UNREADABLE = "The search cluster answered what cannot be read"
_PROXY = "Something that stands before it, a proxy, may have answered in its place."
_HINT = "It is asked again at the next question; see whether its nodes are up."


class Action(msgspec.Struct, frozen=True):
    """One line or two of a bulk request: the key of a document, its version, and its JSON (None deletes it)."""

    index: str
    key: str
    version: int
    document: bytes | None

    def lines(self) -> bytes:
        """The lines as the engine takes them. An older version than the one it has changes nothing there."""
        verb = "delete" if self.document is None else "index"
        told = {"_index": self.index, "_id": self.key, "version": self.version, "version_type": "external_gte"}
        return msgspec.json.encode({verb: told}) + b"\n" + (b"" if self.document is None else self.document + b"\n")


class Wire:
    """A connection to a cluster; safe to share between threads.

    Args:
        address: the cluster.

    Raises:
        ConfigError: the client library is not installed.
    """

    def __init__(self, address: Address) -> None:
        try:
            from opensearchpy import OpenSearch  # noqa: PLC0415 - an optional extra
        except ImportError as error:
            raise ConfigError(
                "REPERIO_INDEX_URL needs the package opensearch-py, which is not installed.",
                hint="`pip install 'reperio[opensearch]'` brings it.",
            ) from error
        logging.getLogger("opensearch").setLevel(logging.CRITICAL)  # what it would tell of is raised
        signed: dict[str, Any] = {"http_auth": (address.user, address.password)} if address.user else {}
        self._client = OpenSearch(
            list(address.nodes), timeout=SECONDS, max_retries=0, retry_on_timeout=True, http_compress=True, **signed
        )  # a node that does not answer is left alone for a while; what is asked again, and of whom, is said below

    def ask(
        self, method: str, path: str, body: Any = None, *, seconds: float = SECONDS, **params: str | int | bool
    ) -> Any:
        """Send a request and give its answer; where a node cannot be reached, another is asked.

        Raises:
            NotReadyError: the index that it is about does not exist.
            BackendError: the cluster cannot be reached, is not able to answer, or refuses.
        """
        for _ in range(ATTEMPTS - 1):
            try:
                return self._once(method, path, body, seconds, params)
            except _HungError:
                raise
            except _AwayError as error:
                log.info("cluster.another_node", reason=error.detail)
        return self._once(method, path, body, seconds, params)

    def search(self, path: str, body: Any, *, preference: str, **params: str | int | bool) -> Any:
        """Send a search, of the copies that a preference names; where one of them hangs or is away, of any.

        Raises:
            BackendError: as `ask`.
        """
        return self._of_any(
            lambda chosen: self._once("POST", path, body, SEARCH_SECONDS, {**params, **chosen}), preference
        )

    def search_each(self, index: str, bodies: Sequence[Mapping[str, Any]], *, preference: str) -> list[Any]:
        """Send several searches of an index together, each to be answered whole; gives their answers in order.

        Raises:
            BackendError: as `ask`, of the first that failed.
        """
        header = {"index": index, "allow_partial_search_results": False}

        def send(chosen: Mapping[str, str]) -> list[Any]:
            lines = [msgspec.json.encode(part) + b"\n" for body in bodies for part in (header | dict(chosen), body)]
            answers = self._once("POST", "/_msearch", b"".join(lines), SEARCH_SECONDS, {})["responses"]
            for answer in answers:
                if "error" in answer:
                    raise _refusal(int(answer.get("status", 500)), answer)
            return list(answers)

        return self._of_any(send, preference) if bodies else []

    def _of_any(self, send: Callable[[Mapping[str, str]], Any], preference: str) -> Any:
        chosen = {"preference": preference}
        for _ in range(ATTEMPTS - 1):
            try:
                return send(chosen)
            except _AwayError as error:
                log.info("cluster.another_copy", reason=error.detail)
                chosen = {}
        return send(chosen)

    def _once(self, method: str, path: str, body: Any, seconds: float, params: Mapping[str, Any]) -> Any:
        from opensearchpy import exceptions  # noqa: PLC0415 - an optional extra

        sent = {**params, "request_timeout": seconds}
        try:
            answer = self._client.transport.perform_request(method, path, params=sent, body=body)
        except exceptions.SerializationError as error:
            raise _AwayError(f"{_UNREADABLE}: {_short(error)}.", hint=_PROXY) from error
        except exceptions.NotFoundError as error:
            raise NotReadyError(
                "There is no such index in the search cluster.", hint="`reperio index` builds it."
            ) from error
        except exceptions.ConnectionTimeout as error:
            raise _HungError(f"The search cluster did not answer within {seconds:g} seconds.", hint=_HINT) from error
        except exceptions.ConnectionError as error:  # broken certificates too
            raise UnreachedError(f"{_UNREACHED}: {_short(error.error)}.", hint=_HINT) from error
        except exceptions.TransportError as error:
            raise _refusal(error.status_code, error.info) from error
        if isinstance(answer, str):
            raise _AwayError(f"{_UNREADABLE}: {_short(answer[:MOST_SAID])}.", hint=_PROXY)
        return answer

    def exists(self, path: str) -> bool:
        """Whether there is something at a path."""
        return bool(self.ask("HEAD", path))

    def bulk(self, actions: Iterable[Action]) -> int:
        """Write, in pieces, again and again while the cluster is getting over something; gives the number written.

        What is acknowledged is on disk in every copy there is. An action that is sent twice has the effect of one.

        Raises:
            BackendError: the cluster did not get over it, or refuses a document.
        """
        written = 0
        for piece in _pieces(actions):
            self._write(piece)
            written += len(piece)
        return written

    def _write(self, actions: Sequence[Action]) -> None:
        waiting, patience = list(actions), _Patience()
        while waiting:
            try:
                waiting = self._send(waiting)
            except PassingError as error:
                if patience.is_over:
                    raise BackendError(error.detail, hint=error.hint) from error
                log.warning("cluster.retry", reason=error.detail, documents=len(waiting))
            else:
                if waiting and patience.is_over:
                    raise BackendError(f"The search cluster did not take {len(waiting)} documents in time.", hint=_HINT)
            if waiting:
                patience.wait()

    def _send(self, actions: list[Action]) -> list[Action]:
        """Send actions once; gives those to be sent again."""
        body = b"".join(action.lines() for action in actions)
        answer = self.ask("POST", "/_bulk", body, seconds=BULK_SECONDS)
        if not answer["errors"]:
            return []
        again = []
        for action, told in zip(actions, answer["items"], strict=True):
            (result,) = told.values()
            status = int(result["status"])
            if any(sign in _reason(result) for sign in _FULL):
                raise _refusal(status, result)
            if status in _PASSING:
                again.append(action)
            elif status not in (200, 201, 404, 409):  # deleted already, or written by a later version
                raise _refusal(status, result)
        return again

    def settled(self, method: str, path: str, body: Any = None, **params: str | int | bool) -> Any:
        """Ask again and again while the cluster is getting over something, and while a shard fails to do as asked."""
        patience = _Patience()
        while True:
            try:
                return _whole(self.ask(method, path, body, seconds=SETTLE_SECONDS, **params))
            except PassingError as error:
                if patience.is_over:
                    raise
                log.warning("cluster.retry", reason=error.detail)
                patience.wait()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class _Patience:
    """For how long, and how often at least, something is tried; each wait is longer than the one before."""

    def __init__(self) -> None:
        self._until = time.monotonic() + PATIENCE
        self._left = ATTEMPTS if PATIENCE > 0 else 0
        self._pause = 0.2

    @property
    def is_over(self) -> bool:
        """Whether to give up: the time is over, and one attempt did not take all of it."""
        return time.monotonic() > self._until and self._left <= 1

    def wait(self) -> None:
        """Wait a little before the next attempt."""
        self._left -= 1
        time.sleep(self._pause * random.uniform(0.5, 1.5))  # noqa: S311 - only spreads the attempts
        self._pause = min(self._pause * 2, 5.0)


class PassingError(BackendError):
    """A failure that a later attempt may not meet."""


class _AwayError(PassingError):
    """A failure of the node that was asked; another may answer."""


class UnreachedError(_AwayError):
    """No connection to the node that was asked: once others were tried, to none."""


class _HungError(_AwayError):
    """No answer in time, of the node that was asked or of one that it asked."""


def _whole(answer: Any) -> Any:
    failed = answer.get("_shards", {}).get("failed", 0)
    if failed:
        raise PassingError(f"{failed} shards of the search cluster failed.", hint=_HINT)
    return answer


def _pieces(actions: Iterable[Action]) -> Iterator[list[Action]]:
    piece: list[Action] = []
    size = 0
    for action in actions:
        piece.append(action)
        size += len(action.document or b"") + 100
        if size >= BULK_BYTES or len(piece) >= BULK_ACTIONS:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece


def _refusal(status: int | str, info: Any) -> BackendError:
    reason = _reason(info)
    if "too_many" in reason or "maxClauseCount" in reason:
        return BackendError(
            "The question has more words than the search cluster takes.",
            hint="Ask with fewer words, or raise indices.query.bool.max_clause_count in the cluster.",
        )
    if any(sign in reason for sign in _FULL):
        return PassingError(
            "The disks of the search cluster are full: it takes no more until there is room.",
            hint="Make room or add a node; writing goes on by itself, or with `reperio index`.",
        )
    if status in _PASSING:
        made = _AwayError if status in _OF_ONE_NODE else PassingError
        return made(f"The search cluster is not able to answer now: {_short(reason)}.", hint=_HINT)
    if status in (401, 403):
        return BackendError(
            "The search cluster does not let us in.", hint="See the name and password in REPERIO_INDEX_URL."
        )
    return BackendError(f"The search cluster refused: {_short(reason)}.", status=status)


def _reason(info: Any) -> str:
    error = info.get("error", info) if isinstance(info, dict) else info
    if not isinstance(error, dict) or not error:
        return str(error)
    causes = [cause for cause in (*error.get("root_cause", ()), error.get("caused_by"), error) if cause]
    telling = next((cause for cause in causes if "too_many" in str(cause.get("type"))), causes[0])
    return f"{telling.get('type')}: {telling.get('reason')}"


def _short(reason: object) -> str:
    return str(reason).rstrip(".")[:MOST_SAID]
