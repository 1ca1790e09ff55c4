"""Ages at which people were seen again, as sentences of cohort studies tell them: `interviewed at ages 7, 11 and 16`.

Only what says that data were had from the people at these ages counts. An age at which something happened to them
(`left school at 16`), the ages of their parents, and ages that belong to a rate or a share do not.
"""

from __future__ import annotations

import re

AGE_MAX = 110
_NUMBER = r"\d{1,3}(?:\.5)?(?![\d%:,.]\d|\d|%| ?per ?cent)"
_UNIT = r"(?:[\s-]*(?:years?|yrs?|months?)(?:[\s-]+(?:olds?|of age)\b)?)?"
_ITEM = rf"(?:birth\b|{_NUMBER}{_UNIT})"
_MORE = rf"(?:\s*(?:,|;|/)?\s*(?:(?:and|then|to|again|later|at|or)\s+)*(?:at\s+)?(?:ages?\s+)?(?:of\s+)?{_ITEM})"
_AT = re.compile(
    rf"\b(?:at|when|aged|ages?)\s+(?:the\s+)?"
    rf"(?:they (?:were|are)\s+)?(?P<word>ages?\s+|aged\s+)?(?:of\s+)?(?P<list>{_ITEM}{_MORE}*)",
    re.IGNORECASE,
)
_FROM_BIRTH = re.compile(
    rf"\b(?:from|between|since)\s+birth\s+(?:up\s+)?(?:to|until|till|through(?:\s+to)?|and)\s+"
    rf"(?:(?P<word>ages?|aged|the age of)\s+)?(?P<end>{_NUMBER})(?P<unit>{_UNIT})",
    re.IGNORECASE,
)
_FROM_AGE = re.compile(
    rf"\bfrom\s+ages?\s+(?P<start>{_NUMBER}){_UNIT}\s+(?:up\s+)?(?:to|until|till|through(?:\s+to)?)\s+(?:age\s+)?"
    rf"(?P<end>{_NUMBER})",
    re.IGNORECASE,
)
_SEEN = re.compile(
    r"\b(?:(?:re-?)?interview(?:s|ed|ing)?|survey(?:s|ed)?|follow(?:s|ed|ing)?(?:[- ]?ups?)?|follow-ups?|visit(?:s|ed)?"
    r"|assess(?:ed|ments?)|examin(?:ed|ations?)|measured|contacted|questionnaires?|clinics?|sweeps?|waves?|tracked|studied"
    r"|data (?:were |was |have been |are )?(?:collected|gathered)|data collections?|collected|returned|seen|tested|completed)\b",
    re.IGNORECASE,
)
_PARENTS = re.compile(
    r"\b(?:mothers?|fathers?|parents?|maternal|paternal|carers?|caregivers?|teachers|wom[ae]n) (?:who )?(?:were |was |are )?$",
    re.IGNORECASE,
)
_HAPPENED = re.compile(
    r"\b(?:left|leave|leaving|died|die|death|deaths|mortality|married|retire[ds]?|retirement|diagnosed|onset|began|begun"
    r"|started|starting|expectancy|surviv\w+|risk of|rates?|prevalence|incidence|proportion|percentage|share|mean|average"
    r"|median|predict\w*|outcomes?|attainment|under|over|than|if|before|menarche|menopause|pregnan\w+|gave birth|voting"
    r"|school|care)\b[^.;]{0,30}$",
    re.IGNORECASE,
)
_YOUNG = re.compile(r"\b(?:child\w*|infants?|bab(?:y|ies)|born|birth|toddlers?|twins)\b", re.IGNORECASE)
_LATER = re.compile(r"\s*(?:later|after|post|following|follow|from|since|into|before|prior|ago|apart)\b", re.IGNORECASE)
_TITLE = re.compile(
    r"(?:^|[:;,(]\s*|\s-\s*|\bchild(?:ren)?(?:'s)?\s+)(?:at\s+)?ages?\s+(?P<first>\d{1,3})(?:\s*(?:-|to|and)\s*(?P<last>\d{1,3}))?"
    r"(?:\s*(?P<unit>years?|yrs?|months?)(?:\s+(?:old|follow[- ]up))?)?"
    r"(?=\s*(?:$|[,;:)(]|-\s|sweep|survey|wave|follow|questionnaire|clinic|interview|data|cohort|assessment))",
    re.IGNORECASE,
)
_TITLE_OF_SWEEP = re.compile(r"Ages? (?P<first>\d{1,2})(?:(?: ?- ?| to | and )(?P<last>\d{1,2}))?(?P<unit>)(?= [A-Z])")
"""A title that begins with an age as a name does: `Age 46 Housing`, not `Age 65 and over`."""
_BACKWARDS = 110
_NEAR = 60
_SPLIT = re.compile(r"birth|\d{1,3}(?:\.5)?", re.IGNORECASE)
_MONTHS = re.compile(r"months?", re.IGNORECASE)


