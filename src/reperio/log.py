"""Logging: constant events with keyword data, structlog over the standard library."""

from __future__ import annotations

import logging
import secrets
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import structlog

SECRET_WORDS = ("password", "secret", "token", "authorization", "api_key")
MOST_FRAMES = 30
"""Of a trace's calls the innermost that are told, for each of the errors that led to one another."""
MOST_CHARACTERS = 16_000
"""Of a trace: its beginning and its end are told, and how much was left out between."""


def _redact(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    for key in event:
        if any(word in key.lower() for word in SECRET_WORDS):
            event[key] = "[redacted]"
    return event


def trace_of(error: BaseException) -> str:
    """Tell where an error came from: the calls and their lines, never what variables held.

    Of bounded size, and quick: what variables hold is private, and a catalogue in one of them takes minutes to print.
    """
    told = traceback.TracebackException.from_exception(error, limit=-MOST_FRAMES, capture_locals=False)
    text = "".join(told.format()).rstrip("\n")
    left_out = len(text) - MOST_CHARACTERS
    if left_out <= 0:
        return text
    half = MOST_CHARACTERS // 2
    return f"{text[:half]}\n[... {left_out} characters left out ...]\n{text[-half:]}"


def _trace(exc_info: structlog.typing.ExcInfo) -> str:
    return trace_of(exc_info[1])


def configure(level: str = "info", form: Literal["text", "json"] = "text") -> None:
    """Send events of at least `level` to standard error, as text for people or as JSON lines for machines."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(_trace),
            _redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        # Standard error as it is when an event is logged: it may have been replaced since.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def configure_if_nobody_did(form: Literal["text", "json"] = "text") -> None:
    """Send all events as `configure` does, in a program that has configured none: structlog's own form prints variables."""
    if not structlog.is_configured():
        configure("debug", form)


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """Give the logger of a module; its events are constants such as `record.skipped`."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(module=name)
    return logger


@contextmanager
def numbered() -> Iterator[str]:
    """Number a piece of work: until its end every event carries the number as `run_id`. Gives the number."""
    number = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{secrets.token_hex(3)}"
    with structlog.contextvars.bound_contextvars(run_id=number):
        yield number


@contextmanager
def run(stage: str) -> Iterator[str]:
    """Number a piece of work, see `numbered`, and log when it begins and how it ends."""
    log = get_logger(__name__)
    begun = time.monotonic()
    with numbered() as number:
        log.info("run.started", stage=stage)
        outcome = "broken off"
        try:
            yield number
            outcome = "done"
        finally:
            log.info("run.ended", stage=stage, outcome=outcome, seconds=round(time.monotonic() - begun, 3))


class _Adopted(logging.Handler):
    """Passes on what a library logs by the standard library as an event of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log it in the form of the others."""
        trace = record.exc_info if record.exc_info and record.exc_info[0] else None
        get_logger(record.name).log(record.levelno, "library.said", said=record.getMessage(), exc_info=trace)


def adopt(name: str, level: int) -> None:
    """Let what the library's logger `name` logs be among our events, from `level` on."""
    logger = logging.getLogger(name)
    logger.handlers = [_Adopted()]
    logger.setLevel(level)
    logger.propagate = False
