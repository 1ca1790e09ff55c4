"""The fetcher is polite, patient, bounded, and closed to private addresses."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from reperio.errors import FetchError, ProtocolError, RefusedError
from reperio.record.address import is_public, resolve_host
from reperio.record.http import Clock, Fetcher, read_retry_after, user_agent
from reperio.source.model import Politeness

PUBLIC = "93.184.216.34"
PATIENT = Politeness(delay_seconds=0, tries=3, timeout_seconds=5, max_megabytes=1)
Handler = Callable[[httpx.Request], httpx.Response]


class FakeClock(Clock):
    def __init__(self) -> None:
        self.time = 100.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


class Drip(httpx.SyncByteStream):
    def __init__(self, pieces: int, piece: bytes = b"x" * 65536, each: Callable[[], None] = lambda: None) -> None:
        self.pieces, self.piece, self.each, self.given = pieces, piece, each, 0

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(self.pieces):
            self.each()
            self.given += 1
            yield self.piece


def fetcher(handler: Handler, *, hosts: dict[str, list[str]] | None = None, **more: object) -> Fetcher:
    values = {"backoff_seconds": 0.0, "clock": FakeClock(), **more}
    return Fetcher(
        PATIENT,
        transport=httpx.MockTransport(handler),
        resolve=lambda host, port: (hosts or {}).get(host, [PUBLIC]),
        **values,  # type: ignore[arg-type]
    )


def answers(*responses: httpx.Response | Exception) -> tuple[Handler, list[httpx.Request]]:
    asked: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        response = responses[min(len(asked), len(responses)) - 1]
        if isinstance(response, Exception):
            raise response
        return response

    return handle, asked


def test_an_answer_comes_with_its_address_status_and_type() -> None:
    handle, asked = answers(httpx.Response(200, content=b"<a/>", headers={"content-type": "Text/XML; charset=x"}))
    answer = fetcher(handle, contact="me@e.org").get("https://e.org/oai?x=1", {"verb": "Identify"})
    assert (answer.status, answer.body, answer.media_type) == (200, b"<a/>", "text/xml")
    assert answer.url == "https://e.org/oai?x=1&verb=Identify"
    assert asked[0].headers["user-agent"].endswith("(+me@e.org)")


def test_it_connects_to_the_address_it_checked_under_the_name_of_the_host() -> None:
    handle, asked = answers(httpx.Response(200))
    fetcher(handle).get("https://e.org:8443/x")
    assert str(asked[0].url) == f"https://{PUBLIC}:8443/x"
    assert asked[0].headers["host"] == "e.org:8443"
    assert asked[0].extensions["sni_hostname"] == "e.org"


def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    handle, asked = answers(httpx.ConnectError("no"), httpx.Response(200))
    fetcher(handle, hosts={"e.org": ["2606:2800::1", PUBLIC]}).get("http://e.org/")
    assert [request.url.host for request in asked] == ["2606:2800::1", PUBLIC]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "nonsense",
    ],
)  # fmt: skip
def test_private_addresses_are_refused_before_anything_is_sent(address: str) -> None:
    handle, asked = answers(httpx.Response(200))
    assert not is_public(address)
    with pytest.raises(RefusedError, match="not a public address"):
        fetcher(handle, hosts={"e.org": [PUBLIC, address]}).get("http://e.org/")
    assert asked == []
    fetcher(handle, hosts={"e.org": [PUBLIC, address]}, allow_private=True).get("http://e.org/")
    assert len(asked) == 1


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_are_visited(address: str) -> None:
    assert is_public(address)


def test_a_redirect_to_a_private_address_is_refused() -> None:
    handle, asked = answers(httpx.Response(302, headers={"location": "http://inside/"}))
    with pytest.raises(RefusedError, match="inside"):
        fetcher(handle, hosts={"inside": ["127.0.0.1"]}).get("http://e.org/")
    assert len(asked) == 1


def test_a_redirect_is_followed_and_one_without_end_is_not() -> None:
    handle, _ = answers(httpx.Response(301, headers={"location": "/new"}), httpx.Response(200))
    assert fetcher(handle).get("http://e.org/old").url == "http://e.org/new"
    handle, asked = answers(httpx.Response(302, headers={"location": "/again"}))
    with pytest.raises(ProtocolError, match="redirect"):
        fetcher(handle).get("http://e.org/")
    assert len(asked) == 6


@pytest.mark.parametrize(
    "url", ["ftp://e.org/", "file:///etc/passwd", "//e.org", "http://", "nonsense", "http://e.org:99999/"]
)
def test_other_schemes_are_refused(url: str) -> None:
    handle, asked = answers(httpx.Response(200))
    with pytest.raises(RefusedError):
        fetcher(handle).get(url)
    assert asked == []


def test_a_redirect_to_a_file_is_refused() -> None:
    handle, _ = answers(httpx.Response(302, headers={"location": "file:///etc/passwd"}))
    with pytest.raises(RefusedError):
        fetcher(handle).get("http://e.org/")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_failure_that_passes_is_tried_again(status: int) -> None:
    handle, asked = answers(httpx.Response(status), httpx.Response(status), httpx.Response(200, content=b"ok"))
    assert fetcher(handle).get("http://e.org/").body == b"ok"
    assert len(asked) == 3


@pytest.mark.parametrize(
    "failure",
    [httpx.Response(503), httpx.ReadTimeout("slow"), httpx.ConnectError("no"), httpx.RemoteProtocolError("cut")],
)
def test_a_failure_that_stays_is_a_fetch_error(failure: httpx.Response | Exception) -> None:
    handle, asked = answers(failure)
    with pytest.raises(FetchError):
        fetcher(handle).get("http://e.org/")
    assert len(asked) == 3


def test_it_comes_back_when_the_server_said(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", slept.append)
    handle, _ = answers(httpx.Response(503, headers={"retry-after": "7"}), httpx.Response(502), httpx.Response(200))
    fetcher(handle, backoff_seconds=2.0).get("http://e.org/")
    assert slept == [7.0, 4.0]


def test_it_does_not_wait_for_hours() -> None:
    handle, asked = answers(httpx.Response(503, headers={"retry-after": "86400"}))
    with pytest.raises(FetchError):
        fetcher(handle).get("http://e.org/")
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("status", "kind"), [(401, RefusedError), (403, RefusedError), (404, ProtocolError), (422, ProtocolError)]
)
def test_a_refusal_is_not_tried_again_and_its_body_can_be_read(status: int, kind: type[Exception]) -> None:
    handle, asked = answers(httpx.Response(status, content=b"<error/>"))
    with pytest.raises(kind):
        fetcher(handle).get("http://e.org/")
    assert len(asked) == 1
    answer = fetcher(handle).get("http://e.org/", error_bodies=True)
    assert (answer.status, answer.body) == (status, b"<error/>")


def test_a_huge_answer_is_cut_off_early() -> None:
    drip = Drip(1000)
    handle, asked = answers(httpx.Response(200, stream=drip))
    with pytest.raises(RefusedError, match="more than 1 MB"):
        fetcher(handle).get("http://e.org/")
    assert drip.given <= 17
    assert len(asked) == 1


def test_a_compressed_bomb_is_cut_off() -> None:
    handle, _ = answers(
        httpx.Response(200, stream=Drip(1, gzip.compress(b"0" * 30_000_000)), headers={"content-encoding": "gzip"})
    )
    with pytest.raises(RefusedError):
        fetcher(handle).get("http://e.org/")


def test_damaged_compression_breaks_the_protocol() -> None:
    handle, _ = answers(httpx.Response(200, stream=Drip(1, b"no gzip"), headers={"content-encoding": "gzip"}))
    with pytest.raises(ProtocolError):
        fetcher(handle).get("http://e.org/")


def test_an_answer_that_drips_for_ever_is_given_up() -> None:
    clock = FakeClock()

    def handle(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Drip(1000, b"x", each=lambda: clock.sleep(4)))

    with pytest.raises(FetchError, match="drips"):
        fetcher(handle, clock=clock).get("http://e.org/")


def test_requests_to_one_host_are_kept_apart() -> None:
    clock = FakeClock()
    handle, _ = answers(httpx.Response(200))
    door = fetcher(handle, clock=clock)
    gentle = Politeness(delay_seconds=2)
    door.get("http://e.org/a", politeness=gentle)
    door.get("http://other.org/", politeness=gentle)
    assert clock.slept == []
    clock.time += 0.5
    door.get("http://e.org/b", politeness=gentle)
    assert clock.slept == [1.5]
    clock.time += 10
    door.get("http://e.org/c", politeness=gentle)
    assert clock.slept == [1.5]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(None, None), ("", None), ("120", 120), (" 5 ", 5), ("soon", None), ("-1", None), ("9" * 400, 999999999999),
     ("Thu, 01 Jan 2026 00:01:00 GMT", 60), ("Wed, 31 Dec 2025 00:00:00 GMT", 0), ("Thu, 99 Jan 2026", None)],
)  # fmt: skip
def test_retry_after_is_read_in_both_forms(value: str | None, seconds: float | None) -> None:
    assert read_retry_after(value, datetime(2026, 1, 1, tzinfo=UTC)) == seconds


def test_a_contact_cannot_smuggle_a_header() -> None:
    assert "\r" not in user_agent("me\r\nX-Evil: 1")
    assert user_agent(None).startswith("Reperio/")


def test_a_host_without_address_is_a_passing_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("no such name")

    monkeypatch.setattr("socket.getaddrinfo", fail)
    with pytest.raises(FetchError, match=r"nowhere\.invalid"):
        resolve_host("nowhere.invalid", 80)


@pytest.mark.enable_socket
def test_the_system_resolver_reads_numbers_in_any_form() -> None:
    assert resolve_host("2130706433", 80) == ["127.0.0.1"]


def test_nothing_else_opens_a_door_to_the_network(root: Path) -> None:
    modules = sorted((root / "src" / "reperio").rglob("*.py"))
    assert len(modules) > 20
    doors = re.compile(r"^\s*(?:import|from) (?:httpx|requests|aiohttp|urllib\.request|urllib3|http\.client)\b", re.M)
    assert [path.name for path in modules if doors.search(path.read_text())] == ["http.py"]
