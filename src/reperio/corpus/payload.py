"""How a resource is stored: JSON, compressed when that saves something, with a digest of what it says.

Origins are kept apart, once per record: they are the same for all its resources, and the date of the last harvest in
them is not news. So a record that says the same as last time changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from threading import local

import msgspec
import zstandard

from reperio.resource.fields import Resource, decode, encode
from reperio.resource.model import Origin
from reperio.text.slugs import uuid_of

MINIMUM = 400
LEVEL = 3
_HOLLOW = {"id", "kind", "source", "origins", "claims", "extra", "part_of", "position"}
_ORIGINS = msgspec.json.Decoder(tuple[Origin, ...])
_codecs = local()


@lru_cache(maxsize=32_768)
def hash_of(identity: str) -> int:
    """Signed 64-bit hash of an id: the first half of its uuid."""
    return hash_of_uuid(uuid_of(identity))


def hash_of_uuid(uuid: str) -> int:
    """The same from 32 hexadecimal digits."""
    return int.from_bytes(bytes.fromhex(uuid[:16]), "big", signed=True)


def write_payload(resource: Resource, common: Sequence[Origin]) -> tuple[bytes, bytes]:
    """JSON to store (after `compress`) and digest (16 bytes) of a resource of a record whose origins are `common`.

    Raises:
        UnicodeEncodeError: a text holds half of a surrogate pair.
    """
    body = encode(msgspec.structs.replace(resource, origins=()))
    digest = hashlib.blake2b(body, digest_size=16)
    if tuple(resource.origins) == tuple(common):
        return body, digest.digest()
    for origin in resource.origins:
        digest.update(f"\0{origin.source}\0{origin.record}\0{origin.reader}\0{origin.url}".encode())
    return encode(resource), digest.digest()


def read_payload(payload: bytes, common: bytes = b"[]") -> Resource:
    """The resource of a stored payload; `common` are the origins of its record, as JSON."""
    resource = decode(expand(payload))
    if resource.origins or common == b"[]":
        return resource
    return msgspec.structs.replace(resource, origins=_read_origins(common))


@lru_cache(maxsize=4096)
def _read_origins(common: bytes) -> tuple[Origin, ...]:
    """Origins from JSON: all that a record describes has the same."""
    return _ORIGINS.decode(common)


def write_origins(origins: Sequence[Origin]) -> bytes:
    """Origins as JSON."""
    return msgspec.json.encode(tuple(origins))


def compress(body: bytes) -> bytes:
    """Compress what is long enough to gain by it."""
    if len(body) < MINIMUM:
        return body
    if not hasattr(_codecs, "compressor"):
        _codecs.compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=False)
    packed: bytes = _codecs.compressor.compress(body)
    return packed if len(packed) < len(body) else body


def expand(payload: bytes) -> bytes:
    """Undo `compress`: JSON of a resource begins with a brace, a compressed frame does not."""
    if payload[:1] == b"{":
        return bytes(payload)
    if not hasattr(_codecs, "decompressor"):
        _codecs.decompressor = zstandard.ZstdDecompressor()
    body: bytes = _codecs.decompressor.decompress(payload)
    return body


def filled(resource: Resource) -> int:
    """How many fields say something: the measure of completeness by which members of a merge are ranked."""
    return sum(
        1
        for name in resource.__struct_fields__
        if name not in _HOLLOW and getattr(resource, name) not in (None, (), {})
    )
