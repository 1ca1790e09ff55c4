"""Own styles, scripts and icons, each under an address that names its content, so that browsers keep it for good."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

from reperio.errors import ConfigError, NotFoundError

PATH = "/assets"
FOREVER = "public, max-age=31536000, immutable"
OWN_MAX = 300_000
OWN_ENDINGS = (".css", ".svg", ".png", ".webp")


class Asset(msgspec.Struct, frozen=True):
    """A file we ship: its public name (with the digest), its bytes and media type."""

    name: str
    body: bytes
    media_type: str


class Assets:
    """Every file of the `static` directory, and those of the operator (by the name they are given), read once.

    Raises:
        ConfigError: a file of the operator cannot be read or is too large.
    """

    def __init__(self, own: Mapping[str, Path | None] | None = None) -> None:
        self._by_name: dict[str, Asset] = {}
        self._public: dict[str, str] = {}
        for entry in sorted(files("reperio.web").joinpath("static").iterdir(), key=lambda entry: entry.name):
            self._add(entry)
        self.own = {name: f"{name}{path.suffix.lower()}" for name, path in (own or {}).items() if path is not None}
        for name, path in (own or {}).items():
            if path is not None:
                self._keep(self.own[name], _read(path))
        self.digest = _digest("".join(sorted(self._public.values())).encode())

    def _add(self, entry: Traversable) -> None:
        if not entry.is_file():
            return
        self._keep(entry.name, entry.read_bytes())

    def _keep(self, name: str, body: bytes) -> None:
        stem, dot, ending = name.rpartition(".")
        public = f"{stem}.{_digest(body)}{dot}{ending}"
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self._by_name[public] = Asset(public, body, media_type)
        self._public[name] = public

    def url(self, name: str) -> str:
        """Address of a file by its plain name (`site.css`)."""
        return f"{PATH}/{self._public[name]}"

    def find(self, public: str) -> Asset:
        """The file of a public name.

        Raises:
            NotFoundError: no file, or no such version of it, has that name.
        """
        try:
            return self._by_name[public]
        except KeyError:
            raise NotFoundError("There is no such file.") from None

    def named(self, name: str) -> Asset:
        """The file of a plain name."""
        return self._by_name[self._public[name]]


def _read(path: Path) -> bytes:
    if path.suffix.lower() not in OWN_ENDINGS:
        raise ConfigError(f"{path} is no file of a kind that can be served.", hint=f"Kinds: {', '.join(OWN_ENDINGS)}.")
    try:
        body = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
    if len(body) > OWN_MAX:
        raise ConfigError(f"{path} is larger than {OWN_MAX:,} bytes.", hint="Every page loads it: make it small.")
    return body


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:12]