def ages_seen(sentence: str) -> tuple[float, float] | None:
    """The first and last age in years at which a sentence says that its people were seen; None when it says none.

    Each needs the word `age`, or a unit where children are spoken of, and a word for having seen them before it. One age
    alone says too little: it may be the latest of many.
    """
    if not _SEEN.search(sentence):
        return None
    found = [value for match in _AT.finditer(sentence) for value in _listed(sentence, match)]
    for pattern in (_FROM_BIRTH, _FROM_AGE):
        for match in pattern.finditer(sentence):
            found += _spanned(sentence, match)
    return (min(found), max(found)) if len(set(found)) > 1 else None


def ages_in_title(title: str) -> tuple[float, float] | None:
    """Ages that the title of a sweep bears (`Cohort Study: Age 46, Sweep 10`, `Child age 81 months`); None when none."""
    found = list(_TITLE_OF_SWEEP.finditer(title))[:1] if _TITLE_OF_SWEEP.match(title) else list(_TITLE.finditer(title))
    if len(found) != 1:
        return None
    times = 1 / 12 if found[0]["unit"] and _MONTHS.match(found[0]["unit"]) else 1
    ends = [round(float(end) * times, 3) for end in (found[0]["first"], found[0]["last"] or found[0]["first"])]
    return (ends[0], ends[1]) if ends[0] <= ends[1] <= AGE_MAX else None


def _listed(sentence: str, match: re.Match[str]) -> list[float]:
    """Ages of a list; several need a verb of having seen them in the sentence before, one needs it nearby."""
    values = _values(match["list"])
    before, after = sentence[: match.start()], sentence[match.end() :]
    named = match["word"] or match.group().lower().startswith(("aged", "age")) or _by_unit(match["list"], sentence)
    if _LATER.match(after) and not match["word"]:
        return []
    reach = _BACKWARDS if len(values) > 1 else _NEAR
    if not (named and values and _SEEN.search(before[-reach:])):
        return []
    if len(values) == 1 and (match.group().lower().startswith(("aged", "when")) or _of_others(after)):
        return []
    return [] if _PARENTS.search(before[-_NEAR:]) or _HAPPENED.search(before[-_NEAR:]) else values


def _spanned(sentence: str, match: re.Match[str]) -> list[float]:
    names = match.groupdict()
    if match.re is _FROM_BIRTH and not (names["word"] or _unit(names["unit"])):
        return []
    if _HAPPENED.search(sentence[: match.start()][-_NEAR:]) or not _SEEN.search(sentence[: match.start()]):
        return []
    end = float(match["end"])
    if names.get("unit") and _MONTHS.search(names["unit"]):
        end = round(end / 12, 3)
    start = float(names.get("start") or 0)
    return [start, end] if start <= end <= AGE_MAX else []


def _of_others(after: str) -> bool:
    """`at age 16 or over` begins a range of people, and is no point in their lives."""
    return re.match(r"\s*(?:\+|(?:and|or) (?:over|above|older|under|younger))", after) is not None


def _by_unit(listed: str, sentence: str) -> bool:
    """Whether numbers are ages by their unit: `at 9 months and 3 years`, where the sentence speaks of children."""
    old = re.search(r"\b(?:olds?|of age)\b", listed, re.IGNORECASE)
    return old is not None or ((_unit(listed) or "birth" in listed.lower()) and _YOUNG.search(sentence) is not None)


def _unit(text: str) -> bool:
    return re.search(r"years?\b|yrs?\b|months?\b", text, re.IGNORECASE) is not None


def _values(listed: str) -> list[float]:
    """Numbers of a list in years; each is of the unit that follows next (`6, 9 and 12 months`), years when none does."""
    matches = list(_SPLIT.finditer(listed))
    ends = [*(match.start() for match in matches[1:]), len(listed)]
    found: list[float] = []
    times = 1.0
    for match, end in zip(reversed(matches), reversed(ends), strict=True):
        rest = listed[match.end() : end]
        if _unit(rest):
            times = 1 / 12 if _MONTHS.search(rest) else 1.0
        found.append(0.0 if match.group().lower() == "birth" else round(float(match.group()) * times, 3))
    return found if found and max(found) <= AGE_MAX else []
