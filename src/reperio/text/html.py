"""HTML and odd characters to plain text."""

from __future__ import annotations

import html
import re

import nh3

from reperio.text.characters import composed
from reperio.text.mojibake import mend

ROUNDS = 3
_PARAGRAPHS = {
    "address", "article", "aside", "blockquote", "dl", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hr", "main", "nav", "ol", "p", "pre", "section", "table", "ul",
}  # fmt: skip
_MARK = "\x1e"
_MARKS = re.compile("[ \x1e]*\x1e[ \x1e]*")
_LINES = {"br", "dd", "div", "dt", "li", "tr"}
_CELLS = {"td", "th"}
_DROPPED = {"script", "style", "template", "noscript", "iframe", "object"}

# A tag is a name with nothing or attributes behind it: `income <low and x > 3` is prose. (`[^<>]` keeps it linear.)
_TAG = r"/?[A-Za-z][\w:.-]*(?:\s*/?>|\s[^<>]*=[^<>]*>)|!--|![A-Za-z\[]|\?[A-Za-z]"
_MARKUP = re.compile(f"<(?:{_TAG})")
_LONE_LESS = re.compile(f"<(?!{_TAG})")
_ENTITY_BODY = r"#\d{1,7};|#[xX][0-9A-Fa-f]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};"
_ENTITY = re.compile(f"&(?:{_ENTITY_BODY})")
_LONE_AMPERSAND = re.compile(f"&(?!{_ENTITY_BODY})")
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_KEPT_TAG = re.compile(r"</?([a-z0-9]+)>")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
)
_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_AROUND_BREAK = re.compile(r" ?\n ?")
_PARAGRAPH = re.compile(r"\n{2,}")
# Pretty-printed XML breaks a line and indents the next one: no break was meant, unless a list item follows.
_WRAPPED = re.compile(r"(?<!\n)\n[ \t]{2,}(?![-*•·\n]|\d{1,2}[.)])(?=\S)")
_PLAIN = re.compile(r"[^<&\n\r\t]*")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]?(?=\s)")


def plain_text(raw: str) -> str:
    """Text of `raw` without markup, scripts, entities, control characters and doubled blanks; paragraphs as blank lines.

    Mojibake of UTF-8 read as Latin-1 (`WarwickâEdinburgh`) is mended where certain; text is NFC.
    """
    if raw.isascii() and raw.isprintable() and "<" not in raw and "&" not in raw:
        return (_SPACES.sub(" ", raw) if "  " in raw else raw).strip()
    text = _BREAKS.sub("\n", _UNSEEN.sub("", mend(raw)))
    if "<![CDATA[" in text:
        text = _CDATA.sub("", text)
    for _ in range(ROUNDS):  # markup is often escaped once or twice over
        if _MARKUP.search(text):
            text = _strip(text)
        elif _ENTITY.search(text):
            text = _unescape(text)
        else:
            break
    return _tidy(_UNSEEN.sub("", mend(text)))


def one_line(raw: str) -> str:
    """`plain_text` without line breaks, for titles and names."""
    return " ".join(plain_text(raw).split())


def summary(text: str, limit: int = 160) -> str:
    """First sentences of a plain text within `limit` characters, cut at a word with an ellipsis when needed."""
    line = " ".join(text[: 20 * limit + 1000].split())
    if len(line) <= limit:
        return line
    ends = [match.end() for match in _SENTENCE_END.finditer(line[: limit + 1])]
    if ends and ends[-1] >= limit // 2:
        return line[: ends[-1]]
    head = line[: max(limit - 1, 0)]
    if line[len(head)] != " " and " " in head:
        head = head[: head.rfind(" ")]
    return head.rstrip(" ,;:.-–—(") + "…"


def _strip(text: str) -> str:
    breaks = re.search(r"<(?:p|br|li|div)\b", text, re.IGNORECASE) is not None
    if breaks:
        text = text.replace("\n", " ")
    guarded = _LONE_AMPERSAND.sub("&amp;", _LONE_LESS.sub("&lt;", text))
    clean = nh3.clean(
        guarded,
        tags=_PARAGRAPHS | _LINES | _CELLS,
        clean_content_tags=_DROPPED,
        attributes={},
        link_rel=None,
        strip_comments=True,
    )
    return _unescape(_MARKS.sub("\n", _KEPT_TAG.sub(_break, clean)))


def _break(match: re.Match[str]) -> str:
    """Blocks that meet end one line, not two: they leave a mark that `_strip` turns into one break."""
    name = match.group(1)
    if name in _PARAGRAPHS:
        return "\n\n"
    if name == "br":
        return "\n"
    return _MARK if name in _LINES else " "


def _unescape(text: str) -> str:
    return _UNSEEN.sub("", _ENTITY.sub(lambda match: html.unescape(match.group()), text))


def _tidy(text: str) -> str:
    text = _WRAPPED.sub(" ", _BREAKS.sub("\n", text))
    text = _AROUND_BREAK.sub("\n", _SPACES.sub(" ", text))
    return composed(_PARAGRAPH.sub("\n\n", text)).strip()
