"""The operator's secret, kept as a hash, and the key that signs sessions, in one file of the home directory.

A password given by a setting counts alone. Else a token does, made once by a random generator and shown once.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
import threading
from pathlib import Path

import msgspec

from reperio.errors import ConfigError
from reperio.settings import Settings

FILE = "admin.json"
TOKEN_BYTES = 24
SECRET_MAX = 1024
"""Longest secret that is looked at; hashing more would only cost time."""
COST = {"n": 2**14, "r": 8, "p": 1}
"""Cost of scrypt (RFC 7914): 16 MB and some 40 ms a try."""


class Held(msgspec.Struct, frozen=True):
    """What the file holds, all in hexadecimal digits: the signing key, the salt, the hash of the token (empty: none)."""

    key: str
    salt: str
    hash: str = ""


class Keys:
    """The secret of a home. Safe to use from threads."""

    def __init__(self, settings: Settings) -> None:
        self._path = settings.home / FILE
        self._password = settings.admin_password.get_secret_value() if settings.admin_password else ""
        self._lock = threading.Lock()

    @property
    def ready(self) -> bool:
        """Whether there is anything to sign in with."""
        return bool(self._password or self._held().hash)

    def first(self) -> str | None:
        """Make the token of a first start; None when there is a token or password already."""
        return None if self.ready else self.renew()

    def renew(self) -> str:
        """Make a new token, for which the old one and every session end. It is told here and never again."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        salt = secrets.token_hex(16)
        with self._lock:
            self._write(Held(secrets.token_hex(32), salt, _hash(token, salt)))
        return token

    def fits(self, secret: str) -> bool:
        """Whether this is the secret. Takes the same time whatever is wrong with it."""
        held = self._held()
        expected = _hash(self._password, held.salt) if self._password else held.hash
        found = _hash(secret[:SECRET_MAX], held.salt)
        return bool(expected) and hmac.compare_digest(found, expected)

    def sign(self, text: str) -> str:
        """Signature of a text (HMAC-SHA256). It no longer fits once the token or password is another."""
        held = self._held()
        password = hashlib.sha256(self._password.encode()).hexdigest() if self._password else held.hash
        key = bytes.fromhex(held.key) + password.encode()
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    def signed(self, text: str, signature: str) -> bool:
        """Whether a signature is ours."""
        return hmac.compare_digest(self.sign(text).encode(), signature.encode("utf-8", "replace"))

    def _held(self) -> Held:
        """What the file holds; it is made when it is missing.

        Raises:
            ConfigError: the file cannot be read.
        """
        with self._lock:
            try:
                return msgspec.json.decode(self._path.read_bytes(), type=Held)
            except FileNotFoundError:
                return self._write(Held(secrets.token_hex(32), secrets.token_hex(16)))
            except (OSError, msgspec.DecodeError) as error:
                raise ConfigError(
                    f"{self._path} cannot be read.", hint="`reperio admin token` makes it anew."
                ) from error

    def _write(self, held: Held) -> Held:
        """Replace the file at once; only its owner can read it."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{FILE}.")  # mode 600
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.encode(held))
            Path(name).replace(self._path)
        except OSError as error:
            raise ConfigError(f"{self._path} cannot be written: {error.strerror}.") from error
        return held


def _hash(secret: str, salt: str) -> str:
    return hashlib.scrypt(secret.encode("utf-8", "replace"), salt=bytes.fromhex(salt), **COST).hex()
