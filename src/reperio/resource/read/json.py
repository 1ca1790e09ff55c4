"""JSON made safe: any encoding, bounded depth, no NULs, no half characters, no infinite numbers."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from reperio.resource.read.decode import decode
from reperio.resource.read.reading import Reading

MAX_DEPTH = 100
INTEGER_MAX = 2**63 - 1
TROUBLE = re.compile(r"\\u0000|\\u[dD][89a-fA-F]|[\x00\ud800-\udfff]")
UNSAFE = re.compile(r"[\x00\ud800-\udfff]")
NULS = str.maketrans("", "", "\x00")


def load_json(body: bytes, reading: Reading) -> Any:
    """The value a JSON text states; None, with an issue, when it cannot be had.

    Numbers that JSON does not have (NaN, infinities) become None, whole numbers beyond 64 bits their digits
    as text; NULs and lone surrogates are dropped; repeated keys keep their last value, each with an issue.
    """
    text = decode(body, reading)
    return None if text is None else parse_json(text, reading)


def parse_json(text: str, reading: Reading, path: str = "") -> Any:
    """As `load_json`, of a text that stands at `path` of a record."""
    hooks = _Hooks(reading, path)
    try:
        value = json.loads(
            text.strip("\x00 \t\r\n\ufeff"),
            parse_constant=hooks.constant, parse_int=hooks.integer, parse_float=hooks.real,
            object_pairs_hook=hooks.pairs, strict=False,
        )  # fmt: skip
    except RecursionError:
        reading.issue("json.too_deep", path, "", "The JSON is nested too deeply.", "error")
        return None
    except ValueError as error:
        reading.issue("json.malformed", path, _excerpt(text, error), str(error), "error")
        return None
    if _too_deep(value):
        reading.issue("json.too_deep", path, "", f"The JSON is nested deeper than {MAX_DEPTH} levels.", "error")
        return None
    if TROUBLE.search(text):
        value, mended = _mended(value)
        if mended:
            reading.issue("json.characters", path, "", "NULs or halves of characters were dropped.")
    return value


class _Hooks:
    """What to do with the parts of JSON that make trouble later."""

    def __init__(self, reading: Reading, path: str) -> None:
        self.reading = reading
        self.path = path

    def constant(self, raw: str) -> None:
        self.reading.issue("json.number", self.path, raw, "JSON has no such number.")

    def integer(self, raw: str) -> int | str:
        if len(raw) > 20 or abs(int(raw)) > INTEGER_MAX:
            return raw
        return int(raw)

    def real(self, raw: str) -> float | None:
        value = float(raw)
        if math.isinf(value):
            self.constant(raw)
            return None
        return value

    def pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _ in pairs]
            twice = sorted({name for name in names if names.count(name) > 1})
            self.reading.issue("json.duplicate_key", self.path, ", ".join(twice), "The last value was kept.")
        return found


def _excerpt(text: str, error: ValueError) -> str:
    at = error.pos if isinstance(error, json.JSONDecodeError) else 0
    return text[max(0, at - 40) : at + 40]


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in _children(node) if isinstance(child, dict | list)]
        if not level:
            return False
    return True


def _children(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        yield from node.values()
    elif isinstance(node, list):
        yield from node


def _mended(value: Any) -> tuple[Any, bool]:
    if isinstance(value, str):
        if not UNSAFE.search(value):
            return value, False
        whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
        return whole.translate(NULS), True
    if isinstance(value, list):
        pairs = [_mended(child) for child in value]
        return [child for child, _ in pairs], any(mended for _, mended in pairs)
    if isinstance(value, dict):
        names = [(_mended(name), _mended(child)) for name, child in value.items()]
        return {name: child for (name, _), (child, _) in names}, any(a or b for (_, a), (_, b) in names)
    return value, False


# -- looking into JSON whose shape cannot be trusted ----------------------------------------------


def listed(value: Any) -> list[Any]:
    """A list of what is there: nothing of None, a list as it is, anything else as the only one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def said(value: Any) -> str | None:
    """The text of a string or number; None when it is neither or blank."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def mapping(value: Any) -> dict[str, Any]:
    """The object itself, or an empty one when it is none."""
    return value if isinstance(value, dict) else {}


def at(value: Any, *names: str) -> Any:
    """What stands under the names, one after the other; None as soon as one is missing."""
    for name in names:
        value = mapping(value).get(name)
    return value
