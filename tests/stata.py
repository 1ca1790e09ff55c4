"""A strict checker of the few forms of Stata that recode templates use. Stata itself cannot be had for tests.

Every line must be one of these forms, as `help` of Stata 13 and later states them; names must be names that Stata takes;
blocks must be closed; strings are plain (no macro signs). A form that is not known is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

NAME = r"[A-Za-z_][A-Za-z0-9_]{0,31}"
NUMBER = r"-?\d{1,15}(?:\.\d{1,10})?"
STRING = r'"[^"`$\\]*"'
FORMS = tuple(
    re.compile(form)
    for form in (
        r"version \d+(?:\.\d)?",
        r"clear(?: all)?",
        rf"capture confirm (?:file {STRING}|variable {NAME})",
        r"if !_rc \{",
        r"\}",
        rf"import delimited using {STRING}, clear varnames\(1\) case\(preserve\) stringcols\(_all\)",
        rf"(?:capture )?generate (?:str\d{{1,4}}|double|long) {NAME} = (?:{STRING}|_n|\.|{NUMBER})",
        rf"capture drop {NAME}",
        rf"replace {NAME} = real\({NAME}\)",
        rf"replace {NAME} = {NUMBER} if real\({NAME}\) == {NUMBER}",
        rf"label variable {NAME} {STRING}",
        rf"keep {NAME}(?: {NAME})*",
        rf"(?:capture )?append using {STRING}",
        rf"save {STRING}, replace",
    )
)
STRING_MAX = 2045
LABEL_MAX = 80


def faults(program: str) -> Iterator[str]:
    """What is wrong, a line each."""
    open_blocks = 0
    for number, line in enumerate(program.splitlines(), 1):
        code = _code(line)
        if not code:
            continue
        if not any(form.fullmatch(code) for form in FORMS):
            yield f"{number}: no form that is known: {code}"
        open_blocks += code.endswith("{") - (code == "}")
        if open_blocks not in (0, 1, 2):
            yield f"{number}: blocks do not close"
        for text in re.findall(STRING, code):
            if len(text) - 2 > (LABEL_MAX if code.startswith("label") else STRING_MAX):
                yield f"{number}: the string is too long"
        width = re.search(r"generate str(\d+) \w+ = \"([^\"]*)\"", code)
        if width and len(width[2]) > int(width[1]):
            yield f"{number}: the string is longer than its variable"
    if open_blocks:
        yield "a block is left open"


def _code(line: str) -> str:
    """A line without its comments: `* ...` as a whole, `// ...` after a blank."""
    plain = line.strip()
    return "" if plain.startswith("*") else re.sub(r"\s+//.*$", "", plain)
