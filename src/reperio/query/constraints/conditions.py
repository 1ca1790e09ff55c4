"""Conditions that a query demands by name: access, genetic data, sex of participants, language of the data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reperio.query.constraints.line import Line
from reperio.query.constraints.model import Chip
from reperio.query.constraints.words import METHODS, TOPICS
from reperio.query.model import Chosen

_ACCESS = (
    ("open", "Open access", re.compile(
        r"(?<![\w'-])(?:open[- ]access|open data|(?:freely|openly|publicly) (?:available|accessible)|free to download)(?![\w'-])")),
    ("registered", "Access after registration", re.compile(r"(?<![\w'-])safeguarded(?: (?:data|access|datasets?))(?![\w'-])")),
    ("controlled", "Access after approval", re.compile(
        r"(?<![\w'-])(?:(?:restricted|controlled|secure)[- ](?:access|data)|special licen[cs]e(?: data)?)(?![\w'-])"
    )),
)  # fmt: skip
_DATA = "data|datasets?|studies|study|surveys?|cohorts?|longitudinal|microdata"
_GENETIC = re.compile(
    r"(?<![\w'-])(?:genetic|genomic|genotype|genome-wide|gwas|dna)(?: (?:data|samples|genotypes))(?: available)?(?![\w'-])"
    r"|(?<![\w'-])genotyped(?![\w'-])"
)
_FEMALE, _MALE = "women|girls|females", "men|boys|males"
_SEX_ONLY = re.compile(
    rf"(?<![\w'-])(?:(?:(?P<f1>{_FEMALE})|(?P<m1>{_MALE}))[ -]only|only (?:(?P<f2>{_FEMALE})|(?P<m2>{_MALE}))"
    r"|(?:(?P<f3>female)|(?P<m3>male))(?: (?:participants|respondents|subjects))? only"
    r"|(?:all[- ])(?:(?P<f4>female)|(?P<m4>male))(?: (?:sample|samples|cohort|participants))?"
    r"|(?:(?P<f5>female|women)|(?P<m5>male|men))-only(?: (?:sample|samples|cohort|participants))?)(?![\w'-])"
)
_SEX_AGED = re.compile(r"(?<![\w'-])(?:(?P<f>women|girls)|(?P<m>men|boys))(?= ?\x1e)")
_CODES = {
    "english": "en", "german": "de", "french": "fr", "dutch": "nl", "spanish": "es", "italian": "it", "portuguese": "pt",
    "swedish": "sv", "norwegian": "no", "danish": "da", "finnish": "fi", "welsh": "cy", "polish": "pl", "czech": "cs",
    "hungarian": "hu", "greek": "el", "turkish": "tr", "arabic": "ar", "russian": "ru", "chinese": "zh", "japanese": "ja",
    "estonian": "et", "icelandic": "is", "romanian": "ro", "slovenian": "sl", "croatian": "hr", "irish": "ga", "catalan": "ca",
}  # fmt: skip
_LANGUAGES = "|".join(_CODES)
_ITEMS = "questionnaires?|data|datasets?|documentation|interviews?|surveys?|items|instruments?|codebooks?|variables|transcripts"
_IN_LANGUAGE = re.compile(
    rf"\b(?:{_ITEMS}) (?P<own>in (?P<in>{_LANGUAGES}))(?![\w'-])|(?<![\w'-])(?P<own2>(?P<of>{_LANGUAGES})-language)(?= (?:{_ITEMS})\b)"
)


def find_access(line: Line) -> Iterator[Chip]:
    """Find demands of access; open access as a topic (`open access journals`) is left alone."""
    for value, label, pattern in _ACCESS:
        for match in pattern.finditer(line.level):
            start, end = match.span()
            if _condition(line, start, end, _DATA):
                yield _chip(line, "access", label, (value,), start, end)


def find_genetic(line: Line) -> Iterator[Chip]:
    """Find the demand of genetic data."""
    for match in _GENETIC.finditer(line.level):
        start, end = match.span()
        if _condition(line, start, end, _DATA):
            yield _chip(line, "genetic_data", "With genetic data", ("yes",), start, end)


def _condition(line: Line, start: int, end: int, nouns: str) -> bool:
    before = line.word_before(start)
    if (
        before in TOPICS
        or before in METHODS
        or before in {"of", "for", "in", "by", "through", "why", "what", "how", "is", "does"}
    ):
        return False
    after = line.word_after(end)
    return after not in METHODS and (line.edge_after(end) or re.fullmatch(nouns, after) is not None)


def find_sex(line: Line) -> Iterator[Chip]:
    """Find demands of sex: `women only`; before an age already read, `women` keeps studies of everybody."""
    for match in _SEX_ONLY.finditer(line.level):
        start, end = match.span()
        if line.edge_after(end) and line.word_before(start) not in {"and", "or", "not", "for"}:
            female = any(match[f"f{n}"] for n in range(1, 6))
            label = "Women or girls only" if female else "Men or boys only"
            yield _chip(line, "sex", label, ("female" if female else "male",), start, end)
    for match in _SEX_AGED.finditer(line.level):
        start, end = match.span()
        if line.read.get(end + 1, line.read.get(end)) == "age" and line.word_before(start) in {"", "in", "among"}:
            sex, label = ("female", "Women or girls take part") if match["f"] else ("male", "Men or boys take part")
            yield _chip(line, "sex", label, ("all", sex), start, end, unknown=True)


def find_language(line: Line) -> Iterator[Chip]:
    """Find demands of the language of data and questionnaires."""
    for match in _IN_LANGUAGE.finditer(line.level):
        group = "own" if match["own"] else "own2"
        name = match["in"] or match["of"]
        if group == "own2" or line.edge_after(match.end()):
            yield _chip(line, "language", f"In {name.capitalize()}", (_CODES[name],), *match.span(group))


def _chip(
    line: Line, facet: str, label: str, values: tuple[str, ...], start: int, end: int, *, unknown: bool = False
) -> Chip:
    chosen = Chosen(facet, values, unknown)
    return Chip(facet=facet, label=label, words=line.text[start:end], start=start, end=end, chosen=chosen)
