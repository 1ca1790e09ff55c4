"""Items of a questionnaire as the library `harmonydata` extracts them, where it is installed.

It is large, and some of its parsers start servers of their own; so it runs in a process of its own, whose time is bounded.
Whatever goes wrong there, the plain reader does the work.

`python -m reperio.query.questionnaire.harmonydata pdf` reads a file from standard input and writes its items as JSON.
"""

from __future__ import annotations

import base64
import subprocess  # our own module, by the interpreter that runs; its one argument is of a fixed few
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Final

import msgspec

from reperio.log import get_logger
from reperio.query.questionnaire.model import ITEM_CHARS, Asked

SECONDS: Final = 45
TEXTS: Final = frozenset({"csv", "txt"})
log = get_logger(__name__)


def by_harmonydata(body: bytes, kind: str) -> list[Asked]:
    """The items of a file (`pdf`, `xlsx`, `csv`, `txt`); none where the library is not installed or finds none."""
    if find_spec("harmony") is None or (kind == "csv" and not _has_its_signs(body)):
        return []
    try:
        done = subprocess.run(  # noqa: S603 - see above
            [sys.executable, "-m", __name__, kind], input=body, capture_output=True, timeout=SECONDS, check=True
        )
        return msgspec.json.decode(done.stdout.splitlines()[-1], type=list[Asked])
    except (subprocess.SubprocessError, msgspec.MsgspecError, IndexError, OSError) as error:
        log.warning("questionnaire.harmonydata", reason=type(error).__name__)
        return []


def _has_its_signs(body: bytes) -> bool:
    """Whether a table is divided by commas or tabs: of others the library would take whole lines for items."""
    first, newline, _ = body.lstrip().partition(b"\n")
    return bool(newline) and (b"," in first or b"\t" in first)


def main() -> int:
    """Read standard input, write the items in one line."""
    parsers, requests = (
        import_module(f"harmony.{name}") for name in ("parsing.wrapper_all_parsers", "schemas.requests.text")
    )

    kind, body = sys.argv[1], sys.stdin.buffer.read()
    # Of text it takes the text, of other files base64 behind the comma of a data address.
    is_text = kind in TEXTS
    content = body.decode("utf-8-sig", "replace") if is_text else "," + base64.b64encode(body).decode("ascii")
    instruments = parsers.convert_files_to_instruments(
        [requests.RawFile(file_type=kind, content=content, file_id="1", file_name=f"questionnaire.{kind}")]
    )
    items = [
        Asked(
            str(question.question_text)[:ITEM_CHARS],
            str(question.question_no or "")[:40],
            str(getattr(question, "question_intro", "") or "")[:ITEM_CHARS],
            tuple(str(option)[:120] for option in question.options or ())[:20],
        )
        for instrument in instruments
        for question in instrument.questions
        if question.question_text
    ]
    sys.stdout.buffer.write(b"\n" + msgspec.json.encode(items) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
