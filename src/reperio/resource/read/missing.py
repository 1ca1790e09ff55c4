"""Telling codes for no answer from answers.

Data files mark them in three ways: by a flag, by declared ranges, or only by custom, as negative codes with a label
that says so. A negative code whose label is an answer (`-2 Disagree`) is an answer.
"""

from __future__ import annotations

import re

NEGATIVE = re.compile(r"-\s?\d{1,6}(?:\.0+)?")
SAYS_MISSING = re.compile(
    r"\b(?:missing|refus\w+|refuses|no (?:answer|response|reply|data|information)|not (?:answered|stated|applicable|asked"
    r"|ascertained|available|reached|known|recorded|administered|interviewed|in (?:wave|sample|survey)|issued)"
    r"|did not answer|n\.?/?a\.?|in-?applicable|item not|schedule not|don'?t know|do not know|dont know|unknown"
    r"|prefer not|not sure|can(?:no|')t say|proxy|unproductive|insufficient|unusable|implausible|suspended|skipped"
    r"|routed|out of (?:range|scope)|question not asked|nonresponse|non-response|edit(?:ing)? error|uncodable"
    r"|keine angabe|trifft nicht zu|wei(?:ss|ß) (?:es )?nicht|verweigert|nicht (?:erhoben|beantwortet|gefragt)|unplausib\w*"
    r"|weet (?:ik )?niet|geen antwoord|weigert|niet van toepassing|n\.?v\.?t|geweigerd|ne sait pas|refus|sans réponse"
    r"|vet ej|vet ikke|ubesvart|ei osaa sanoa|ei vastausta|no sabe|no contesta|non sa|non risponde)(?!\w)",
    re.IGNORECASE,
)


def is_missing(code: str | None, label: str) -> bool:
    """Whether a negative code is labelled as one for no answer; other codes need a mark of their own."""
    return bool(code and NEGATIVE.fullmatch(code.strip()) and SAYS_MISSING.search(label.replace("’", "'")))
