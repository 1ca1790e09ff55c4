"""The socket a server listens on: answers leave at once, and while it stops nobody is taken in who would be dropped."""

from __future__ import annotations

import gc
import socket
import sys
from collections.abc import Iterator

import pytest

from reperio.settings import Settings
from reperio.web.app import create_app
from reperio.web.serving import LOOKED_THROUGH, Server, refuse_new, serve
from web.standin import StandIn

pytestmark = [pytest.mark.server, pytest.mark.enable_socket]


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        made.settimeout(5)
        yield made


def test_answers_do_not_wait_for_small_packets(listening: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Server, "run", lambda _server, sockets: None)
    app = create_app(Settings(), StandIn())
    serve(app, listening, Settings())
    with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_garbage_is_looked_for_seldom(listening: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Server, "run", lambda _server, sockets: None)
    before = gc.get_threshold()
    try:
        gc.unfreeze()
        serve(create_app(Settings(), StandIn()), listening, Settings())
        assert gc.get_threshold() == LOOKED_THROUGH
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a program leave connections unanswered")
def test_who_connected_before_is_taken_in_and_nobody_after(listening: socket.socket) -> None:
    with socket.create_connection(listening.getsockname()) as before:
        refuse_new(listening)
        with pytest.raises(TimeoutError):
            socket.create_connection(listening.getsockname(), timeout=0.3)
        with listening.accept()[0] as accepted:
            before.sendall(b"asked")
            assert accepted.recv(5) == b"asked"
    listening.settimeout(0.2)
    with pytest.raises(TimeoutError):
        listening.accept()
