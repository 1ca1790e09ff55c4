"""Study designs and methods read from words, negation respected, to controlled terms."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from reperio.text.characters import fold

StudyDesign = Literal[
    "cohort", "birth cohort", "ageing cohort", "longitudinal", "panel", "cross-sectional", "repeated cross-sectional",
    "case-control", "trial", "experimental", "twin", "family", "survey", "qualitative", "mixed methods",
    "observational", "registry", "administrative", "census", "linked", "time series", "case series", "ethnographic",
]  # fmt: skip
Sex = Literal["female", "male", "all"]
STATEMENT_MAX = 20_000

_REPEATED = (
    r"repeated cross[- ]?section\w*|repeat cross[- ]?section\w*|trend(?:/| |, )repeated|trend study|"
    r"serial cross[- ]?section\w*|herhaalde dwarsdoorsnede\w*|wiederholte querschnitt\w*"
)
_DESIGNS: tuple[tuple[StudyDesign, str], ...] = (
    ("birth cohort", r"birth[- ]cohorts?|geburtskohorten?|geboortecohort\w*"),
    ("ageing cohort", r"age?ing cohorts?|longitudinal stud(?:y|ies) (?:of|on) age?ing|cohort stud(?:y|ies) (?:of|on) "
            r"age?ing"),
    ("cohort", r"cohorts?(?! effect)|cohort(?:en)?stud(?:y|ies?|ien)|kohorten?|\w+kohorten?(?:studie)?|cohortes?|"
            r"cohortonderzoek"),
    ("longitudinal", r"longitudinal(?:ly|e[nrs]?)?|longitudinaal|laengsschnitt\w*|langsschnitt\w*|pitkittais\w*|"
            r"prospective(?:ly)? follow\w*|follow-up study"),
    ("panel", r"(?<!expert )(?<!advisory )(?<!review )(?<!control )(?<!solar )(?<!user )panels?(?! (?:discussion|"
            r"of experts|members? meeting|beating|regression))|\w{4,}panels?|(?:haushalts|access|online|huishoud|"
            r"kiezers)?-?panel(?:studie|onderzoek|befragung|survey|data|study)"),
    ("repeated cross-sectional", _REPEATED),
    ("cross-sectional", r"(?<!repeated )(?<!repeat )(?<!repeated-)(?<!serial )(?:cross[- ]?section(?:s|al(?:ly)?)?|"
            r"transversale?s?|querschnitt\w*|poikkileikkaus\w*|(?<!herhaalde )dwarsdoorsnede\w*)"),
    ("case-control", r"(?:nested )?case[- ]control(?:led)?(?: stud(?:y|ies))?|case[- ]referent"),
    ("trial", r"(?<!time )(?<!war crimes )(?:clinical |randomi[sz]ed |controlled |pilot |field )*trials?(?! by| "
            r"and error| chamber| proceedings| court| judge)|rcts?|randomi[sz]ed (?:control(?:led)? )?(?:trial|"
            r"stud(?:y|ies)|intervention)s?|trialled"),
    ("experimental", r"(?:quasi[- ]?)?experiment(?:s|al(?:ly)?|e|eel|ele|ell|elle)?(?! with (?:drugs|alcohol|"
                     r"smoking)|\)| statistics| data release)|"
            r"between-subjects?(?: design)?|within-subjects? design"),
    ("twin", r"twins?(?! (?:cit(?:y|ies)|towns?|tracks?|beds?|peaks|prime|room))|zwillinge?\w*|tweeling\w*"),
    ("family", r"family (?:study|studies|cohort|design|panel)|famil(?:y|ies)-based|multi-?generation\w*|"
            r"intergenerational (?:study|cohort|data)|sibling (?:study|design)|parent-child (?:pairs|dyads)"),
    ("survey", r"(?<!geological )(?<!ordnance )(?<!topographic )(?<!archaeological )(?<!geophysical )(?<!aerial "
            r")(?<!soil )(?<!land )(?<!field walking )(?:surveys?|enquetes?|umfragen?|(?:opinie|week|jongeren|burger|"
            r"kiezers)?peiling(?:en)?|befragung(?:en)?|"
            r"\w+(?:befragung|umfrage|survey|enquete))(?! of (?:the )?(?:literature|literatures|monuments|"
            r"buildings|london))|opinion polls?|questionnaire stud(?:y|ies)"),
    ("qualitative", r"qualitative(?:ly)?|kwalitatie(?:f|ve)|qualitativ(?:e[nrs]?)?|in-?depth(?:,? semi-structured)? "
            r"interviews?|depth interviews?|focus[- ]groups?|semi-structured interviews?|unstructured "
            r"interviews?|narrative interviews?|oral histor(?:y|ies)|mondelinge geschiedenis|diepte-?interviews?"),
    ("mixed methods", r"mixed[- ]methods?|multi-?method(?:s|ology)?"),
    ("observational", r"observational|beobachtungsstudie\w*"),
    ("registry", r"regist(?:ry|ries)(?! office)|(?:disease|patient|population|twin|cancer|birth|death)s? registers?|"
            r"register-based|registerdaten|registerdata"),
    ("administrative", r"administrative (?:data|records?|registers?|sources?|datasets?|health data|data ?sets?)|admin "
            r"data|routinely[- ]collected(?: \w+)? (?:data|records)|routine (?:health |clinical )?(?:data|"
            r"records)|electronic health records?|verwaltungsdaten"),
    ("census", r"(?<!visual )(?<!fish )(?<!bird )(?<!wildlife )(?<!tree )(?<!species )(?<!plant )(?<!animal )(?<!seabird )"
            r"census(?:es)?(?! (?:tracts?|blocks?|areas?|bureau|boundar\w+))"
            r"(?! of (?:marine|fish\w*|birds?|trees|plants|species))|"
            r"volkszahlung\w*|volkstelling\w*|"
            r"recensements?"),
    ("linked", r"(?:data|record|administrative data|census|registry)[- ]?linkages?|linkage (?:data|study|to)|"
            r"linked (?:\w+ )?(?:data(?:sets?)?|records?|census\w*|registers?|registries|cohort)|(?:data|"
            r"records?) (?:are|were|is|was|have been|has been|been) linked|linked (?:to|with) (?:\w+ "
            r"){0,4}(?:records?|data|registers?|registries|census)"),
    ("time series", r"time[- ]?series|zeitreihen?|tijdreeks(?:en)?"),
    ("case series", r"case series"),
    ("ethnographic", r"(?:auto-?)?ethnograph(?:y|ies|ic(?:ally)?)|ethnographische?\w*|etnografi\w*|participant "
            r"observation"),
)  # fmt: skip
_PATTERNS = tuple((design, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")) for design, pattern in _DESIGNS)
_HINT = re.compile(
    r"cohort|kohort|longitud|pitkitt|poikkil|langss|laengss|panel|cross|transversa|querschn|dwarsd|"
    r"case|rct|random|trial|experiment|subject|twin|zwilling|tweeling|"
    r"famil|generation|sibling|parent|survey|enquet|umfrag|befrag|poll|questionn|qualitat|kwalitat|"
    r"depth|focus|interview|oral|method|"
    r"observ|beobacht|regist|admin|routine|electronic|verwalt|census|volks|recens|link|series|zeitr|"
    r"tijdr|peiling|mondeling|ethno|etno|repeat|trend|prospect|follow"
)
_OF_NATURE = re.compile(
    r"bathymetr|hydrograph|plankton|littoral|(?:habitat|species) point|land classification|multibeam|seismic|sonar|sea ?bed"
    r"|phase 1 habitat|salt ?marsh|benth(?:ic|os)|grab sampl|trawl|intertidal|aquatic|broad habitat|"
    r"countryside survey|dredg|estuar(?:y|ies)\b|\bloch\b|fauna|\bflora\b|mollusc|sediment|fisheries|vegetation|botanical"
    r"|ornitholog|wildlife|\bkelp\b|\bcorals?\b|\breefs?\b|breeding bird|colou?r survey|sky survey|conservation zone"
)
"""Words beside which a survey is one of land, sea or stars and asks nobody."""
_OF_OTHERS = re.compile(
    r"meta-?analy|(?:systematic|scoping|literature|umbrella) review|effect sizes of|literatuuronderzoek"
)
"""Words of a title whose designs are those of the studies reviewed."""
_TITLE_MAX = 300
_NEGATION = re.compile(
    r"(?:\b(?:not|no|neither|nor|without|never|isn't|aren't|wasn't|weren't|rather than|instead of|as "
    r"opposed to|unlike|geen|niet|kein\w*|nicht)\s"
    r"(?!only\b|just\b|merely\b)(?:[^.;:,()\n]{0,30}[\s-])?|\bnon[- ]?(?:\w+ (?:or|and) )?)$"
)
_CODE_MAX = 200
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])\.(?=[A-Z])")


@lru_cache(maxsize=2048)
def _read(raw: str) -> tuple[StudyDesign, ...]:
    text = fold(_CAMEL.sub(" ", raw) if len(raw) <= _CODE_MAX else raw.replace("\n", ". "))
    if not _HINT.search(text):
        return ()
    if len(text) <= _TITLE_MAX and _OF_OTHERS.search(text):
        return ()
    of_nature = len(text) <= _TITLE_MAX and _OF_NATURE.search(text) is not None
    return tuple(
        design
        for design, pattern in _PATTERNS
        if _affirmed(pattern, text) and not (of_nature and design in ("survey", "census"))
    )


def read_designs(raw: str) -> tuple[StudyDesign, ...]:
    """Read the designs that a statement of method names; `not longitudinal` names none.

    Every design that the words name is given: `birth cohort` is a cohort too, a repeated cross-section is no plain
    one. Codes of the DDI vocabulary (`Longitudinal.CohortEventBased`) are read as their words. The first 20,000
    characters are read.
    """
    return _read(raw[:STATEMENT_MAX].strip())


def _affirmed(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the pattern occurs at least once without a negation before it in its clause."""
    return any(not negated(text, match.start()) for match in pattern.finditer(text))


