"""Text of a PDF, taken out in a process of its own whose time and memory are bounded: a PDF can be made to cost without end.

`python -m reperio.query.questionnaire.pdf` reads a PDF from standard input and writes its text.
"""

from __future__ import annotations

import io
import resource
import subprocess  # our own module, by the interpreter that runs, with nothing of the asker's in its arguments
import sys
from typing import Final

from reperio.errors import QueryError

PAGES_MAX: Final = 60
SECONDS: Final = 20
MEMORY: Final = 1_000_000_000
TEXT_MAX: Final = 400_000
ENCRYPTED, NO_READER, BROKEN = 3, 4, 5
"""How the process ends when there is no text to give."""
_SAID: Final = {
    ENCRYPTED: ("The PDF is encrypted.", "Save it without a password."),
    NO_READER: ("PDF files are not read on this site.", "Paste the items as text. (For operators: install pypdf.)"),
}


def pdf_text(body: bytes) -> str:
    """The text of a PDF, page after page.

    Raises:
        QueryError: it is encrypted, broken, holds no text, or costs too much.
    """
    try:
        done = subprocess.run(  # noqa: S603 - see above
            [sys.executable, "-m", __name__], input=body, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise QueryError("The PDF takes too long to read.", hint="Paste the items as text.") from error
    if done.returncode:
        detail, hint = _SAID.get(done.returncode, ("The PDF cannot be read.", "Paste the items as text."))
        raise QueryError(detail, hint=hint)
    text = done.stdout.decode("utf-8", "replace")
    if not text.strip():
        raise QueryError(
            "The PDF holds no text: its pages are pictures.", hint="Recognise its text first, or paste the items."
        )
    return text


def main() -> int:
    """Read standard input, write its text; the exit code says what was wrong."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        from pypdf import PdfReader  # noqa: PLC0415 - an install without it reads everything else
    except ImportError:
        return NO_READER
    try:
        reader = PdfReader(io.BytesIO(sys.stdin.buffer.read()))
        if reader.is_encrypted and not reader.decrypt(""):
            return ENCRYPTED
        written = 0
        for page in reader.pages[:PAGES_MAX]:
            text = page.extract_text()[: TEXT_MAX - written]
            written += len(text)
            sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    except Exception:  # noqa: BLE001 - whatever a hostile file does, the answer is the same
        return BROKEN
    return 0


if __name__ == "__main__":
    sys.exit(main())
