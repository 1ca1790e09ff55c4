"""Serving until told to stop, and stopping so that nobody's request fails.

When it is told to stop (SIGTERM, or Ctrl-C) a server first says at `/health/ready` that it is stopping, and goes on
answering for as long as the settings say. Then it takes no new connections, answers what is under way and asks that
connections be closed. What is not answered after `stop_seconds` is broken off. A second signal breaks off at once.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import logging
import os
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

import uvicorn
from fastapi import FastAPI

from reperio.errors import ReperioError
from reperio.log import adopt, get_logger
from reperio.settings import Settings
from reperio.web.pages.home import counted
from reperio.web.readiness import Readiness
from reperio.web.site import Site

log = get_logger(__name__)

LINGER_SECONDS = 1.0
"""How long an open connection may still bring a request once no new ones are taken: it may be under way already."""

GRACE_SECONDS = 3.0
"""How long threads whose requests were broken off may still take."""

OPENED_SECONDS = 60.0
"""How long the opening of an index may take before templates are read beside it."""

FIRST_SECONDS = 5.0
"""How long the first questions are left alone with the machine."""

MOST_ASKED = (
    "layout",
    "parts",
    "search",
    "result",
    "facets",
    "item",
    "item_head",
    "item_tail",
    "variable",
    "again",
    "home",
)
"""Templates that most pages are made of are made ready first."""

PAUSE_SECONDS = 0.2
"""Between two templates: making them ready is work of the interpreter alone, for which questions would wait."""

LOOKED_THROUGH = (10_000, 5, 20)
"""After how many new objects they are looked through for garbage, and after how many times so those before them.

Python's own numbers (700, 10, 10) take 4 ms of a question at 5.2 million variables on average, and up to 140 ms of one;
these take 0.7 ms, and seldom 20 ms. More objects at once take no less in all, and longer each time.
"""

TICK = 0.05

SO_ATTACH_FILTER = 26
"""Of Linux; the module `socket` does not name it."""


class Server(uvicorn.Server):
    """A server that stops in steps."""

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        self._readiness: Readiness = app.state.readiness
        self._drain, self._patience = settings.drain_seconds, settings.stop_seconds
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=settings.stop_seconds,
            )
        )

    def handle_exit(self, _sig: int, _frame: FrameType | None) -> None:
        """Begin to stop; at a second signal break off."""
        if self._readiness.stopping:
            self.force_exit = True
        self._readiness.stopping = True
        self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn does, but a signal that was heeded is not raised again: stopping as told is no failure."""
        before = {one: signal.signal(one, self.handle_exit) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain, take no more connections, let open ones bring what is under way, then end."""
        log.info("server.stopping", under_way=len(self.server_state.tasks))
        await self._wait(self._drain)
        for each in sockets or ():
            refuse_new(each)
        await asyncio.sleep(TICK)  # connections that the system has taken for us are ours to answer
        for server in self.servers:
            server.close()
        await self._wait(LINGER_SECONDS, idle=True)
        begun = time.monotonic()
        await super().shutdown(sockets)
        broken_off = self.force_exit or time.monotonic() - begun >= self._patience
        log.info("server.stopped", broken_off=broken_off)
        if broken_off:  # threads cannot be broken off, and Python would wait for them
            last = threading.Timer(GRACE_SECONDS, os._exit, (1,))
            last.daemon = True
            last.start()

    async def _wait(self, seconds: float, *, idle: bool = False) -> None:
        """Wait, unless a second signal comes, or (`idle`) no connection is left."""
        for _ in range(int(seconds / TICK)):
            if self.force_exit or (idle and not self.server_state.connections):
                return
            await asyncio.sleep(TICK)


def refuse_new(listening: socket.socket) -> None:
    """Have the system leave new connections unanswered, so that none is taken in between the last look and the closing.

    A filter that keeps nothing of any packet (Linux, `SO_ATTACH_FILTER`); elsewhere that moment stays. Who asks meanwhile
    asks again by himself and is refused, before he has sent anything.
    """
    if sys.platform != "linux":
        return
    keep_nothing = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))
    program = struct.pack("HL", 1, ctypes.addressof(keep_nothing))
    with suppress(OSError):
        listening.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)


def prepare_templates(app: FastAPI) -> None:
    """Make them ready, so that no page is the first of its kind to somebody: once the index is open, and bit by bit.

    What the home page tells of everything is counted with them.
    """
    readiness: Readiness = app.state.readiness
    readiness.at_hand(OPENED_SECONDS)
    time.sleep(FIRST_SECONDS)
    site: Site = app.state.site
    first = [f"{name}.html" for name in MOST_ASKED]
    _make_ready(site, first)
    with suppress(ReperioError):  # where something is away, who first asks counts
        counted(site, site.service.status().generation)
    _make_ready(site, [name for name in site.environment.list_templates() if name not in first])


def _make_ready(site: Site, templates: list[str]) -> None:
    for name in templates:
        site.environment.get_template(name)
        time.sleep(PAUSE_SECONDS)


def spare_questions() -> None:
    """Have garbage looked for seldom; to be called before an index is opened.

    The program stays, so nobody need wait while garbage is looked for among it; an index does not. A search leaves hardly
    any garbage that is not freed at once, a page some hundred objects: after a thousand pages the memory is the same.
    """
    gc.freeze()
    gc.set_threshold(*LOOKED_THROUGH)


def serve(app: FastAPI, listening: socket.socket, settings: Settings) -> None:
    """Serve until stopped; the index is opened at once, not when somebody first asks."""
    adopt("uvicorn.error", logging.WARNING)
    spare_questions()
    app.state.readiness.begin()
    threading.Thread(target=prepare_templates, args=(app,), daemon=True, name="templates").start()
    # Of a socket that does not name its protocol, asyncio leaves small packets waiting for the other side: 40 ms an answer.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    Server(app, settings).run(sockets=[listening])
