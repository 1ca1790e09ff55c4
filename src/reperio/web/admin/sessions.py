"""Sessions: who is in, told by a signed cookie, and the marks that tie a form to them."""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Callable

import msgspec

from reperio.web.admin.keys import Keys

SESSION_SECONDS = 8 * 3600
FORM_SECONDS = 24 * 3600
NAME_MAX = 80
COOKIE_MAX = 1000


class Session(msgspec.Struct, frozen=True):
    """Somebody who is in.

    Attributes:
        name: what they call themselves; goes with their judgements.
        nonce: what makes this session unlike any other.
        until: when it ends (seconds since 1970).
    """

    name: str
    nonce: str
    until: int


class Sessions:
    """Makes and reads the cookies of sessions and the marks of forms."""

    def __init__(self, keys: Keys, clock: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._clock = clock

    def begin(self, name: str) -> tuple[Session, str]:
        """A new session and its cookie."""
        session = Session(name, secrets.token_urlsafe(16), int(self._clock()) + SESSION_SECONDS)
        text = base64.urlsafe_b64encode(msgspec.json.encode(session)).decode()
        return session, f"{text}.{self._keys.sign(f'session:{text}')}"

    def read(self, cookie: str) -> Session | None:
        """The session of a cookie; None when it is not ours, was changed, or is over."""
        text, dot, signature = cookie[:COOKIE_MAX].partition(".")
        if not dot or not self._keys.signed(f"session:{text}", signature):
            return None
        session = msgspec.json.decode(base64.urlsafe_b64decode(text), type=Session)
        return session if session.until > self._clock() else None

    def mark(self, session: Session) -> str:
        """What every form of a session carries, so that no other site can send one in its name."""
        return self._keys.sign(f"csrf:{session.nonce}")

    def marked(self, session: Session, mark: str) -> bool:
        """Whether a form carries the mark of its session."""
        return self._keys.signed(f"csrf:{session.nonce}", mark)

    def stamp(self, form: str) -> str:
        """What a form for everybody carries: when it was drawn, signed."""
        text = f"{int(self._clock())}"
        return f"{text}.{self._keys.sign(f'{form}:{text}')}"

    def age(self, form: str, stamp: str) -> float | None:
        """Seconds since a form was drawn; None when its stamp is not ours or too old."""
        text, _, signature = stamp[:COOKIE_MAX].partition(".")
        if not self._keys.signed(f"{form}:{text}", signature):
            return None
        age = self._clock() - int(text)
        return age if 0 <= age < FORM_SECONDS else None
