"""What a generated catalogue holds: studies, their datasets, how many variables each has, and what is said of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

VARIABLES, STUDIES, DATASETS = 5_200_000, 6_656, 19_570
"""Sizes of the original."""
LARGEST_DATASET, LARGEST_STUDY, LARGEST_STUDY_DATASETS = 31_177, 400_000, 420
"""Variables in its largest dataset and below its largest study; datasets we give the latter."""
SPREAD = 1.5
"""Standard deviation of the logarithm of a dataset's number of variables."""
SPLIT = 4_000
"""Variables of a study from which they are listed in dictionaries, a file a dataset, and no more in its codebook."""
STATED_TWICE = 0.03
"""Share of the studies that a second archive describes too."""
ARCHIVES = ("north", "west", "east")

COUNTRIES = (
    ("United Kingdom", 40), ("Germany", 12), ("United States", 10), ("Netherlands", 8), ("Ireland", 5), ("Sweden", 4),
    ("Finland", 4), ("France", 4), ("Australia", 4), ("Norway", 3), ("Canada", 2), ("South Africa", 2), ("India", 2),
)  # fmt: skip
PLACES = (
    "Avon", "Bradford", "Cumbria", "Dorset", "Essex", "Fife", "Galway", "Hessen", "Inverness", "Jena", "Kent", "Leeds",
    "Malmo", "Northumberland", "Oslo", "Perth", "Quebec", "Rotterdam", "Saxony", "Tampere", "Ulster", "Vermont", "Wales",
    "York", "Zeeland", "Antrim", "Bergen", "Cork", "Durham", "Exeter", "Graz", "Hull",
)  # fmt: skip
THEMES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("Birth Cohort", ("Child health", "Pregnancy and birth", "Families"), ("breastfeeding", "birth weight", "growth")),
    ("Ageing", ("Ageing", "Retirement", "Physical health"), ("frailty", "memory", "pensions")),
    ("Household Panel", ("Income and wealth", "Households", "Employment"), ("household income", "housework", "savings")),
    ("Mental Health", ("Mental health", "Wellbeing", "Health services"), ("depression", "anxiety", "loneliness")),
    ("Crime and Justice", ("Crime", "Policing", "Victims"), ("burglary", "fear of crime", "trust in police")),
    ("Education", ("Education", "Schools", "Young people"), ("attainment", "teachers", "truancy")),
    ("Labour Force", ("Employment", "Unemployment", "Working conditions"), ("wages", "unions", "shift work")),
    ("Elections", ("Politics", "Elections", "Attitudes"), ("turnout", "party choice", "trust in parliament")),
    ("Housing", ("Housing", "Neighbourhoods", "Homelessness"), ("rent", "tenure", "damp")),
    ("Travel", ("Transport", "Travel behaviour", "Environment"), ("commuting", "cycling", "car ownership")),
    ("Diet and Nutrition", ("Nutrition", "Physical health", "Obesity"), ("food diary", "body mass index", "sugar")),
    ("Time Use", ("Leisure", "Households", "Employment"), ("time diary", "childcare", "sleep")),
    ("Migration", ("Migration", "Ethnicity", "Language"), ("integration", "citizenship", "discrimination")),
    ("Twins", ("Genetics", "Child health", "Cognition"), ("heritability", "zygosity", "twins")),
    ("Alcohol and Drugs", ("Substance use", "Young people", "Health behaviour"), ("alcohol", "smoking", "cannabis")),
    ("Social Attitudes", ("Attitudes", "Religion", "Welfare"), ("values", "gender roles", "welfare state")),
)  # fmt: skip
DESIGNS = ("Longitudinal: cohort", "Longitudinal: panel", "Cross-sectional", "Repeated cross-sectional", "Time series")
MODES = ("Face-to-face interview", "Telephone interview", "Self-administered questionnaire", "Web-based interview")
SAMPLINGS = ("Simple random sample", "Stratified multi-stage sample", "Total universe", "Quota sample")
UNITS = ("Individual", "Household", "Family", "Organisation")
ACCESS = (("Open access", 25), ("Registration is required", 45), ("Restricted: apply to the committee", 30))
UNIVERSES = (
    "Adults aged 16 and over living in private households", "Children aged 5 to 15 years and their parents",
    "Women aged 15 to 49", "People aged 50 and over", "Pupils aged 11-18 at state schools",
    "Babies born in the area and their mothers", "Employees aged 18 to 65", "Registered voters",
)  # fmt: skip
INSTRUMENTS = (
    "Strengths and Difficulties Questionnaire (SDQ)", "General Health Questionnaire (GHQ-12)", "Generalised Anxiety Disorder (GAD-7)",
    "Patient Health Questionnaire (PHQ-9)", "Warwick-Edinburgh Mental Wellbeing Scale (WEMWBS)", "SF-12 Health Survey",
    "Rosenberg Self-Esteem Scale", "Malaise Inventory", "Edinburgh Postnatal Depression Scale (EPDS)", "EQ-5D",
)  # fmt: skip
PUBLISHERS = (
    "Northern Data Archive",
    "Western Research Repository",
    "Eastern Survey Office",
    "Institute of Cohort Studies",
)


