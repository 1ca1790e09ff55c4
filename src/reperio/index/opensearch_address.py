"""Where a search cluster is and how an index is laid out in it, all told by one URL."""

from __future__ import annotations

import re
from typing import Final, Literal
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from reperio.errors import ConfigError

Dialect = Literal["opensearch", "elasticsearch"]

DEFAULT_PORT: Final = 9200
DEFAULT_PREFIX: Final = "reperio"
MOST_SHARDS: Final = 1024
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_.-]{0,60}")
_HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>\d{1,5}))?")
_HINT = (
    "It looks like opensearch://host:9200/reperio, or opensearch+https://name:password@one,two:9200/reperio?shards=3."
)


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """A cluster, and what its indexes are called there.

    Attributes:
        dialect: whose query language it speaks where the two differ.
        nodes: base URLs of its nodes; any of them can be asked.
        prefix: what the names of our indexes begin with.
        user, password: who we are to it; empty where it does not ask.
        shards: shards of the index of variables; the catalogue has one for every eight of them.
        replicas: copies of each shard besides the first; None lets the cluster keep one as soon as it has two nodes.
        vectors: where vectors lie: in the cluster where it can keep them, or in files beside who asks.
    """

    dialect: Dialect
    nodes: tuple[str, ...]
    prefix: str = DEFAULT_PREFIX
    user: str = ""
    password: str = ""
    shards: int = 1
    replicas: int | None = None
    vectors: Literal["cluster", "files"] = "cluster"


def parse_address(url: str) -> Address:
    """Read the URL of a search cluster: `dialect[+https]://[user:password@]host[:port][,host...]/prefix[?shards=&replicas=&vectors=]`.

    Raises:
        ConfigError: it is none.
    """
    parts = urlsplit(url)
    dialect, _, transport = parts.scheme.partition("+")
    if dialect not in ("opensearch", "elasticsearch") or transport not in ("", "http", "https"):
        raise ConfigError("REPERIO_INDEX_URL names no search cluster.", hint=_HINT)
    credentials, _, hosts = parts.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    prefix = parts.path.strip("/") or DEFAULT_PREFIX
    if not _PREFIX.fullmatch(prefix):
        raise ConfigError(
            f"REPERIO_INDEX_URL: an index cannot be called {prefix[:80]!r}.",
            hint="Lower-case letters, digits, dots, hyphens and underscores.",
        )
    options = parse_qs(parts.query, keep_blank_values=True)
    if unknown := sorted(options.keys() - {"shards", "replicas", "vectors"}):
        raise ConfigError(f"REPERIO_INDEX_URL has no option {unknown[0]!r}.", hint=_HINT)
    vectors = options.get("vectors", ["cluster"])[-1]
    if vectors not in ("cluster", "files"):
        raise ConfigError("REPERIO_INDEX_URL: vectors are in the `cluster` or in `files`.")
    return Address(
        dialect="opensearch" if dialect == "opensearch" else "elasticsearch",
        nodes=tuple(_node(host, transport or "http") for host in hosts.split(",")),
        prefix=prefix,
        user=unquote(user),
        password=unquote(password),
        shards=_number(options, "shards", 1, MOST_SHARDS) or 1,
        replicas=_number(options, "replicas", 0, 20),
        vectors="files" if vectors == "files" else "cluster",
    )


def _node(host: str, transport: str) -> str:
    found = _HOST.fullmatch(host)
    if found is None or int(found["port"] or DEFAULT_PORT) > 65_535:
        raise ConfigError(f"REPERIO_INDEX_URL names no host in {host[:80]!r}.", hint=_HINT)
    return f"{transport}://{found['name']}:{found['port'] or DEFAULT_PORT}"


def _number(options: dict[str, list[str]], name: str, least: int, most: int) -> int | None:
    if name not in options:
        return None
    told = options[name][-1]
    if not (told.isascii() and told.isdecimal() and least <= int(told) <= most):
        raise ConfigError(f"REPERIO_INDEX_URL: {name} is a number from {least} to {most}.")
    return int(told)
