"""What a statement of population says of the participants' ages and sex, where it leaves no doubt.

Fields named universe or population speak of who takes part and of nothing else, so less context is needed than in an
abstract; still a number may count something else, and a sex may be that of a few.
"""

from __future__ import annotations

import re

from reperio.text.ages import AgeRange, find_ages, read_ages
from reperio.text.designs import Sex, read_sex

SHORT = 160
SEX_WITHIN = 300
FIRST_WORDS = 8
PEOPLE = re.compile(
    r"\b(?:adults?|persons?|people|individuals?|residents?|population|inhabitants|citizens|men|women|children|boys"
    r"|girls|students|respondents|participants|adolescents|youths?|patients|pupils|olds?|aged?"
    r"|bevolking|personen|jongeren|adolescenten|leerlingen|studenten|patiënten|jarigen?|inwoners|burgers|volwassenen|kinderen|mannen|vrouwen"
    r"|bevölkerung|wohnbevölkerung|einwohner\w*|erwachsene|kinder|jugendliche|männer|frauen"
    r"|befolkning\w*|personer|innbyggere|väestö\w*|henkilö\w*|asukkaat|personnes|population|adultes|enfants)\b",
    re.IGNORECASE,
)
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
OF_AGE = re.compile(
    r"(?:(?:aged?|age band|age range)\s*(?:between |from )?[<>≥]?=?\s*(?=\d))?\d{1,3}(?:\s*(?:-|–|to|and|en|und|bis|"
    r"tot|t/m|till?|og|och|et)\s*\d{1,3})?\s*(?:\+|[\s-]*(?:years?|yrs?|y/?o|jaar|jarigen?|jahren?|jährige?n?|år(?:ige)?|ans|vuot\w*|anni|años"
    r"|months?|mths?|weeks?|wks?|maanden|weken|monate?|wochen)\b)|\b(?:aged?|age band|"
    r"age range)\s*[<>≥]?=?\s*\d{1,3}(?:\s*(?:-|–|to)\s*\d{1,3})?\b"
    r"|\b(?:over|under|older than|younger than)\s+(?:the\s+)?(?:age\s+of\s+)?\d{1,2}(?:'?s)?(?=$|[,.;)]|\s(?:in|living|who|from|and|with)\b)",
    re.IGNORECASE,
)
NO_AGE = re.compile(
    r"\b(?:1[6-9]|20)\d\d\b(?:\s*[-–/]\s*(?:(?:1[6-9]|20)\d\d|\d\d)\b)?|\(?\b[nN]\s*=\s*[\d.,]*\d\)?|\b\d{1,3}(?:[.,]\d{3})+\b",
)
"""Calendar years and counts that stand beside an age."""
BEYOND = re.compile(
    r"\b(?:years of(?! age)|years? since|years? (?:of )?experience|years? ago|last|past|first) ", re.IGNORECASE
)
SEXED = re.compile(r"\b(?:fe)?males?\b|\b(?:wo)?m[ae]n\b|\b(?:girl|boy|mother|father|vrouw|man|frau|männ)\w*", re.I)
EVERY_SEX = re.compile(r"\b(?:sex(?:es)?|genders?|geslachten|geschlechter\w*|beiderlei)\b", re.IGNORECASE)
"""`Both` may speak of two towns; with these words it speaks of the sexes."""
FOR_THEM = re.compile(
    r"\b(?:offered|open|restricted|limited|available) (?:\w+ )?to (?:all )?(?:wom[ae]n|men|girls|boys|females|males)\b"
    r"|\b(?:for|in|of) (?:all )?(?:\w+ )?(?:women|men|girls|boys|females|males) (?:who|with|aged|at|undergoing)\b"
    r"|(?:^|[.,:] )(?:women|men|girls|boys) (?:who|with|aged|undergoing)\b",
    re.IGNORECASE,
)
"""Words that say of whom all of the data are."""
SERVED = re.compile(
    r"\b(?:offered|open|restricted|limited|available) (?:\w+ )?to (?:all )?(?:\w+ )?(?:wom[ae]n|men|girls|boys|females|males)\b"
    r"|[.,:] (?:women|men|girls|boys) who (?:are|were|have)\b",
    re.IGNORECASE,
)
SHARE_ELSE = re.compile(
    r"(?:%|\bper ?cent) of (?:all |the )?(?:\w+ )?(?:wom[ae]n|men|girls|boys|mothers|females|males)\b", re.I
)
"""`40% of all women smoke` says nothing of who takes part."""
MENINGOCOCCI = re.compile(r"\bmen[ -]?(?:acwy|[abcwy])\b", re.IGNORECASE)
SOME = re.compile(
    r"\b(?:includ\w+|among|of whom|of which|about|towards?|attitudes?|against|owned|headed|led)\b|\d", re.I
)
BODIES = re.compile(
    r"\b(?:schools?|organi[sz]ations?|companies|firms|enterprises|business(?:es)?|clubs?|teams?|leagues?|events?"
    r"|magazines?|texts?|newspapers?|politic\w+|laws?|rights)\b",
    re.IGNORECASE,
)


