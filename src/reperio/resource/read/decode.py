"""Bytes to text, whatever encoding they claim to be in."""

from __future__ import annotations

import codecs
import re

from reperio.resource.read.reading import Reading

MAX_BYTES = 256 * 1024 * 1024
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
BLANKS = b" \t\r\n\0\xef\xbb\xbf\xff\xfe"
"""What says nothing: blanks, NULs and byte order marks."""
BARE_WIDE = ((b"\0\0\0", "utf-32-be"), (b"\0", "utf-16-be"))
TEXT_ENCODING = re.compile(r"utf|ascii|iso|8859|latin|cp\d|windows|mac|koi|big5|gb|euc|shift|jis|hz|tis", re.IGNORECASE)


def decode(body: bytes, reading: Reading, declared: str | None = None) -> str | None:
    """Text of `body`: by its byte order mark, else the declared encoding, else UTF-8, else Windows-1252.

    None, with an issue, when the body is empty or larger than 256 MiB. A text that does not hold to its
    encoding is read as Windows-1252, with an issue; that never fails.
    """
    if not body.strip(BLANKS):
        reading.issue("record.empty", "", "", "The record has no content.", "error")
        return None
    if len(body) > MAX_BYTES:
        reading.issue("record.too_large", "", len(body), f"The record is larger than {MAX_BYTES} bytes.", "error")
        return None
    encoding = _encoding(body, reading, declared)
    try:
        return body.decode(encoding).removeprefix("\ufeff")
    except UnicodeError as error:
        reading.issue("encoding.wrong", "", error, f"The text is not {encoding}; read as Windows-1252.")
        return body.decode("cp1252", errors="replace").removeprefix("ï»¿")


def _encoding(body: bytes, reading: Reading, declared: str | None) -> str:
    for mark, encoding in BOMS:
        if body.startswith(mark):
            return encoding
    for mark, encoding in BARE_WIDE:
        if body.startswith(mark) and not body.startswith(b"\0" * 4):
            return encoding
    if body[1:2] == b"\0" and body[:1] in b"<{[":
        return "utf-32-le" if body[2:4] == b"\0\0" else "utf-16-le"
    if not declared or declared.lower().replace("_", "-") in ("utf-16", "utf-32", "ucs-2", "ucs-4"):
        return "utf-8"  # a wide encoding would have shown itself above
    return _known(declared, reading)


def _known(declared: str, reading: Reading) -> str:
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError):
        name = ""
    if not TEXT_ENCODING.match(name):
        reading.issue("encoding.unknown", "", declared, "The declared encoding is unknown; read as UTF-8.")
        return "utf-8"
    return name
