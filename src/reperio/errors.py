"""Every error Reperio raises, in one tree.

The class says who acts and how loudly::

    ReperioError
    ├─ ConfigError          the operator: stop, exit code 2
    │  └─ SourceError       one source's declaration is wrong
    ├─ HarvestError         the world outside
    │  ├─ FetchError        passing: retry later
    │  ├─ ProtocolError     the server breaks its protocol
    │  └─ RefusedError      the server (or our own safety) says no: abort this source
    ├─ RecordError          one record cannot be read: skip it, count it, report it
    ├─ BackendError         the index or the corpus fails (503)
    │  ├─ NotReadyError     nothing indexed yet, or the index is of another schema or model (503)
    │  └─ MeaningError      search by meaning fails; by words it goes on, and says so
    └─ QueryError           the asker (400)
       ├─ NotFoundError     no such thing (404)
       ├─ GoneError         it was here and was withdrawn (410)
       └─ MovedError        it lives at another identifier now (308)

Below errors stand *issues* (`reperio.resource.issues`): what is wrong inside a record, collected with its
path while the rest is read, never raised.
"""

from __future__ import annotations


class ReperioError(Exception):
    """Root of the tree.

    Args:
        detail: what happened, in one sentence.
        hint: what to do about it, in one sentence; may be empty.
        context: the facts of the case (source, path, url, ...), for logs and API answers.
    """

    def __init__(self, detail: str, *, hint: str = "", **context: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.hint = hint
        self.context = context

    def __str__(self) -> str:
        return f"{self.detail} {self.hint}".strip()


class ConfigError(ReperioError):
    """The operator's settings or declarations are wrong."""


class SourceError(ConfigError):
    """The declaration of one source is wrong."""


class HarvestError(ReperioError):
    """Fetching failed."""


class FetchError(HarvestError):
    """Fetching failed for now; the same request may succeed later."""


class ProtocolError(HarvestError):
    """The server answered something its protocol does not allow."""


class RefusedError(HarvestError):
    """The server refuses, or the address is one we refuse to visit."""


class RecordError(ReperioError):
    """One record cannot be read at all."""


class BackendError(ReperioError):
    """The index or the corpus cannot do its work."""


class NotReadyError(BackendError):
    """There is no index yet, or it was built for another schema or model."""


class MeaningError(BackendError):
    """Search by meaning fails where search by words may not: the question is put again, by words only."""


class QueryError(ReperioError):
    """The question cannot be answered as asked."""


class NotFoundError(QueryError):
    """Nothing has that identifier."""


class GoneError(QueryError):
    """What had that identifier was withdrawn by its source."""


class MovedError(QueryError):
    """What had that identifier now answers to `target`."""

    def __init__(self, detail: str, *, target: str, **context: object) -> None:
        super().__init__(detail, hint="", **context)
        self.target = target
