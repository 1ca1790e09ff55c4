"""Routes by which data are had, told by a statement of access."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, get_args

from reperio.text.access import STATEMENT_MAX
from reperio.text.characters import fold

Route = Literal["download", "registration", "request", "application", "secure"]
"""download: fetched from a page; registration: after making an account or accepting a licence; request: by asking
whoever holds them; application: a proposal is reviewed; secure: used only in a safe place, on site or at a distance."""

_TOLD: dict[Route, re.Pattern[str]] = {
    "download": re.compile(
        r"\b(?:can|may) be (?:freely |directly |openly |immediately )?downloaded\b|\b(?:freely|directly|openly) downloadable\b|"
        r"\bavailable (?:for|to) (?:immediate |direct |free )?download\b|\bfree to download\b|\bdownload(?:able)? (?:from|at|via|"
        r"through)\b"
    ),
    "registration": re.compile(
        r"\b(?:users?|researchers?|you|they) (?:must|need to|have to|should|are required to)(?: first)? (?:register|create an account|"
        r"log ?in|sign in)\b|\b(?:after|upon|on|following|requires?|subject to|by|via) (?:free |user |online |prior )?registration\b|"
        r"\bregistration (?:is |are )?(?:required|needed|necessary|with)\b|\bregistered users\b|\bregister (?:with|at|online)\b|"
        r"\bend[ -]user licen[cs]e\b|\bcreate an account\b"
    ),
    "request": re.compile(
        r"\b(?:up)?on (?:reasonable |written )?request\b|\bby request\b|\b(?:please )?contact (?:the )?(?:\w+ ){0,2}(?:author|"
        r"investigator|depositor|data (?:custodian|controller|manager|holder|owner)|study team|archive|pi\b)|\brequest (?:access|the "
        r"data|permission)\b|\bop aanvraag\b|\bauf anfrage\b|\bsur demande\b"
    ),
    "application": re.compile(
        r"\bdata access committee\b|\baccess (?:committee|panel|board)\b|\b(?:submit|complete|fill in|make|send) (?:an? |the |their )?"
        r"(?:\w+ ){0,3}(?:application|proposal)\b|\bapply (?:for|to)\b|\bapplications? (?:for|to|form|process|must|are|should|will)\b|"
        r"\bproject (?:proposal|application)\b|\b(?:approved|accredited) (?:researcher|project|user)s?\b|\bspecial licen[cs]e\b|"
        r"\bdata request form\b"
    ),
    "secure": re.compile(
        r"\bsecure (?:lab|access|data (?:service|environment|access|centre|center)|research (?:service|environment)|server|setting|"
        r"remote)\b|\bsafe[ -]?(?:haven|room|centre|center|setting|pod)s?\b|\btrusted research environment|\b(?:secure|virtual) "
        r"(?:data )?enclave\b|\bresearch data cent(?:re|er)\b|\bremote (?:access|execution|desktop)\b|\bon[ -]site (?:access|use|only)\b"
    ),
}
_DENIED = re.compile(r"\b(?:no|not|without|never|neither|nor|non)\s+(?:\w+\s+){0,3}$")
_NOT_NEEDED = re.compile(r"^\s*(?:is |are )?(?:not|never|no longer)\b")


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[Route, ...]:
    folded = fold(text)
    return tuple(route for route in ROUTES if _says(_TOLD[route], folded))


def _says(pattern: re.Pattern[str], text: str) -> bool:
    return any(
        not _DENIED.search(text[max(0, match.start() - 40) : match.start()])
        and not _NOT_NEEDED.match(text[match.end() : match.end() + 20])
        for match in pattern.finditer(text)
    )


ROUTES: tuple[Route, ...] = get_args(Route)


def read_routes(raw: str) -> tuple[Route, ...]:
    """Read the routes that a statement tells, the easiest first; empty when it tells none.

    Only the first 4,000 characters are read. A route that is denied ("no registration is needed") is not given.
    """
    return _read(raw[:STATEMENT_MAX].strip())
