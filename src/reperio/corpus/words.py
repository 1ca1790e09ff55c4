"""Words of titles that mean little, and words that stand for others, for telling titles apart."""

from __future__ import annotations

import re

from rapidfuzz.distance import Indel


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _ranks(words: str) -> dict[str, str]:
    return {word: str(rank) for rank, word in enumerate(words.split(), 1)}


STOP = _set(
    "a an and at by for from in into of on or the to with its der die das des und im von zu zur fur de het een en "
    "van voor met la le les du et pour el los las y da dos och av i og til"
)
"""Words that do not count when titles are compared."""

GENERIC = _set(
    "study survey cohort data dataset database project programme collection research series "
    "studie onderzoek enquete umfrage erhebung daten bestand longitudinal panel uk mrc registry register"
)
"""Words that may be missing on one side and the titles still be the same."""

COMMON = _set(
    "national international global regional local annual general social economic public health healthcare "
    "medical clinical child adult young youth older people person woman man family household housing home living "
    "condition standard quality life lifestyle time use diary labour force employment work working income expenditure "
    "budget food nutrition diet consumer price farm agricultural agriculture structure business enterprise population "
    "census birth death marriage mortality demographic demography education educational school student teacher "
    "literacy pupil university election voter opinion attitude value omnibus crime victimisation victim violence "
    "travel transport tourism energy environment environmental ageing aging care hospital patient inpatient "
    "outpatient emergency primary prescribing prescription maternity cancer registration registry register mental "
    "physical community service statistic record administrative linked record episode admission laboratory pathology "
    "radiology imaging observation vaccination test testing result integrated combined main core follow up followup "
    "twin cohort profile interview transcript questionnaire replication code supplementary material supplement file "
    "raw growing up socio small large new development indicator multiple cluster baseline report table "
    "disease disorder condition diabete stroke asthma copd dementia depression anxiety epilepsy psychosis obesity "
    "cardiovascular heart kidney renal liver lung respiratory breast prostate colorectal bowel lymphoma leukaemia "
    "arthritis covid influenza malaria hiv infection tuberculosis surgery trauma genetic genomic genome sample "
    "tissue blood image scan appointment attendance discharge referral symptom treatment therapy drug medicine "
    "patient outcome screening risk factor customer relationship management contract contact finance asset system "
    "information monitoring assessment review evaluation trial control pregnancy infant adolescent elderly"
)
"""Words that name no thing of their own: titles made of them alone are borne by many (`Household Survey`)."""

PROGRAMMES = tuple(
    _set(words)
    for words in (
        "demographic health survey dhs",
        "multiple indicator cluster survey mics",
        "living standard measurement study survey",
        "household income expenditure consumption survey",
        "household budget survey",
        "integrated household survey",
        "population housing census",
        "survey income living condition",
        "national health nutrition survey",
        "national health interview survey",
        "adult literacy life skill survey",
    )
)
"""Names under which many countries, or many years, carry out the same survey: they name a kind of thing."""

STUDY_WORDS = _set("study survey cohort panel census register registry studie onderzoek umfrage enquete")
"""Words by which a name tells that it names a study."""

DECADES = dict(
    zip(
        ("00", "10", "20", "30", "40", "50", "60", "70", "80", "90"),
        (
            "noughties",
            "tens",
            "twenties",
            "thirties",
            "forties",
            "fifties",
            "sixties",
            "seventies",
            "eighties",
            "nineties",
        ),
        strict=True,
    )
)

_SAME = {
    "aging": "ageing", "program": "programme", "labor": "labour", "center": "centre", "organization": "organisation",
    "behavior": "behaviour", "women": "woman", "men": "man", "children": "child", "people": "person",
    "childrens": "child", "womens": "woman", "mens": "man", "dataset": "dataset", "datasets": "dataset",
    "wellbeing": "wellbeing", "diaries": "diary", "families": "family", "studies": "study", "ministries": "ministry",
    "cohorts": "cohort", "pediatric": "paediatric", "tumor": "tumour", "harbor": "harbour", "defense": "defence",
}  # fmt: skip
_PLURAL = re.compile(r"(?<=[a-z]{2}[b-hj-rtv-z])s$")

NUMBER_WORDS = _ranks(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
) | _ranks("first second third fourth fifth sixth seventh eighth ninth tenth")
ROMAN = _ranks("I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX")
LABELS = {
    word: label
    for label, words in {
        "wave": "wave waves sweep sweeps round rounds phase phases kierros runde welle vague ronde golf followup "
                "cycle cycles",
        "release": "release edition version ed rev revision v upgrade",
        "age": "age aged ages leeftijd alter",
        "part": "part volume vol module deel teil tome component group batch section chapter "
                "interview table pillar stage",
    }.items()
    for word in words.split()
}  # fmt: skip
MONTHS = {
    name: str(number)
    for number, names in enumerate(
        (
            "january januari januar", "february februari februar", "march maart marz", "april", "may mei mai",
            "june juni", "july juli", "august augustus", "september", "october oktober", "november",
            "december dezember",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
PERIODS = _set("spring summer autumn winter quarter")


def stem(word: str) -> str:
    """One form for the spellings and numbers of a word: no plural s, British spelling."""
    if word in _SAME:
        return _SAME[word]
    bare = _PLURAL.sub("", word)
    return _SAME.get(bare, bare)


def are_alike(left: str, right: str) -> bool:
    """Whether two words differ by a slip of the pen: a letter too many, too few or in another place, not the first.

    A letter in place of another is not a slip: maternal is not paternal, micro not macro.
    """
    if left == right:
        return True
    if min(len(left), len(right)) < 6 or left[:2] != right[:2] or left.isdigit() or right.isdigit():
        return False
    if len(left) == len(right):
        return sorted(left) == sorted(right) and Indel.distance(left, right, score_cutoff=2) <= 2
    return Indel.distance(left, right, score_cutoff=1) <= 1
