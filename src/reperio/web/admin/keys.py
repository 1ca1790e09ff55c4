"""The operator's secret, kept as a hash, and the key that signs sessions, in one file of the home directory.

Where the corpus lies in PostgreSQL they are kept there, so that whoever signs in at one host is known at all of them.

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

from reperio.desk import desk_of
from reperio.errors import ConfigError
from reperio.log import get_logger
from reperio.settings import Settings

log = get_logger(__name__)

FILE = "admin.json"
NAME = "admin"
"""Under which the database keeps what the file would hold."""
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
        self._desk = None if settings.database_url.startswith("sqlite") else desk_of(settings)
        self._password = settings.admin_password.get_secret_value() if settings.admin_password else ""
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let go of the database, if it was opened."""
        if self._desk is not None:
            self._desk.close()

    @property
    def ready(self) -> bool:
        """Whether there is anything to sign in with."""
        return bool(self._password or self._held().hash)

    def first(self) -> str | None:
        """Make the token of a first start; None when there is a token or password already."""
        if self.ready:
            return None
        if self._desk is None:
            return self.renew()
        before = self._desk.secret(NAME)
        token, held = _fresh()
        made = self._desk.keep(NAME, msgspec.json.encode(held).decode(), before)
        return token if made else None  # another host was quicker, and told its token

    def renew(self) -> str:
        """Make a new token, for which the old one and every session end. It is told here and never again."""
        token, held = _fresh()
        with self._lock:
            self._write(held)
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
            BackendError: the database cannot be asked.
        """
        if self._desk is not None:
            text = self._desk.secret(NAME)
            if text is None:
                self._desk.keep(NAME, msgspec.json.encode(_empty()).decode(), None)
                text = self._desk.secret(NAME) or ""
            return msgspec.json.decode(text, type=Held)
        with self._lock:
            try:
                return msgspec.json.decode(self._path.read_bytes(), type=Held)
            except FileNotFoundError:
                return self._write(_empty())
            except (OSError, msgspec.DecodeError) as error:
                raise ConfigError(
                    f"{self._path} cannot be read.", hint="`reperio admin token` makes it anew."
                ) from error

    def _write(self, held: Held) -> Held:
        """Replace the file at once; only its owner can read it."""
        if self._desk is not None:
            text = msgspec.json.encode(held).decode()
            while not self._desk.keep(NAME, text, self._desk.secret(NAME)):
                log.info("key.contended")
            return held
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{FILE}.")  # mode 600
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.encode(held))
            Path(name).replace(self._path)
        except OSError as error:
            raise ConfigError(f"{self._path} cannot be written: {error.strerror}.") from error
        return held


def _fresh() -> tuple[str, Held]:
    """A new token, and what is kept of it."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    salt = secrets.token_hex(16)
    return token, Held(secrets.token_hex(32), salt, _hash(token, salt))


def _empty() -> Held:
    """What is kept before there is a token."""
    return Held(secrets.token_hex(32), secrets.token_hex(16))


def _hash(secret: str, salt: str) -> str:
    return hashlib.scrypt(secret.encode("utf-8", "replace"), salt=bytes.fromhex(salt), **COST).hex()
