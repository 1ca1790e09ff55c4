"""The payload with which a Next.js page is sent: rows of JSON and long texts that refer to each other."""

from __future__ import annotations

import json
import re
from typing import Any

from reperio.resource.read.json import listed, mapping, parse_json
from reperio.resource.read.reading import Reading

ROW = re.compile(rb"\s*([0-9a-f]{0,8}):(?:T([0-9a-f]{1,8}),)?")
REFERENCE = re.compile(r"\$([0-9a-f]{1,8})")
PUSHED = re.compile(r"self\.__next_f\.push\(\s*(\[.*?\])\s*\)\s*;?\s*</script", re.DOTALL)
FOLLOWED_MAX = 6
Rows = dict[str, Any]


def is_flight(text: str) -> bool:
    """Whether a text looks like such a payload."""
    return re.match(r"\s*[0-9a-f]{1,8}:[\"\[{IHT$]", text) is not None


def pushed(page: str) -> str:
    """The payload that the scripts of an HTML page push, joined; empty when there is none."""
    parts: list[str] = []
    for found in PUSHED.finditer(page):
        try:
            parts += [part for part in listed(json.loads(found[1])) if isinstance(part, str)]
        except (ValueError, RecursionError):
            continue  # a script of another kind
    return "".join(parts)


def rows_of(text: str, reading: Reading) -> Rows:
    """Rows by their number: texts as text, the rest as JSON. Rows that hold neither are left out."""
    body = text.encode("utf-8", "replace")
    rows: Rows = {}
    at = 0
    while (found := ROW.search(body, at)) is not None:
        number = found[1].decode()
        if found[2] is not None:
            end = found.end() + int(found[2], 16)
            rows[number] = body[found.end() : end].decode("utf-8", "replace")
        else:
            newline = body.find(b"\n", found.end())
            end = len(body) if newline < 0 else newline + 1
            raw = body[found.end() : end].strip()
            if raw[:1] in (b"[", b"{"):
                rows[number] = parse_json(raw.decode("utf-8", "replace"), reading, f"/{number}")
        at = _next_row(body, end)
    return rows


def _next_row(body: bytes, end: int) -> int:
    """Start of the next row; after a text whose stated length is wrong, the next line."""
    if end >= len(body) or ROW.match(body, end):
        return end
    newline = body.find(b"\n", end)
    return len(body) if newline < 0 else newline + 1


def resolved(value: Any, rows: Rows, depth: int = 0) -> Any:
    """The value with references to other rows replaced by what they hold."""
    if isinstance(value, str):
        return _referred(value, rows, depth)
    if isinstance(value, list):
        return [resolved(each, rows, depth) for each in value]
    if isinstance(value, dict):
        return {name: resolved(each, rows, depth) for name, each in value.items()}
    return value


def _referred(value: str, rows: Rows, depth: int) -> Any:
    if value.startswith("$$"):
        return value[1:]
    if value == "$undefined":
        return None
    found = REFERENCE.fullmatch(value)
    if not found or found[1] not in rows or depth >= FOLLOWED_MAX:
        return value
    held = rows[found[1]]
    return held if isinstance(held, str) else resolved(held, rows, depth + 1)


def find_objects(value: Any, member: str) -> list[dict[str, Any]]:
    """The outermost objects that have a member of this name, in order."""
    found: list[dict[str, Any]] = []
    stack = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if member in node:
                found.append(node)
            else:
                stack.extend(reversed(list(node.values())))
        elif isinstance(node, list):
            stack.extend(reversed(node))
    return found


def head_of(rows: Rows) -> dict[str, str]:
    """What the head of the page says: `title`, and the contents of its `meta` elements by name or property."""
    found: dict[str, str] = {}
    for row in rows.values():
        for element in listed(row):
            if not isinstance(element, list) or len(element) < 4 or element[0] != "$":
                continue
            props = mapping(resolved(element[3], rows))
            name = "title" if element[1] == "title" else props.get("name") or props.get("property")
            content = props.get("children") if element[1] == "title" else props.get("content")
            if isinstance(name, str) and isinstance(content, str):
                found.setdefault(name, content)
    return found
