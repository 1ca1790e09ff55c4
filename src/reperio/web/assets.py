"""Own styles, scripts and icons, each under an address that names its content, so that browsers keep it for good."""

from __future__ import annotations

import hashlib
import mimetypes
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

from reperio.errors import NotFoundError

PATH = "/assets"
FOREVER = "public, max-age=31536000, immutable"


class Asset(msgspec.Struct, frozen=True):
    """A file we ship: its public name (with the digest), its bytes and media type."""

    name: str
    body: bytes
    media_type: str


class Assets:
    """Every file of the `static` directory, read once."""

    def __init__(self) -> None:
        self._by_name: dict[str, Asset] = {}
        self._public: dict[str, str] = {}
        for entry in sorted(files("reperio.web").joinpath("static").iterdir(), key=lambda entry: entry.name):
            self._add(entry)
        self.digest = _digest("".join(sorted(self._public.values())).encode())

    def _add(self, entry: Traversable) -> None:
        if not entry.is_file():
            return
        body = entry.read_bytes()
        stem, dot, ending = entry.name.rpartition(".")
        public = f"{stem}.{_digest(body)}{dot}{ending}"
        media_type = mimetypes.guess_type(entry.name)[0] or "application/octet-stream"
        self._by_name[public] = Asset(public, body, media_type)
        self._public[entry.name] = public

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


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:12]
