"""Nouns by which the grammars of constraints tell what a phrase is about."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """Give the words of a text as a set."""
    return frozenset(text.split())


PEOPLE = word_set(
    "adults adult adolescents children child people persons men women boys girls mothers fathers parents families households "
    "residents citizens voters workers employees nurses doctors patients twins infants babies toddlers teenagers youth "
    "youths population populations pensioners farmers couples respondents participants individuals elderly males females "
    "adulthood immigrants migrants carers veterans siblings"
)
HOSTS = PEOPLE - word_set("immigrants migrants veterans employees parents")
"""People of whom an adjective of a country says that they live there."""

INSTITUTIONS = word_set(
    "cohort cohorts studies surveys data dataset datasets sample samples schools hospitals firms companies universities "
    "municipalities regions registers registries panels prisons workplaces cities villages farms register-based "
    "neighbourhoods neighborhoods"
)
STUDIES = word_set(
    "study studies cohort cohorts survey surveys sample samples dataset datasets data panel panels trial trials register "
    "registers registry registries biobank biobanks longitudinal research"
)
METHODS = word_set(
    "methods method methodology methodologies analysis analyses analytics modelling modeling models model regression protocol "
    "management sharing attrition techniques technique design designs conditioning quality collection software training "
    "econometrics estimation privacy ethics governance policy policies movement publishing journals journal repositories "
    "repository science literacy education courses course teaching recruitment registration transparency infrastructure "
    "portals portal initiative initiatives publications articles fees charges licensing linkage"
)
"""Nouns that make a phrase the subject of research instead of a condition on it (`panel data methods`)."""

TOPICS = word_set("to towards toward about on against versus vs into than like as regarding concerning per via")
"""Words behind which comes what a study is about."""

EVENTS = word_set(
    "election elections referendum war wars conflict earthquake flood floods hurricane tsunami riots riot crisis crash reform "
    "reforms act law bill revolution coup strike attack attacks disaster pandemic outbreak epidemic lockdown olympics "
    "invasion famine genocide births birth born summer winter spring autumn eruption explosion shooting coronation "
    "independence vote brexit collapse recession intervention massacre uprising protests protest cup games treaty legislation scandal"
)
"""Nouns that a year behind them dates."""

COUNTED = "people|persons|participants|respondents|individuals|subjects"
