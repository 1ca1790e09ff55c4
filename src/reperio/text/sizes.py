"""Sizes of samples: how many of what."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

import msgspec

from reperio.text.characters import without_accents
from reperio.text.quantities import Quantity, find_quantities, words_to_digits

Unit = Literal["participants", "households", "families", "organisations", "records", "unstated"]
STATEMENT_MAX = 4000


class Size(msgspec.Struct, frozen=True):
    """A count of units of observation. `unstated`: the source gives a bare number."""

    count: int
    unit: Unit = "unstated"


_NOUNS: dict[Unit, str] = {
    "participants": "people persons person individuals participants respondents adults children child pupils students "
            "patients "
    "women men woman man girls boys mothers fathers parents partners twins subjects residents "
            "employees workers nurses doctors teachers "
    "members adolescents teenagers youths infants babies births interviewees informants volunteers "
            "citizens voters players learners "
    "offspring carers caregivers siblings singletons newborns veterans soldiers prisoners offenders "
            "migrants refugees immigrants "
    "pensioners users consumers farmers managers directors leaders lone-parents females males newborn "
            "toddlers youngsters inhabitants "
    "servants professionals practitioners staff clients applicants graduates donors probands controls "
    "personen respondenten deelnemers kinderen leerlingen volwassenen vrouwen mannen inwoners "
            "geinterviewden patienten studenten "
    "befragte personnes individus enfants femmes hommes probanden teilnehmer schuler",
    "households": "households homes dwellings addresses huishoudens haushalte menages",
    "families": "families couples dyads pairs triads gezinnen familien familles",
    "organisations": "schools firms companies businesses employers hospitals practices establishments workplaces "
            "enterprises organisations "
    "organizations charities universities institutions colleges farms bedrijven scholen organisaties "
            "unternehmen betriebe",
    "records": "interviews records observations questionnaires responses samples documents texts items articles "
            "admissions episodes "
    "transcripts groups scans images rows entries letters photographs pregnancies deaths diaries "
            "specimens visits events files "
    "appointments attendances referrals vaccinations diagnoses contacts invitations tests prescriptions consultations encounters spells "
    "surveys videos recordings measurements datapoints enregistrements",
    "unstated": "cases units elements",
}  # fmt: skip
_UNIT_OF: dict[str, Unit] = {noun: unit for unit, nouns in _NOUNS.items() for noun in nouns.split()}
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|[;:.,()\n\d/]")
_REACH = 5
_STOP = set(";:.()\n/")
# Between a number and its noun: `500 young people` yes, `500 of the people` yes, `500 in households` no.
_BREAK = {
    "in",
    "from",
    "at",
    "with",
    "for",
    "by",
    "on",
    "to",
    "between",
    "within",
    "per",
    "a",
    "and",
    "or",
    "who",
    "were",
    "was",
    "are",
    "is",
    "did",
}

_NOT_AFTER = re.compile(
    r"\s*(?:%|per ?cent|percent|st\b|nd\b|rd\b|th\b|years?\b|yrs?\b|y/?o\b|months?\b|mths?\b|weeks?\b|"
    r"days?\b|hours?\b|hrs?\b|minutes?\b|mins?\b|"
    r"seconds?\b|waves?\b|sweeps?\b|rounds?\b|phases?\b|times\b|variables?\b|questions?\b|countries\b|"
    r"regions\b|cities\b|towns\b|villages\b|areas\b|"
    r"(?:\w+\s+){0,3}(?:per|a|each|every)\s+(?:day|week|month)\b|"
    r"points?\b|stages?\b|sites\b|pages\b|euros?\b|pounds\b|dollars\b|km\b|cm\b|kg\b|mg\b|mm\b|[€£$°]|"
    r"-?(?:item|month|year|point|day|week|hour|minute|page)s?\b)",
    re.I,
)
_NOT_BEFORE = re.compile(
    r"(?:\b(?:waves?|sweeps?|rounds?|phases?|stages?|visits?|years?|ages?|aged|study|table|figure|fig|"
    r"section|version|vol|volume|part|module|page|"
    r"sn|no|nr|isbn|issn|grades?|class|level|cohort|tranche|panel|edition|release|model|type|covid|"
    r"since|until|before|after|during|circa|around the year|"
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|april?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|spring|summer|autumn|winter)"
    r"[.:#]?\s*(?:\d{1,2}\s*(?:-|to|and|&|,)\s*)?|[€£$]\s?|\brates?\s*(?:of|was|is|:|"
    r"=)?\s*(?:about\s)?|\d\s*[-/]\s*|[<>]\s?|\b(?:1|one|two|three) in\s)$",
    re.I,
)
_RANGING = re.compile(
    r"\brang(?:ing|ed|es?) (?:from|between) (?:[\d.,]+ )?(?:up )?(?:(?:to|and) )?(?:around |about |approx\w* )?$", re.I
)
_APPROXIMATE_DATE = re.compile(r"\b(?:circa|around the year)\s*$", re.I)
_YEAR_BEFORE = re.compile(r"\b(?:in|of|from|to|by|the|year|and|between|-)\s*$|[-/]\s*$", re.I)
_LABEL = re.compile(
    r"(?:\bn\s*[=:]\s*|[=:]\s*|\b(?:sample|total|size|achieved|number|approximately|approx\.?|about|"
    r"over|around|circa|ca\.?|nearly|almost|roughly|more than|at least|up to|some|c\.)"
    r"\s*(?:of|is|was|were|size|about)?\s*|(?:%|per ?cent)\s+of\s+(?:the\s+)?|[~±]\s*)$",
    re.I,
)
_TOTAL = re.compile(r"\b(?:total|overall|in all|altogether)\b", re.I)
_RANGE_AFTER = re.compile(r"\s*(?:-|–|to)\s*\d", re.I)
_DATE = re.compile(
    r"\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{1,2}/\d{4}\b|\b(?:1[6-9]|20)\d\d\s?[-–/]\s?(?:(?:1[6-9]|"
    r"20)\d\d|\d\d)\b"
)
_TARGET = re.compile(r"[\d.,'~<>≈≥+\s\u00a0\u2009\u202f()=:nN]+")
_OF = re.compile(r"\s*(?:out )?of (?:the )?\d[\d,]*\s*", re.I)

_ORDER: dict[Unit, int] = {
    "participants": 0,
    "unstated": 1,
    "households": 2,
    "families": 3,
    "organisations": 4,
    "records": 5,
}


def read_sizes(raw: str) -> tuple[Size, ...]:
    """Read the sizes a statement of sample size gives, main one first; empty when it gives none.

    Percentages, years, wave numbers and ages are not sizes; `1.2 million` is 1200000, `n=17 415` is 17415. People come
    first, then bare numbers, households, families, organisations and records; within each, a stated total comes first.
    So `2008 interviews, 500 people` is 500 participants and then 2008 records: a number that could be a year is a
    count only when a plural noun of things to count stands right behind it, or when it is the whole statement.
    A range (`500-600`) gives no size. Only the first 4,000 characters are read.
    """
    return _read(raw[:STATEMENT_MAX].strip())


@lru_cache(maxsize=4096)
def _read(raw: str) -> tuple[Size, ...]:
    found = _in_figures(raw)
    if found:
        return found
    return tuple(size for size in _in_figures(words_to_digits(raw)) if size.unit != "unstated")


def _in_figures(raw: str) -> tuple[Size, ...]:
    text = _DATE.sub(lambda match: " " * len(match.group()), raw)
    found: list[tuple[bool, Size]] = []
    quantities = list(find_quantities(text))
    if len(quantities) == 1 and _TARGET.fullmatch(text):  # the whole statement is one number
        value = quantities[0].value
        return (Size(int(value)),) if value == int(value) >= 1 else ()
    for quantity in quantities:
        size = _judge(text, quantity)
        if size:
            found.append((_is_total(text, quantity), size))
    units = {size.unit for _, size in found} - {"unstated"}
    if len(units) == 1:  # `100 men and 120 women (220 in total)`
        (unit,) = units
        found = [(total, Size(size.count, unit) if total else size) for total, size in found]
    ranked = sorted(found, key=lambda pair: (_ORDER[pair[1].unit], not pair[0]))
    return tuple(dict.fromkeys(size for _, size in ranked))


def _judge(text: str, quantity: Quantity) -> Size | None:
    before, after = text[max(0, quantity.start - 40) : quantity.start], text[quantity.end : quantity.end + 80]
    if quantity.value != int(quantity.value) or quantity.value < 1 or _excluded(before, after):
        return None
    count = int(quantity.value)
    unit, distance = _unit_behind(after)
    if _year_like(quantity) and unit is not None and (distance > 0 or _YEAR_BEFORE.search(before)):
        unit = None
    if unit is not None:
        return Size(count, unit)
    return Size(count) if _stands_alone(text, quantity, before, after) else None


def _excluded(before: str, after: str) -> bool:
    if _NOT_AFTER.match(after) or _RANGE_AFTER.match(after) or _RANGING.search(before):
        return True
    found = _NOT_BEFORE.search(before)
    return found is not None and not (found.group().strip().endswith(":") or _APPROXIMATE_DATE.search(before))


def _year_like(quantity: Quantity) -> bool:
    return not quantity.marked and 1700 <= quantity.value <= 2100


def _unit_behind(after: str) -> tuple[Unit | None, int]:
    """The first noun of something to count within five words behind the number, and how many words lie between."""
    share = _OF.match(after)  # `75 of 300 schools` counts schools twice
    after = after[share.end() :] if share else after
    for distance, match in enumerate(_WORD.finditer(after)):
        word = without_accents(match.group().lower())
        if distance >= _REACH or word in _STOP or word in _BREAK or word[0].isdigit():
            break
        if word == ",":
            if distance == 0:
                break
            continue
        unit = _UNIT_OF.get(word) or _UNIT_OF.get(word.rpartition("-")[2])
        if unit:
            return _compound(unit, after[match.end() :]), distance
    return None, 0


def _compound(unit: Unit, after: str) -> Unit:
    """`twin pairs` and `parent-child dyads` are families; `household members` people; `patient records` records."""
    following = _WORD.match(after.lstrip())
    if following and " " in after[:1]:
        return _UNIT_OF.get(following.group().lower(), unit)
    return unit


def _stands_alone(text: str, quantity: Quantity, before: str, after: str) -> bool:
    if _year_like(quantity):
        return bool(re.search(r"\bn\s*[=:]\s*$", before, re.I))
    if _LABEL.search(before) or (quantity.value >= 10 and _is_total(text, quantity)):
        return True
    alone = not before.strip() or before.rstrip()[-1] in ";\n,"
    return alone and quantity.value >= 10 and _no_noun_follows(after, marked=quantity.marked)


def _no_noun_follows(after: str, *, marked: bool) -> bool:
    """Whether what follows is not a noun that we do not know: `20,000 at baseline` yes, `2,000 words` no."""
    following = _WORD.match(after.lstrip())
    if following is None or following.group() in "+;\n(,.":
        return True
    return marked and following.group().lower() in _BREAK | {
        "aged",
        "enrolled",
        "recruited",
        "participated",
        "took",
        "across",
        "of",
    }


def _is_total(text: str, quantity: Quantity) -> bool:
    """Whether the clause around the number says that it is the total."""
    start = max((text.rfind(mark, 0, quantity.start) for mark in ";,(\n"), default=-1) + 1
    ends = [end for mark in ";,)\n" if (end := text.find(mark, quantity.end)) >= 0]
    return bool(_TOTAL.search(text, start, min(ends, default=len(text))))
