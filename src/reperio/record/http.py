"""The only door to the network: polite, patient, bounded, and closed to private addresses."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from types import TracebackType
from typing import Self

import httpx
import msgspec
import stamina

from reperio import __version__
from reperio.errors import FetchError, HarvestError, ProtocolError, RefusedError
from reperio.log import get_logger
from reperio.record.address import Resolve, check_addresses, resolve_host
from reperio.source.model import Politeness

MAX_REDIRECTS = 5
LONGEST_WAIT = 300.0
"""Seconds we wait when a server says when to come back; longer than that, and the harvest ends for now."""
DEADLINE_FACTOR = 10
"""A whole answer may take this many times the longest silence."""
MEGABYTE = 1024 * 1024
REFUSALS = frozenset({401, 402, 403, 407, 451})

log = get_logger(__name__)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a server answered.

    Attributes:
        url: where the answer came from, after redirects.
        status: HTTP status.
        body: decoded bytes.
        media_type: as stated, lower case, without parameters; empty when not stated.
    """

    url: str
    status: int
    body: bytes
    media_type: str = ""


class Clock:
    """Time as the fetcher sees it; tests give another one."""

    def now(self) -> float:
        """Seconds on a clock that never goes back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class _PassingError(FetchError):
    """A failure that passes; `wait` is what the server asked for, in seconds."""

    def __init__(self, detail: str, *, url: str, wait: float | None = None) -> None:
        super().__init__(detail, url=url)
        self.wait = wait


class Fetcher:
    """Asks servers for documents. One may serve many sources and threads; delays are kept by host.

    Args:
        politeness: in force where a request names none.
        contact: e-mail address or URL of the operator, sent with each request.
        allow_private: visit private addresses too.
        backoff_seconds: first wait after a failure; it doubles with each.
        clock: time.
        resolve: gives the addresses of a host.
        transport: carries requests; tests give another one.
    """

    def __init__(
        self,
        politeness: Politeness | None = None,
        *,
        contact: str | None = None,
        allow_private: bool = False,
        backoff_seconds: float = 1.0,
        clock: Clock | None = None,
        resolve: Resolve = resolve_host,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._politeness = politeness or Politeness()
        self._backoff = backoff_seconds
        self._clock = clock or Clock()
        self._turns = _Turns(self._clock)
        self._contact = contact
        self._resolve = resolve
        self._allow_private = allow_private
        self._transport = transport

    @cached_property
    def _client(self) -> httpx.Client:
        """Made when it is first needed: it reads certificates, which sources on disk do without."""
        inner = self._transport or httpx.HTTPTransport()
        return httpx.Client(
            transport=_CheckedTransport(inner, self._resolve, allow_private=self._allow_private),
            headers={"User-Agent": user_agent(self._contact)},
            follow_redirects=True,
            max_redirects=MAX_REDIRECTS,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, if there are any."""
        if "_client" in vars(self):
            self._client.close()

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        politeness: Politeness | None = None,
        error_bodies: bool = False,
    ) -> Answer:
        """Ask for `url`, waiting its turn, and again when the failure may pass.

        Args:
            url: address, http or https.
            params: added to its query.
            politeness: delay, tries, longest silence and largest answer for this request.
            error_bodies: give answers of status 4xx instead of raising, for protocols that speak in them.

        Raises:
            FetchError: the server cannot be reached, is overloaded or broken, after all tries.
            RefusedError: the server refuses, the answer is too large, or the address is one we do not visit.
            ProtocolError: the server answers otherwise than HTTP allows, or with another 4xx status.
        """
        manners = politeness or self._politeness
        attempts = stamina.retry_context(
            _may_pass,
            attempts=manners.tries,
            timeout=None,
            wait_initial=self._backoff,
            wait_max=LONGEST_WAIT,
            wait_jitter=0,
        )
        for attempt in attempts:
            with attempt:
                answer = self._ask(url, params or {}, manners)
        return answer if error_bodies else _accept(answer)

    def _ask(self, url: str, params: Mapping[str, str], manners: Politeness) -> Answer:
        try:
            request = self._client.build_request("GET", httpx.URL(url).copy_merge_params(params))
            request.extensions["timeout"] = httpx.Timeout(manners.timeout_seconds).as_dict()
            self._turns.take(request.url.host, manners.delay_seconds)
            response = self._client.send(request, stream=True)
            try:
                return self._read(response, manners)
            finally:
                response.close()
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.CookieConflict) as error:
            raise RefusedError(f"{url} is no address we visit: {error}.", url=url) from error
        except (httpx.TooManyRedirects, httpx.DecodingError) as error:
            raise ProtocolError(f"{url} does not answer properly: {error}.", url=url) from error
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise _PassingError(f"{url} cannot be reached: {_reason(error)}.", url=url) from error

    def _read(self, response: httpx.Response, manners: Politeness) -> Answer:
        url = str(response.url)
        if response.status_code == 429 or response.status_code >= 500:
            wait = read_retry_after(response.headers.get("retry-after"), datetime.now(UTC))
            raise _PassingError(f"{url} answers with status {response.status_code}.", wait=wait, url=url)
        return Answer(
            url=url,
            status=response.status_code,
            body=self._read_body(response, manners),
            media_type=response.headers.get("content-type", "").split(";")[0].strip().lower(),
        )

    def _read_body(self, response: httpx.Response, manners: Politeness) -> bytes:
        limit = manners.max_megabytes * MEGABYTE
        deadline = self._clock.now() + manners.timeout_seconds * DEADLINE_FACTOR
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > limit:
                raise RefusedError(
                    f"{response.url} answers with more than {manners.max_megabytes} MB.",
                    hint="politeness.max_megabytes sets the limit.",
                    url=str(response.url),
                )
            if self._clock.now() > deadline:
                raise _PassingError(f"{response.url} drips its answer.", url=str(response.url))
        return bytes(body)


