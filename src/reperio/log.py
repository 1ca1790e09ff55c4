"""Logging: constant events with keyword data, structlog over the standard library."""

from __future__ import annotations

import logging
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import structlog

SECRET_WORDS = ("password", "secret", "token", "authorization", "api_key")


def _redact(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    for key in event:
        if any(word in key.lower() for word in SECRET_WORDS):
            event[key] = "[redacted]"
    return event


def configure(level: str = "info", form: Literal["text", "json"] = "text") -> None:
    """Send events of at least `level` to standard error, as text for people or as JSON lines for machines."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        # Standard error as it is when an event is logged: it may have been replaced since.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


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
