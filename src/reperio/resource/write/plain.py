"""What every writer needs: one line of text, web addresses that are addresses, values that are there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from reperio.resource.fields import Resource
from reperio.resource.model import Agent

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
_UNFIT = re.compile(r"[\s\"<>\\^`{|}]")
LINE_MAX = 2000


def one_line(text: str, limit: int = LINE_MAX) -> str:
    """The text on one line, without control characters and direction marks, cut to `limit` characters."""
    return " ".join(_UNSEEN.sub(" ", text).split())[:limit]


def is_web(address: str | None) -> bool:
    """Whether this is an http or https address with a host, fit to stand in markup."""
    if not address or _UNFIT.search(address) or _UNSEEN.search(address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)


def web(addresses: Iterable[str | None]) -> list[str]:
    """Those that are web addresses, each once."""
    return list(dict.fromkeys(address for address in addresses if address and is_web(address)))


def filled(value: Any) -> Any:
    """The value without anything empty inside it: no None, "", [] or {}."""
    if isinstance(value, dict):
        pruned = {name: filled(held) for name, held in value.items()}
        held = {name: kept for name, kept in pruned.items() if not _is_empty(kept)}
        return held if held.keys() - {"@type"} else {}
    if isinstance(value, (list, tuple)):
        return [kept for kept in map(filled, value) if not _is_empty(kept)]
    return value


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, (str, list, dict)) and not value)


def names(agents: Iterable[Agent]) -> list[str]:
    """Names of agents, each once."""
    return list(dict.fromkeys(name for agent in agents if (name := one_line(agent.name))))


def year(resource: Resource) -> str | None:
    """Year of publication, else of creation; None when neither is known."""
    date = resource.date_published or resource.date_created or ""
    found = re.match(r"\d{4}", date)
    return found.group() if found else None


def doi_url(resource: Resource) -> str | None:
    """Address of its first DOI."""
    return next((one.url for one in resource.identifiers if one.scheme == "doi" and is_web(one.url)), None)
