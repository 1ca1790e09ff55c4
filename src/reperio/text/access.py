"""Conditions of access, to four levels."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from reperio.text.characters import fold

Access = Literal["open", "registered", "controlled", "closed"]
STATEMENT_MAX = 4000

_CODES: dict[str, Access] = {
    # COAR, OpenAIRE, EU access rights
    "c_abf2": "open", "c_16ec": "controlled", "c_f1cf": "closed", "c_14cb": "closed",
    "openaccess": "open", "restrictedaccess": "controlled", "embargoedaccess": "closed", "closedaccess": "closed",
    "public": "open", "restricted": "controlled", "non_public": "closed", "non-public": "closed", "private": "closed",
    "sensitive": "controlled", "confidential": "controlled",
    # UK Data Service, ADR UK, HDR UK
    "open": "open", "open data": "open", "safeguarded": "registered", "safeguarded data": "registered",
    "controlled": "controlled", "controlled data": "controlled", "secure": "controlled", "secure access": "controlled",
    "special licence": "controlled", "managed": "controlled", "managed access": "controlled", "closed": "closed",
    # DANS, Dataverse
    "open_access": "open", "open_access_for_registered_users": "registered", "registered": "registered",
    "request_permission": "controlled", "group_access": "controlled", "no_access": "closed", "other_access": "closed",
    "embargoed": "closed", "embargo": "closed", "metadata only": "closed",
}  # fmt: skip

_NO_OPEN = r"(?:not|n't|never|no longer|niet|nicht)\s+(?:\w+\s+){0,3}?"
_CLOSED = re.compile(
    r"\bunder embargo|\bembargo(?:ed)? (?:until|till|to)\b|\bclosed access\b|\bnot (?:yet |currently |publicly |openly )*"
    r"(?:be )?(?:released|shared|deposited|accessible)\b(?! (?:outside|beyond|without|unless|until|before))|\bdestroyed\b|\bmetadata[ -]only\b|"
    r"\bno (?:public )?access\b|\b(?:cannot|can not|will not|may not) be (?:shared|made available|accessed|released)\b(?! (?:without|outside|beyond|unless|until))|"
    r"\bno longer available\b|\bcurrently unavailable\b|\bnot available\b(?! (?:for commercial|without|outside|unless|until|to commercial))"
)
_CONTROLLED = re.compile(
    r"\b(?:restricted|controlled|managed) (?:access|data)\b|\baccess (?:is |to \w+ \w+ is )?(?:restricted|controlled|managed)\b|"
    r"\bspecial licen[cs]e\b|\bsecure (?:access|lab|data (?:service|environment|access)|research|server)|\bapproved (?:researcher|project|user|application)s?\b|"
    r"\baccredited researcher|\b(?:data )?access (?:committee|panel|request|application)|\bsubject to (?:\w+ ){0,3}approval\b|\bupon (?:\w+ )?request\b|"
    r"\bon request\b|\bby (?:request|permission|application)\b|\bonly by (?:the )?permission\b|\b(?:written )?(?:permission|authori[sz]ation|consent) (?:of|from|by)\b|"
    r"\bprior (?:written )?(?:permission|consent|approval)\b|\bappl(?:y|ications?) (?:for|to)\b|\bsafe (?:haven|room|centre|setting)|\btrusted research environment|"
    r"\brestricted\b|\brequest (?:permission|access)\b|\bop aanvraag\b|\bdata access agreement\b|\bapproval (?:of|from|by|is) "
)
_REGISTERED = re.compile(
    r"\bregist(?:er(?:ed|s)?|ration)\b|\bend[ -]user licen[cs]e\b|\bsafeguarded\b|\blog(?:ged)?[ -]?in\b|\bcreate an account\b|"
    r"\b(?:accept|agree|agreeing|accepting|sign)\w* (?:to )?(?:the |our |a )?(?:terms|conditions|licen[cs]e|user agreement|end user)|"
    r"\b(?:available|released|released only|free) (?:only )?(?:for|to) (?:academic |scientific |non-commercial )?(?:research|teaching|academic|scientific)|"
    r"\bfor (?:academic )?research,? (?:and |study and )?teaching"
)
_OPEN = re.compile(
    r"\bopen(?:ly)?[ -]?(?:access|available|accessible|data|licen[cs]ed?)\b|\bfreely (?:available|accessible|downloadable)\b|\bpublicly (?:available|accessible)\b|"
    r"\bpublic (?:access|domain)\b|\bavailable (?:for|to) (?:everyone|everybody|anyone|all users|the public|download)\b|\breleased for everybody\b|\bno restrictions?\b|"
    r"\bunrestricted\b|\bwithout (?:any )?(?:restriction|registration)s?\b|\bfree to (?:use|download)\b|\bopen government licen[cs]e\b|\bcreative ?commons\b|\bcc[ -](?:by|0|zero)\b"
)
_NEGATED = re.compile(_NO_OPEN + r"$|\bnon-$")
_FREE_OF_REGISTERING = re.compile(r"\b(?:without|no|no need (?:to|for)|not require)\s+(?:any |prior |user )?$")


@lru_cache(maxsize=4096)
def _read(text: str) -> Access | None:
    folded = fold(text)
    code = re.split(r"[/#:]", folded)[-1].strip() if " " not in folded else folded
    if code in _CODES:
        return _CODES[code]
    if _CLOSED.search(folded):
        return "closed"
    if _stated(_CONTROLLED, folded):
        return "controlled"
    if _stated(_REGISTERED, folded):
        return "registered"
    return "open" if _stated(_OPEN, folded) else None


def _stated(pattern: re.Pattern[str], text: str) -> bool:
    for match in pattern.finditer(text):
        before = text[max(0, match.start() - 40) : match.start()]
        if not (_NEGATED.search(before) or _FREE_OF_REGISTERING.search(before)):
            return True
    return False


def read_access(raw: str) -> Access | None:
    """Read the level from a code, URI or statement; None when it does not say.

    open: anybody, at once; registered: after registration or accepting a licence; controlled: after an application
    is approved or only in a secure place; closed: nobody for now (embargo, destroyed, not shared). A statement that
    names several levels is read as the strictest of them; only its first 4,000 characters are read.
    """
    return _read(raw[:STATEMENT_MAX].strip())