def negated(text: str, position: int) -> bool:
    """Whether a negation governs what stands at `position` of a folded text."""
    return _NEGATION.search(text[max(0, position - 60) : position]) is not None


_FEMALE = (
    r"females?|wom[ae]n|girls?|mothers?|ladies|grandmothers|wives|sisters|daughters|vrouwen|vrouw|"
    r"meisjes|moeders|frauen|weiblich|madchen|mutter|femmes?|filles"
)
_MALE = (
    r"males?|m[ae]n|boys?|fathers?|gentlemen|grandfathers|husbands|brothers|sons|mannen|jongens|vaders|"
    r"manner|mannlich|jungen|vater|hommes?|garcons"
)
_WOMEN = re.compile(rf"(?<![\w'-])(?:{_FEMALE})(?!\w|'s)")
_MEN = re.compile(rf"(?<![\w'-])(?<!isle of )(?:{_MALE})(?!\w|'s|-made)")
_OTHERS = re.compile(
    r"\b(?:children|child|partners?|famil(?:y|ies)|infants?|babies|parents|couples|siblings|adults|"
    r"persons?|people|individuals|offspring|households?|kinderen|kinder|enfants)\b"
)
_EVERYBODY = re.compile(
    r"\b(?:both(?: sexes| genders)?|all(?: sexes| genders)|mixed(?: sex| gender)?|any (?:sex|gender)|"
    r"either sex|all sexes and genders|beide geschlechter|beiderlei)\b"
)
_PART = re.compile(r"%|\bper ?cent\b|\b(?:mostly|mainly|predominantly|primarily|majority|half)\b")
_NOT_THEM = re.compile(r"\b(?:no|not|non|without|exclud\w+|except|other than|geen|keine?)\s+(?:\w+\s+){0,2}$")
_SEX_CODES: dict[str, Sex] = {
    "f": "female", "m": "male", "w": "female", "v": "female", "all": "all", "both": "all", "mixed": "all", "any": "all", "mf": "all",
    "m/f": "all", "f/m": "all", "b": "all", "male/female": "all", "female/male": "all", "m+f": "all", "m & f": "all",
}  # fmt: skip


