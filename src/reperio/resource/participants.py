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
    r"\d\s*(?:\+|[\s-]*(?:years?|yrs?|y/?o|jaar|jahren?|jährige?n?|år(?:ige)?|ans|vuot\w*|anni|años)\b)",
    re.IGNORECASE,
)
BEYOND = re.compile(r"\b(?:years of|years? since|years? (?:of )?experience|years? ago|last|past|first) ", re.IGNORECASE)
SEXED = re.compile(r"\b(?:fe)?males?\b|\b(?:wo)?m[ae]n\b|\b(?:girl|boy|mother|father|vrouw|man|frau|männ)\w*", re.I)
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

    A short statement whose only numbers, one or two, stand with a word or sign of age (`Adults (16+)`, `Personen ab 18
    Jahren`) is read whole; in anything longer only what is an age beyond doubt counts.
    """
    if found := find_ages(text):
        return found
    numbers = NUMBER.findall(text)
    plain = len(text) <= SHORT and 1 <= len(numbers) <= 2 and all(each.isdecimal() for each in numbers)
    if plain and OF_AGE.search(text) and PEOPLE.search(text) and not BEYOND.search(text):
        return read_ages(text)
    return None


def population_sex(text: str) -> Sex | None:
    """Sex of the participants by a statement of population; None where it is silent or speaks of a part of them."""
    found = read_sex(text)
    if found in (None, "all"):
        return found
    match = SEXED.search(text)
    before = text[: match.start()] if match else ""
    if match is None or len(text) > SEX_WITHIN or len(before.split()) >= FIRST_WORDS:
        return None
    return None if SOME.search(before) or BODIES.search(text) else found
