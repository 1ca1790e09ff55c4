"""Which addresses a harvest may visit: those of the public internet, unless the operator allows more."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable

from reperio.errors import FetchError, RefusedError

Resolve = Callable[[str, int], list[str]]
"""Gives the IP addresses of a host."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def resolve_host(host: str, port: int) -> list[str]:
    """Ask the system for every IP address of a host.

    Raises:
        FetchError: it has none, for now.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(f"The address of {host} cannot be found.", host=host) from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def check_addresses(host: str, addresses: list[str]) -> None:
    """Pass only when every address of a host is a public one.

    Raises:
        RefusedError: one is private, loopback, link-local, multicast or reserved.
    """
    for address in addresses:
        if not is_public(address):
            raise RefusedError(
                f"{host} leads to {address}, which is not a public address.",
                hint="REPERIO_ALLOW_PRIVATE_ADDRESSES=true lets harvests visit it.",
                host=host,
                address=address,
            )


def is_public(address: str) -> bool:
    """Tell whether an IP address, and the IPv4 address that may be wrapped in it, is of the public internet."""
    try:
        parsed = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        wrapped = _wrapped(parsed)
        if wrapped is not None:
            return is_public(str(wrapped))
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
