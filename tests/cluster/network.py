"""A network of one's own for each node, joined by a bridge, so that a node can be cut off and joined again.

Network namespaces need rights that tests seldom have; where they are missing, the tests that cut networks skip.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from types import TracebackType

SUBNETS = "10.199"
_LEFT = re.compile(r"\brb(\d+)\b")


def may_make_networks() -> bool:
    """Whether namespaces and pairs of interfaces can be made here."""
    if shutil.which("ip") is None or os.geteuid() != 0:
        return False
    name = f"rt{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode == 0
    if made:
        subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return made


def _ip(*told: str, check: bool = True) -> None:
    subprocess.run(["ip", *told], check=check, capture_output=True, timeout=30)


def remove_left() -> None:
    """Remove what tests left that were killed: their bridges would take what is meant for ours."""
    links = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True).stdout
    for tag in set(_LEFT.findall(links)):
        if not Path(f"/proc/{tag}").exists():
            spaces = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout
            for space in re.findall(rf"^rn{tag}x\d+", spaces, re.MULTILINE):
                _ip("netns", "del", space, check=False)
            _ip("link", "del", f"rb{tag}", check=False)


class Network:
    """So many networks, each of one address, and a bridge between them and us.

    Args:
        number: of nodes.
    """

    def __init__(self, number: int) -> None:
        self._tag = f"{os.getpid()}"
        self._subnet = f"{SUBNETS}.{os.getpid() % 250}"
        self._number = number
        self._bridge = f"rb{self._tag}"

    def host(self, node: int) -> str:
        """The address of a node."""
        return f"{self._subnet}.{node + 2}"

    def within(self, node: int) -> list[str]:
        """What to put before a command for it to run in the network of a node."""
        return ["ip", "netns", "exec", self._space(node)]

    def _space(self, node: int) -> str:
        return f"rn{self._tag}x{node}"

    def _wire(self, node: int) -> str:
        return f"rv{self._tag}x{node}"

    def __enter__(self) -> Network:
        remove_left()
        _ip("link", "add", self._bridge, "type", "bridge")
        _ip("addr", "add", f"{self._subnet}.1/24", "dev", self._bridge)
        _ip("link", "set", self._bridge, "up")
        for node in range(self._number):
            space, wire = self._space(node), self._wire(node)
            _ip("netns", "add", space)
            _ip("link", "add", wire, "type", "veth", "peer", "name", "eth0", "netns", space)
            _ip("link", "set", wire, "master", self._bridge, "up")
            _ip("-n", space, "addr", "add", f"{self.host(node)}/24", "dev", "eth0")
            _ip("-n", space, "link", "set", "eth0", "up")
            _ip("-n", space, "link", "set", "lo", "up")
        return self

    def cut(self, node: int) -> None:
        """Cut a node off: what is sent to it or by it is lost without a word."""
        _ip("link", "set", self._wire(node), "nomaster")

    def join(self, node: int) -> None:
        """Join a node again."""
        _ip("link", "set", self._wire(node), "master", self._bridge)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for node in range(self._number):
            _ip("netns", "del", self._space(node), check=False)
            _ip("link", "del", self._wire(node), check=False)
        _ip("link", "del", self._bridge, check=False)