@dataclass(slots=True)
class Dataset:
    """A dataset of a study: its number there, its wave (0: none), its variables."""

    number: int
    wave: int
    variables: int


@dataclass(slots=True)
class Study:
    """A study and what is said of it."""

    number: int
    archive: str
    title: str
    theme: int
    country: str
    years: tuple[int, int]
    design: str
    mode: str
    sampling: str
    unit: str
    access: str
    universe: str
    publisher: str
    size: int
    instruments: tuple[str, ...]
    again: str = ""
    datasets: list[Dataset] = field(default_factory=list)

    @property
    def identity(self) -> str:
        """Its number at the archive."""
        return f"st{self.number:05d}"

    @property
    def variables(self) -> int:
        """Variables of all its datasets."""
        return sum(dataset.variables for dataset in self.datasets)

    @property
    def is_split(self) -> bool:
        """Whether its variables are listed in dictionaries."""
        return self.variables >= SPLIT


def plan(variables: int, chance: random.Random) -> Iterator[Study]:
    """Every study of a catalogue of so many variables, the largest first; sizes and skew are those of the original."""
    scale = variables / VARIABLES
    studies, datasets = max(3, round(STUDIES * scale)), max(6, round(DATASETS * scale))
    counts = _dataset_counts(studies, datasets, chance)
    largest = counts[0]
    rest = iter(
        _sizes(datasets - largest, variables - round(LARGEST_STUDY * scale), round(LARGEST_DATASET * scale), chance)
    )
    for number, count in enumerate(counts):
        sizes = (
            _sizes(count, round(LARGEST_STUDY * scale), round(LARGEST_DATASET * scale) // 3, chance)
            if number == 0
            else [next(rest) for _ in range(count)]
        )
        study = _describe(number, chance)
        waves = study.design != "Cross-sectional"
        study.datasets = [Dataset(at, at if waves else 0, size) for at, size in enumerate(sizes, 1)]
        yield study


def _dataset_counts(studies: int, datasets: int, chance: random.Random) -> list[int]:
    """Datasets of each study: many have one or none, few have hundreds."""
    largest = max(1, min(round(LARGEST_STUDY_DATASETS * studies / STUDIES), datasets // 2))
    weights = [0.0 if chance.random() < 0.15 else chance.paretovariate(1.3) for _ in range(studies - 1)]
    weights[0] = weights[0] or 1.0
    return [largest, *_shares(_capped(weights, datasets - largest, largest * 0.9), datasets - largest, least=0)]


def _sizes(number: int, total: int, largest: int, chance: random.Random) -> list[int]:
    """Variables of each dataset, the first of which is the largest."""
    largest = max(1, min(largest, total))
    if number == 1:
        return [total]
    weights = [chance.lognormvariate(0.0, SPREAD) for _ in range(number - 1)]
    sizes = [largest, *_shares(_capped(weights, total - largest, largest * 0.9), total - largest, least=0)]
    first = chance.randrange(number)
    sizes[0], sizes[first] = sizes[first], sizes[0]
    return sizes


def _capped(weights: list[float], total: int, most: float) -> list[float]:
    """Weights by which nobody gets more than the most out of the total: what is above is cut, and given to the others."""
    for _ in range(20):
        share = total / (sum(weights) or 1.0)
        weights = [min(weight, most / share) if share else weight for weight in weights]
    return weights


def _shares(weights: list[float], total: int, least: int) -> list[int]:
    """Whole numbers in the ratio of the weights that come to the total."""
    whole = sum(weights)
    shares = []
    given, reached = 0, 0.0
    for weight in weights:
        reached += weight
        share = max(least, round(total * reached / whole) - given)
        given += share
        shares.append(share)
    return shares


def _describe(number: int, chance: random.Random) -> Study:
    theme = chance.randrange(len(THEMES))
    place = PLACES[number % len(PLACES)]
    start = chance.randint(1958, 2020)
    years = (start, min(2024, start + chance.choice((0, 1, 1, 2, 5, 10, 25))))
    span = str(years[0]) if years[0] == years[1] else f"{years[0]}-{years[1]}"
    archive = chance.choice(ARCHIVES)
    others = [name for name in ARCHIVES if name != archive]
    return Study(
        number=number,
        archive=archive,
        title=f"{place} {THEMES[theme][0]} Study {number // len(PLACES) + 1}, {span}",
        theme=theme,
        country=_weighted(COUNTRIES, chance),
        years=years,
        design=chance.choice(DESIGNS),
        mode=chance.choice(MODES),
        sampling=chance.choice(SAMPLINGS),
        unit=chance.choice(UNITS),
        access=_weighted(ACCESS, chance),
        universe=chance.choice(UNIVERSES),
        publisher=chance.choice(PUBLISHERS),
        size=int(chance.lognormvariate(7.5, 1.2)),
        instruments=tuple(chance.sample(INSTRUMENTS, chance.choice((0, 0, 0, 1, 2)))),
        again=chance.choice(others) if chance.random() < STATED_TWICE else "",
    )


def _weighted(choices: tuple[tuple[str, int], ...], chance: random.Random) -> str:
    return chance.choices([name for name, _ in choices], [weight for _, weight in choices])[0]
