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
    r"\bunder embargo|\bembargo(?:ed)? (?:until|till|to)\b|\bclosed access\b|\bnot (?:yet |currently |"
    r"publicly |openly )*"
    r"(?:be )?(?:released|shared|deposited|accessible)\b(?! (?:outside|beyond|without|unless|until|"
    r"before))|\bdestroyed\b|\bmetadata[ -]only\b|"
    r"\bno (?:public )?access\b(?! (?:restriction|limitation|constraint|fee|charge|condition)s?)|"
    r"\b(?:cannot|can not|will not|may not) be (?:shared|made available|"
    r"accessed|released)\b(?! (?:without|outside|beyond|unless|until))|"
    r"\bno longer available\b|\bcurrently unavailable\b|\bnot available\b(?! (?:for (?:commercial|direct|download)|without|"
    r"outside|unless|until|to commercial))"
)
_CONTROLLED = re.compile(
    r"\b(?:restricted|controlled|managed) (?:access|data)\b|\baccess (?:is |to \w+ \w+ is "
    r")?(?:restricted|controlled|managed)\b|"
    r"\bspecial licen[cs]e\b|\bsecure (?:access|lab|data (?:service|environment|access)|research|"
    r"server)|\bapproved (?:researcher|project|user|application)s?\b|"
    r"\baccredited researcher|\b(?:data )?access (?:committee|panel|request|application)|\bsubject to "
    r"(?:\w+ ){0,3}approval\b|\bupon (?:\w+ )?request\b|"
    r"\bon request\b|\bby (?:request|permission|application)\b|\bonly by (?:the )?permission\b|"
    r"\b(?:written )?(?:permission|authori[sz]ation|consent) (?:of|from|by)\b|"
    r"\bprior (?:written )?(?:permission|consent|approval)\b|\bappl(?:y|ications?) (?:for|to)\b|\bsafe "
    r"(?:haven|room|centre|setting)|\btrusted research environment|"
    r"\brestricted\b|\brequest (?:permission|access|the (?:data|data ?sets?)|(?:data|data ?sets?) from)\b|"
    r"\bop aanvraag\b|\bdata access agreement\b|"
    r"\bdata request (?:forms?|process|procedure)\b|\bmanaged on a project[- ]by[- ]project\b|"
    r"\bapproval (?:of|from|by|is) |\bapprovals? process\b|\bauthori[sz]ed (?:access|users?|staff)\b|"
    r"\b(?:data )?access (?:protocol|process|procedure)s?\b|"
    r"\breview(?:ed)? (?:\w+ ){0,3}(?:prior to|before) (?:\w+ )?release\b"
)
_REGISTERED = re.compile(
    r"\bregist(?:ered|ration)\b|\b(?:to|must|please|first|users?|who|and) (?:first )?registers?\b|"
    r"\bregister (?:with|at|for|as|on|here|first|online)\b|^register\b|\bend[ -]user licen[cs]e\b|\bsafeguarded\b|\blog(?:ged)?[ "
    r"-]?in\b|\bcreate an account\b|"
    r"\b(?:accept|agree|agreeing|accepting|sign)\w* (?:to )?(?:the |our |a )?(?:terms|conditions|"
    r"licen[cs]e|user agreement|end user)|"
    r"\b(?:available|released|released only|free) (?:only )?(?:for|to) (?:academic |scientific |"
    r"non-commercial )?(?:research|teaching|academic|scientific)|"
    r"\bfor (?:academic )?research,? (?:and |study and )?teaching"
)
_OPEN = re.compile(
    r"\bopen(?:ly)?[ -]?(?:access|available|accessible|data|licen[cs]ed?)\b|\bfreely (?:available|"
    r"accessible|downloadable)\b|\bpublicly (?:available|accessible)\b|"
    r"(?<!limitations on )(?<!limitation on )(?<!limits on )(?<!restrictions on )\bpublic (?:access|domain)\b"
    r"(?! (?:is |are |was )?(?:limited|restricted|denied|withheld))|\bavailable (?:for|to) (?:everyone|everybody|anyone|all users|the "
    r"public|download)\b|\breleased for everybody\b|\bno (?:access )?(?:restriction|limitation)s?\b|"
    r"\bunrestricted\b|\bwithout (?:any )?(?:restriction|registration)s?\b|\bfree to (?:use|"
    r"download)\b|\bopen government licen[cs]e\b|\bcreative ?commons\b|\bcc[ -](?:by|0|zero)\b"
)
_NEGATED = re.compile(_NO_OPEN + r"$|\bnon-$")
_WAIVED = re.compile(
    r"\bregistration (?:is |are )?not (?:required|needed|necessary)|\b(?:without|no) (?:user |prior "
    r")?registration\b"
)
_NOT_NEEDED = re.compile(r"^\s*(?:is |are )?(?:not|never) (?:required|needed|necessary)")
# Letters of GESIS (`A - Data are released for academic research`) and FSD (`The dataset is (B) available for research`).
_LETTERED = re.compile(
    r"^(?:(?P<gesis>[0a-d]) - |(?:the dataset is|aineisto on(?: kaytettavissa)?) \((?P<fsd>[a-d])\) )"
)
_GESIS: dict[str, Access] = {"0": "open", "a": "registered", "b": "controlled", "c": "controlled", "d": "closed"}
_FSD: dict[str, Access] = {"a": "open", "b": "registered", "c": "registered", "d": "controlled"}
_FREE_OF_REGISTERING = re.compile(r"\b(?:without|no|no need (?:to|for)|not require)\s+(?:any |prior |user )?$")


@lru_cache(maxsize=4096)
def _read(text: str) -> Access | None:
    folded = fold(text)
    code = re.split(r"[/#:]", folded)[-1].strip() if " " not in folded else folded
    if code in _CODES:
        return _CODES[code]
    if lettered := _LETTERED.match(folded):
        return _GESIS[lettered["gesis"]] if lettered["gesis"] else _FSD[lettered["fsd"]]
    if _CLOSED.search(folded):
        return "closed"
    if _stated(_CONTROLLED, folded):
        return "controlled"
    if _stated(_REGISTERED, folded):
        return "registered"
    return "open" if _stated(_OPEN, folded) or _WAIVED.search(folded) else None


def _stated(pattern: re.Pattern[str], text: str) -> bool:
    for match in pattern.finditer(text):
        before = text[max(0, match.start() - 40) : match.start()]
        waived = _FREE_OF_REGISTERING.search(before) or _NOT_NEEDED.match(text[match.end() : match.end() + 40])
        if not (_NEGATED.search(before) or waived):
            return True
    return False


def read_access(raw: str) -> Access | None:
    """Read the level from a code, URI or statement; None when it does not say.

    open: anybody, at once; registered: after registration or accepting a licence; controlled: after an application
    is approved or only in a secure place; closed: nobody for now (embargo, destroyed, not shared). A statement that
    names several levels is read as the strictest of them; only its first 4,000 characters are read.
    """
    return _read(raw[:STATEMENT_MAX].strip())