class _Turns:
    """Keeps requests to one host apart."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def take(self, host: str, delay: float) -> None:
        """Wait until `delay` seconds have passed since the last turn at this host."""
        with self._lock:
            now = self._clock.now()
            turn = max(now, self._next.get(host, now))
            self._next[host] = turn + delay
        if turn > now:
            self._clock.sleep(turn - now)


class _CheckedTransport(httpx.BaseTransport):
    """Looks up the host of each request, redirected ones too, and connects to the very address it checked.

    A name that answers differently the second time it is asked (DNS rebinding) gains nothing.
    """

    def __init__(self, inner: httpx.BaseTransport, resolve: Resolve, *, allow_private: bool) -> None:
        self._inner = inner
        self._resolve = resolve
        self._allow_private = allow_private

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.scheme not in {"http", "https"}:
            raise httpx.UnsupportedProtocol(f"scheme {request.url.scheme!r}", request=request)
        host = request.url.raw_host.decode("ascii").strip("[]")
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        if not 0 < port < 65536:
            raise httpx.UnsupportedProtocol(f"port {port}", request=request)
        addresses = self._resolve(host, port)
        if not self._allow_private:
            check_addresses(host, addresses)
        failure: httpx.TransportError = httpx.ConnectError(f"{host} has no address", request=request)
        for address in addresses:
            try:
                return self._inner.handle_request(_pinned(request, host, address))
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure

    def close(self) -> None:
        self._inner.close()


def _pinned(request: httpx.Request, host: str, address: str) -> httpx.Request:
    """Give the same request to an address; Host and the certificate's name stay those of the host."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": host},
    )


def user_agent(contact: str | None) -> str:
    """Say who asks, and whom to write to."""
    words = "".join(char for char in contact or "" if char.isascii() and char.isprintable())
    return f"Reperio/{__version__} (+{words})" if words else f"Reperio/{__version__}"


def read_retry_after(value: str | None, now: datetime) -> float | None:
    """Read the header `Retry-After` (RFC 9110, 10.2.3): seconds to wait, None when absent or unreadable."""
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value[:12])
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


def _may_pass(error: Exception) -> bool | float:
    if not isinstance(error, _PassingError):
        return isinstance(error, FetchError)
    if error.wait is None:
        return True
    return error.wait if error.wait <= LONGEST_WAIT else False


def _accept(answer: Answer) -> Answer:
    check_status(answer)
    return answer


def check_status(answer: Answer) -> None:
    """Pass only an answer with a status of success.

    Raises:
        RefusedError: the server does not let us in.
        ProtocolError: any other status.
    """
    if 200 <= answer.status < 300:
        return
    kind: type[HarvestError] = RefusedError if answer.status in REFUSALS else ProtocolError
    raise kind(f"{answer.url} answers with status {answer.status}.", url=answer.url, status=answer.status)


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
