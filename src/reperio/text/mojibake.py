"""Mending text that was UTF-8, was read as Latin-1 or Windows-1252, and was stored so."""

from __future__ import annotations

import re

_C1 = "".join(map(chr, range(0x80, 0xA0)))
_WINDOWS = bytes(b for b in range(0x80, 0xA0) if b not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}).decode("cp1252")
_BYTE = {character: bytes([0x80 + i]) for i, character in enumerate(_C1)}
_BYTE |= {character: character.encode("cp1252") for character in _WINDOWS}
_FOLLOW = f"[\u0080-\u00bf{_WINDOWS}]"
# Certain ones: sequences of two bytes only behind Â Ã Ä Å, where no orthography puts such a sign after such a letter.
_SEQUENCE = re.compile(
    f"[\u00f0-\u00f4]{_FOLLOW}{{3}}|[\u00e0-\u00ef]{_FOLLOW}{{2}}|"
    f"(?<![A-ZÀ-Þ])[\u00c2-\u00c5]{_FOLLOW}|[\u00c2-\u00c5][\u0080-\u009f]"
)
_CONTROL = re.compile("[\u0080-\u009f]")
# `WarwickâEdinburgh`: an en dash whose two control characters were dropped on the way; no word has an â there.
_LOST_DASH = re.compile(r"(?<=[a-z])â(?=[A-Z][a-z])")
ROUNDS = 2


def mend(text: str) -> str:
    """Mend the sequences that can only be misread UTF-8, and control characters that are Windows-1252 punctuation."""
    if text.isascii():
        return text
    for _ in range(ROUNDS):  # some text went through the mill twice
        mended = _SEQUENCE.sub(_decode, text)
        if mended == text:
            break
        text = mended
    return _LOST_DASH.sub("–", _CONTROL.sub(_punctuation, text))


def _decode(match: re.Match[str]) -> str:
    raw = b"".join(_BYTE.get(c) or c.encode("latin-1") for c in match.group())
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return match.group()


def _punctuation(match: re.Match[str]) -> str:
    return match.group().encode("latin-1").decode("cp1252", "ignore")
