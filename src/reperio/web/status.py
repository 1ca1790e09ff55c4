"""The one table from errors to HTTP status."""

from __future__ import annotations

from reperio.errors import (
    BackendError,
    ConfigError,
    FetchError,
    GoneError,
    HarvestError,
    MeaningError,
    MovedError,
    NotFoundError,
    NotReadyError,
    ProtocolError,
    QueryError,
    RecordError,
    RefusedError,
    ReperioError,
    SourceError,
)
from reperio.web.language import N_
from reperio.web.language import gettext as _

STATUS: dict[type[ReperioError], int] = {
    ReperioError: 500,
    ConfigError: 500,
    SourceError: 500,
    HarvestError: 502,
    FetchError: 502,
    ProtocolError: 502,
    RefusedError: 502,
    RecordError: 500,
    BackendError: 503,
    NotReadyError: 503,
    MeaningError: 503,
    QueryError: 400,
    NotFoundError: 404,
    GoneError: 410,
    MovedError: 308,
}

TITLES = {
    400: N_("The question cannot be answered as asked"),
    404: N_("Not found"),
    405: N_("Method not allowed"),
    406: N_("Not acceptable"),
    410: N_("Withdrawn"),
    413: N_("Too large"),
    422: N_("Not understood"),
    500: N_("Something went wrong on our side"),
    502: N_("A server we depend on failed"),
    503: N_("Not ready"),
}


def status_of(error: ReperioError) -> int:
    """HTTP status of an error: that of its class, else of the nearest class above it."""
    return next(STATUS[known] for known in type(error).__mro__ if known in STATUS)


def title_of(status: int) -> str:
    """Short title of a status, for people."""
    return _(TITLES.get(status, N_("Error")))