ONLY_AGES = re.compile(
    r"(?:ages?|aged|age (?:range|group|band))?:?\s*(?:[<>≥]=?\s*)?\d{1,3}\s*(?:(?:-|–|to)\s*\d{1,3}|\+)?\s*(?:years?|yrs?|jaar|jahre)"
    r"(?: (?:old|of age|and (?:over|older|above)))?\s*\.?",
    re.IGNORECASE,
)
MONTHS_OF_AGE = re.compile(
    r"(?<![\d.])\d{1,2}(?:\s*(?:-|–|to|and)\s*\d{1,2})?\s*(?:months?|weeks?) (?:of age|old)\b"
    r"|(?<=aged )(?:between )?\d{1,2}\s*(?:-|–|to|and)\s*\d{1,2}\s*(?:months?|weeks?)\b",
    re.IGNORECASE,
)
ADULT = 18.5
GROWN_UP = re.compile(
    r"\b(?:and|&|en|und|with|their)\b[^.;]{0,30}\b(?:adults?|parents|mothers|fathers|teachers|caregivers|carers|ouders|eltern"
    r"|volwassenen|leerkrachten)\b|\b(?:women|men|adults|parents|mothers|vrouwen|mannen|volwassenen)\b[^.;]{0,60}\band\b[^.;]{0,20}"
    r"\b(?:girls|boys|children|teenage\w*|adolescents)\b",
    re.IGNORECASE,
)


def population_ages(text: str) -> AgeRange | None:
    """Ages that a statement of population names; None where it names none or its numbers may count something else.

    A short statement whose only number or range stands with a word or sign of age (`Adults (16+)`, `Personen ab 18
    Jahren`) is read whole; in anything longer only what is an age beyond doubt counts.
    """
    if found := find_ages(text, of_people=len(text) <= SEX_WITHIN) or _of_infants(text):
        return None if _of_the_young_only(found, text) else found
    if ONLY_AGES.fullmatch(text):
        return read_ages(text)
    if len(text) > SHORT or not PEOPLE.search(text) or BEYOND.search(text):
        return None
    bare = NO_AGE.sub(" ", text)
    match = OF_AGE.search(bare)
    alone = match and not NUMBER.search(bare[: match.start()] + " " + bare[match.end() :])
    found = read_ages(bare) if alone else None
    return None if found is None or _of_the_young_only(found, text) else found


def _of_infants(text: str) -> AgeRange | None:
    """`At around 13-15 months of age`: the one age in months or weeks that a statement states as such."""
    stated = {match.group().lower() for match in MONTHS_OF_AGE.finditer(text)}
    return read_ages(stated.pop()) if len(stated) == 1 else None


def _of_the_young_only(found: AgeRange, text: str) -> bool:
    """Whether ages of children stand beside grown-ups who take part too: `women and teenage girls (12-18)`."""
    return found.upper is not None and found.upper <= ADULT and GROWN_UP.search(text) is not None


def _sex_served(text: str) -> Sex | None:
    """The sex that all is for, where a statement names no other: `screening is offered to women ... all individuals`."""
    if not SERVED.search(text):
        return None
    named = {word for match in SEXED.finditer(text) if (word := read_sex(match.group()))}
    return named.pop() if len(named) == 1 else None


def population_sex(text: str) -> Sex | None:
    """Sex of the participants by a statement of population; None where it is silent or speaks of a part of them."""
    text = MENINGOCOCCI.sub(" ", text)
    found = read_sex(text) or _sex_served(text)
    match = SEXED.search(text)
    if found in (None, "all"):
        return None if SHARE_ELSE.search(text) else found if match or EVERY_SEX.search(text) else None
    if FOR_THEM.search(text) and not BODIES.search(text):
        return found
    before = text[: match.start()] if match else ""
    if match is None or len(text) > SEX_WITHIN or len(before.split()) >= FIRST_WORDS:
        return None
    return None if SOME.search(before) or BODIES.search(text) else found
