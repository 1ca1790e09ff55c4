"""Forms with files, read with their limits; nothing of them is kept."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import parse_qsl

import msgspec
from fastapi import Request

from reperio.errors import QueryError


class Sent(msgspec.Struct, frozen=True):
    """What a field of a form held: its bytes, and the name of the file when it was one."""

    body: bytes
    name: str = ""

    @property
    def text(self) -> str:
        """As text, null characters taken out."""
        return self.body.decode("utf-8", "replace").replace("\x00", "")


async def read_body(request: Request, most: int) -> bytes:
    """The body of a request.

    Raises:
        QueryError: it is longer than `most` bytes.
    """
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise QueryError(f"More than {most // 1_000_000} MB was sent.", hint="Send less, or paste the text.")
    return bytes(body)


def read_form(content_type: str, body: bytes) -> dict[str, Sent]:
    """The fields of a form, of either encoding; the last of a name counts."""
    if content_type.startswith("multipart/form-data"):
        head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
        return dict(_fields(message_from_bytes(head + body, _class=EmailMessage, policy=policy.HTTP)))
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), max_num_fields=50)
    except ValueError as error:
        raise QueryError("The form has too many fields.") from error
    return {name: Sent(value.encode("utf-8", "replace")) for name, value in pairs}


def _fields(message: EmailMessage) -> Iterator[tuple[str, Sent]]:
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        held = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(held, bytes):
            yield name, Sent(held, part.get_filename() or "")