@lru_cache(maxsize=2048)
def _read_sex(raw: str) -> Sex | None:
    text = fold(raw).strip(" .")
    if text in _SEX_CODES:
        return _SEX_CODES[text]
    women, no_women = _held(_WOMEN, text)
    men, no_men = _held(_MEN, text)
    if (women and men) or _EVERYBODY.search(text):
        return "all"
    if not (women or men) or (no_women and women) or (no_men and men):
        return None
    if _PART.search(text):
        return "all"
    if _OTHERS.search(text) and not re.search(r"\b(?:only|all-(?:fe)?male)\b", text):
        return (
            "female"
            if women and re.fullmatch(r"(?:female|pregnant) (?:adults|people|persons|individuals|children)", text)
            else _adjective(text)
        )
    return "female" if women else "male"


def _adjective(text: str) -> Sex | None:
    """`Female adults` are female; `mothers and their children` could be anybody."""
    match = re.search(
        r"\b(female|male) (?:\w+ )?(?:adults|people|persons|individuals|children|infants|partners)\b", text
    )
    return None if match is None or " and " in text else ("female" if match.group(1) == "female" else "male")


def _held(pattern: re.Pattern[str], text: str) -> tuple[bool, bool]:
    """Whether the words occur affirmed, and whether they occur denied."""
    yes = no = False
    for match in pattern.finditer(text):
        if _NOT_THEM.search(text[max(0, match.start() - 50) : match.start()]):
            no = True
        else:
            yes = True
    return yes, no


