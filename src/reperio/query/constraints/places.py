"""Countries that a query demands: `in Germany`, `UK`, `Dutch children`. Parts of countries stay words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from reperio.query.constraints.gazette import CAPITAL, DOUBTFUL, PEOPLES, PEOPLES_APART, REGIONS, countries
from reperio.query.constraints.line import JOINING, TAKEN, Line
from reperio.query.constraints.model import Chip
from reperio.query.constraints.words import HOSTS, INSTITUTIONS, word_set
from reperio.query.model import Chosen
from reperio.text.places import country_name

_ALWAYS = frozenset({"uk", "u.k.", "u.s.", "usa", "united kingdom", "great britain", "us", "united states"})
"""Names that say where even before a noun (`UK adolescent health`)."""

_NOT_BEFORE = word_set(
    "biobank data llc archive government parliament politics referendum election elections trade policy economy army navy supreme "
    "constitution embassy armed border membership independence prime president monarchy and royal dollar exit foreign news "
    "presidential general midterm today department office household statistics treasury congress senate democracy census military troops forces"
)
_STATES = word_set(
    "war wars sanctions invasion relations trade tariffs exports imports diplomacy foreign embassy embargo occupation missile "
    "nuclear treaty border conflict crisis alliance threat bilateral aid troops annexation colonialism colonial empire "
    "migrants immigrants emigrants refugees migration immigration emigration asylum diaspora expatriates remittances"
)
_APART = _STATES | REGIONS
_NOT_IN = word_set(
    "born war wars conflict invasion troops invest investment interest trust interested belief soldiers veterans served "
    "deployed deployment intervention made relatives parents holiday holidays travel genocide earthquake crisis bred "
    "raised grew manufactured produced study studying tourism education-abroad crash"
)
_SOURCES = word_set(
    "data dataset datasets study studies survey surveys cohort cohorts evidence results figures participants respondents samples "
    "sample statistics findings microdata records panels trials"
)
_OF = word_set("population populations people residents citizens inhabitants adults children surveys studies cohorts")
_COMPOSITE = word_set(
    "south north east west northern southern eastern western african asian latin native black white anglo afro hispanic "
    "mexican indian chinese caribbean former non ex irish british american arab jewish muslim french ethnic overseas and or"
)
_NOT_LEADING = word_set(
    "to into towards vs versus than against v near new south north east west northern southern eastern western former nazi weimar "
    "imperial statistics bank university post-war pre-war postwar prewar colonial medieval soviet victorian divided ancient"
)
_AT_WAR = ({"RU", "UA"}, {"IL", "PS"})
_FOOD = re.compile(
    r"\b(?:meat|food|sandwich|poultry|chicken|christmas|thanksgiving|farms?|salmonella|breast|ham|roast|dinner)\b"
)
_WORDS = re.compile(r"[a-z]+")
_LISTED = re.compile(r" ?(?:,(?: and| or)?|and|or|&|/) ?(?:the )?")
_ABROAD = re.compile(
    r" ?(?:(?:who |that )?(?:live|living|residing|working|studying|based|born|settled) )?(in|at|from|to|abroad|overseas)\b(?: the)? ?"
)
_ADJECTIVE = (
    r"(?:(?:older|younger|young|elderly|adult|adolescent|primary|secondary|general|pregnant|female|male|national|urban|rural|"
    r"working-age|public|private|preschool|pre-school|school|longitudinal|unemployed|employed|single|low-income) )?"
)


def find_countries(line: Line) -> Iterator[Chip]:
    """Find the countries demanded; names joined by commas, `and` or `or` make one chip that any of them satisfies."""
    peoples = list(_find_peoples(line))
    groups = [group for group in _groups(line) if not any(_overlap(group, chip) for chip in peoples)]
    sure = [(group, _standing(line, group)) for group in groups]
    named = [group for group, standing in sure if standing == "in"]
    bare = [group for group, standing in sure if standing == "bare"]
    if len(groups) == 1 and not peoples:
        named += bare
    yield from peoples
    for group in named:
        yield _chip(line, _with_preposition(line, group), group[-1].end(), [country_of(name) for name in group])


def country_of(match: re.Match[str]) -> str:
    """Code of the country that was matched."""
    return countries().get(match["name"], "US")


@cache
def _names() -> re.Pattern[str]:
    names = "|".join(map(re.escape, sorted(countries(), key=len)[::-1]))
    return re.compile(rf"(?<![\w'-])(?<!\w[.'])(?P<name>{names}|u\.s\.?|us)(?!\w|['-]\w|[.]\w)")


def _groups(line: Line) -> list[list[re.Match[str]]]:
    """Names of countries, those of one list together."""
    groups: list[list[re.Match[str]]] = []
    for match in _names().finditer(line.level):
        if (
            match["name"] in {"us", "u.s", "u.s."}
            and line.text[match.start() : match.end()].upper() != line.text[match.start() : match.end()]
        ):
            continue
        if groups and _LISTED.fullmatch(line.level, groups[-1][-1].end(), match.start()):
            groups[-1].append(match)
        else:
            groups.append([match])
    return groups


def _overlap(group: list[re.Match[str]], chip: Chip) -> bool:
    return group[0].start() < chip.end and chip.start < group[-1].end()


def _standing(line: Line, group: list[re.Match[str]]) -> str:
    """`in` when words say that the data are to come from there, `bare` when only its place does, else nothing."""
    start, end = group[0].start(), group[-1].end()
    before = line.words_before(start, 3)
    if before[:1] == ["the"]:
        before = before[1:]
    if not _complete(line, group) or _in_one_breath(line, start, end):
        return ""
    lead, earlier = [*before, "", ""][:2]
    doubtful = any(match["name"] in CAPITAL and not line.capitalised(match.start()) for match in group)
    if doubtful or ("turkey" in line.level and _FOOD.search(line.level)):
        return ""
    if _leads(lead, earlier):
        return "in"
    if lead in JOINING or lead in _NOT_LEADING or earlier in _NOT_LEADING & {"east", "west", "former"}:
        return ""
    return "bare" if _bare(line, group, lead) else ""


def _leads(lead: str, earlier: str) -> bool:
    if lead in {"in", "across", "within", "throughout"}:
        return earlier not in _NOT_IN
    if lead in {"from", "for"}:
        return earlier in _SOURCES or (lead == "from" and not earlier)
    return lead == "of" and earlier in _OF


def _complete(line: Line, group: list[re.Match[str]]) -> bool:
    """Whether the name ends there: no relations, no surname, no nut behind it."""
    end = group[-1].end()
    after = line.word_after(end)
    following = line.level[end:].lstrip()[:1]
    if following and line.capitalised(len(line.level) - len(line.level[end:].lstrip())) and after not in JOINING:
        return line.closed_after(end)
    if after in {"vs", "versus", "v"}:
        return False
    if line.edge_after(end) or after in HOSTS or after in INSTITUTIONS:
        return after != "to" and not (after in {"data", "household"} and group[-1]["name"] in _ALWAYS)
    if len(group) > 1 and not line.words_before(group[0].start(), 1):  # `Austria and Germany wellbeing`
        return True
    return group[-1]["name"] in _ALWAYS and after not in _NOT_BEFORE


def _in_one_breath(line: Line, start: int, end: int) -> bool:
    """Whether a place that is no country is listed with it (`Scotland and Ireland`)."""
    before = re.search(
        r"(?P<word>[\w'-]+)(?P<by>,| and| or| &| ?/) ?(?:the )?$", line.level[max(0, start - 60) : start]
    )
    after = re.match(r" ?(?:,|and|or|&|/) ?(?:the )?(?P<word>[\w'-]+)", line.level[end : end + 60])
    return bool((before and before["word"] in REGIONS) or (after and after["word"] in REGIONS))


def _bare(line: Line, group: list[re.Match[str]], lead: str) -> bool:
    """Whether a name without a word before it says where: no person, thing or affair of state."""
    name = group[0]["name"]
    if len(group) == 1 and name in DOUBTFUL and (name in CAPITAL or lead or not line.closed_after(group[0].end())):
        return False
    if any(pair <= set(map(country_of, group)) for pair in _AT_WAR):
        return False
    return _APART.isdisjoint(_WORDS.findall(line.level))


def _with_preposition(line: Line, group: list[re.Match[str]]) -> int:
    lead = re.search(
        r"\b(?:in|across|within|throughout|from|for|of)(?: the)? $|\bthe $", line.level[: group[0].start()][-20:]
    )
    return group[0].start() - len(lead.group()) if lead else group[0].start()


@cache
def _peoples() -> re.Pattern[str]:
    def alternatives(names: dict[str, str]) -> str:
        return "|".join(sorted(names, key=len)[::-1])

    hosts, institutions = ("|".join(sorted(words, key=len)[::-1]) for words in (HOSTS, INSTITUTIONS))
    return re.compile(
        rf"(?<![\w'-])(?:(?P<own>{alternatives(PEOPLES)})(?= {_ADJECTIVE}(?:{hosts}|{institutions})\b)"
        rf"|(?P<apart>{alternatives(PEOPLES_APART)})(?= {_ADJECTIVE}(?:{institutions})\b)"
        r"|(?P<born>british|dutch|danish|norwegian|swedish|finnish|german|french|irish|australian|canadian)(?= birth cohort\b)"
        rf"|(?P<design>{alternatives(PEOPLES | PEOPLES_APART)})(?= {TAKEN}))"
    )


def _find_peoples(line: Line) -> Iterator[Chip]:
    """`Dutch children` live in the Netherlands, unless it says that they live elsewhere."""
    for match in _peoples().finditer(line.level):
        start, end = match.span()
        before = line.word_before(start)
        if match["design"] and line.read.get(end + 1) != "study_design":
            continue
        if before in _COMPOSITE or (match.group() == "polish" and not line.capitalised(start)):
            continue
        noun = re.compile(rf" {_ADJECTIVE}[a-z-]+").match(line.level, end)
        abroad = _ABROAD.match(line.level, noun.end()) if noun else None
        if abroad and (abroad[1] in {"abroad", "overseas"} or _place_follows(line, abroad.end())):
            continue
        yield _chip(line, start, end, [(PEOPLES | PEOPLES_APART)[match.group()]])


def _place_follows(line: Line, at: int) -> bool:
    return line.capitalised(at) or line.word_after(at) in REGIONS or _names().match(line.level, at) is not None


def _chip(line: Line, start: int, end: int, codes: list[str]) -> Chip:
    values = tuple(sorted(set(codes)))
    label = "Country: " + " or ".join(country_name(code) for code in values)
    chosen = Chosen("country", values)
    return Chip(facet="country", label=label, words=line.text[start:end], start=start, end=end, chosen=chosen)
