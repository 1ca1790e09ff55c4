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
    r"|girls|students|respondents|participants|olds?|aged?"
    r"|bevolking|personen|inwoners|burgers|volwassenen|kinderen|mannen|vrouwen"
    r"|bevölkerung|wohnbevölkerung|einwohner\w*|erwachsene|kinder|jugendliche|männer|frauen"
    r"|befolkning\w*|personer|innbyggere|väestö\w*|henkilö\w*|asukkaat|personnes|population|adultes|enfants)\b",
    re.IGNORECASE,
)
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
OF_AGE = re.compile(
    r"\d{1,3}(?:\s*(?:-|–|to|and|bis|tot|t/m|till?|og|och|et)\s*\d{1,3})?\s*(?:\+|[\s-]*(?:years?|yrs?|y/?o|jaar|jahren?|jährige?n?|år(?:ige)?|ans|vuot\w*|anni|años)\b)",
    re.IGNORECASE,
)
BEYOND = re.compile(r"\b(?:years of|years? since|years? (?:of )?experience|years? ago|last|past|first) ", re.IGNORECASE)
SEXED = re.compile(r"\b(?:fe)?males?\b|\b(?:wo)?m[ae]n\b|\b(?:girl|boy|mother|father|vrouw|man|frau|männ)\w*", re.I)
EVERY_SEX = re.compile(r"\b(?:sex(?:es)?|genders?|geslachten|geschlechter\w*|beiderlei)\b", re.IGNORECASE)
"""`Both` may speak of two towns; with these words it speaks of the sexes."""
SOME = re.compile(
    r"\b(?:includ\w+|among|of whom|of which|about|towards?|attitudes?|against|owned|headed|led)\b|\d", re.I
)
BODIES = re.compile(
    r"\b(?:schools?|organi[sz]ations?|companies|firms|enterprises|business(?:es)?|clubs?|teams?|leagues?|events?"
    r"|magazines?|texts?|newspapers?|politic\w+|laws?|rights)\b",
    re.IGNORECASE,
)


def population_ages(text: str) -> AgeRange | None:
    """Ages that a statement of population names; None where it names none or its numbers may count something else.

    A short statement whose only number or range stands with a word or sign of age (`Adults (16+)`, `Personen ab 18
    Jahren`) is read whole; in anything longer only what is an age beyond doubt counts.
    """
    if found := find_ages(text):
        return found
    if len(text) > SHORT or not PEOPLE.search(text) or BEYOND.search(text):
        return None
    match = OF_AGE.search(text)
    alone = match and not NUMBER.search(text[: match.start()] + " " + text[match.end() :])
    return read_ages(text) if alone else None


def population_sex(text: str) -> Sex | None:
    """Sex of the participants by a statement of population; None where it is silent or speaks of a part of them."""
    found = read_sex(text)
    match = SEXED.search(text)
    if found in (None, "all"):
        return found if match or EVERY_SEX.search(text) else None
    before = text[: match.start()] if match else ""
    if match is None or len(text) > SEX_WITHIN or len(before.split()) >= FIRST_WORDS:
        return None
    return None if SOME.search(before) or BODIES.search(text) else found