def read_sex(raw: str) -> Sex | None:
    """Read who takes part by sex: `Women only` is female, `men and women` is all, no statement is None.

    A share (`52% female`) says that others take part, so it is all; words such as `mothers and their children` that
    leave the sex of some open give None. Only the first 20,000 characters are read.
    """
    return _read_sex(raw[:STATEMENT_MAX].strip())


_GENETIC = re.compile(
    r"\b(?:(?:epi)?genetics?|(?:epi)?genomics?)(?:,? (?:and|or|&) \w+)?[- ](?:data|samples?|"
    r"information|analys[ei]s|variants?|markers?|material|sequenc\w+|measures?|testing results|array|"
    r"profil\w+|biobank|linkage|variables?)\b|"
    r"\bgenotyp\w+|\bgenome[- ]wide\b|\bgwas\b|\bwhole[- ](?:genome|exome)\b|\bexome\b|\bdna\b|"
    r"\bsnps?\b|\bpolygenic (?:risk )?scores?\b|\bgenomes?\b(?= (?:sequenc|data|project|cohort|study|biobank))"
)
_GENETIC_ITEM = re.compile(
    r"(?:^|[,;/|\n(:]|\band\b)\s*(?:(?:epi)?genetics?|(?:epi)?genomics?|genes)\s*(?=$|[,;/|\n):.]|\band\b)"
)
_DENIED_BEFORE = re.compile(
    r"\b(?:no|not|non|without|neither|nor|lacks?|excluding|excludes?|except|absence of|geen|"
    r"keine?)\b[- ](?:[^.;:()\n]{0,40}[\s-])?$"
)
_DENIED_AFTER = re.compile(
    r"^[^.;:()\n]{0,30}?\b(?:not|never|n't)\s(?:yet )?(?:been )?(?:collected|available|taken|included|"
    r"held|obtained|gathered|stored|recorded|provided|measured)|^\s*(?:data|samples?|information)?(?: "
    r"collected)?\s*[:=?]?\s*(?:no\b|none\b|false\b|0$|not\b)"
)
_GENETIC_ELSE = re.compile(r"^(?:ally)?[- ](?:modif|engineer|algorithm|counsel|program)")


@lru_cache(maxsize=2048)
def _read_genetic(raw: str) -> bool | None:
    text = fold(raw.replace("\n", "; "))
    if text in {"yes", "true", "y", "1"}:
        return True
    if text in {"no", "false", "n", "0", "none"}:
        return False
    if not re.search(r"gen|dna|gwas|exome|snp", text):
        return None
    said: set[bool] = set()
    for pattern in (_GENETIC, _GENETIC_ITEM):
        for match in pattern.finditer(text):
            after = text[match.end() : match.end() + 60]
            if not _GENETIC_ELSE.match(after):
                said.add(
                    not (
                        _DENIED_BEFORE.search(text[max(0, match.start() - 60) : match.start()])
                        or _DENIED_AFTER.search(after)
                    )
                )
    if True in said:
        return True
    return False if said else None


def read_genetic(raw: str) -> bool | None:
    """Read whether genetic data were collected: True, False when denied, None when nothing is said.

    Only words for data count (genotypes, DNA, genetic data or samples, `Genomics` in a list): `genetic factors` in an
    abstract says nothing. What is denied at one time and affirmed at another was collected.
    """
    return _read_genetic(raw[:STATEMENT_MAX].strip())
