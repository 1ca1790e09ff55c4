"""Recode templates: programs for R, Stata and Python that bring variables of several studies onto common scales.

A template runs as it stands on files that have the variables: it is given one CSV file a study and writes one harmonised
table with a row for each row of each file. Where nothing is known of how codes correspond, it copies the codes and says
so; what is a guess is marked `CHECK`. Texts of records stand in comments and in quoted strings only, made harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal

import msgspec

How = Literal["label", "sense", "position", "reversed"]
Language = Literal["R", "do", "py"]
GUESSES: Final = frozenset({"position", "reversed"})

_NOT_NAME: Final = re.compile(r"[^a-z0-9_]+")
_USABLE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")
_NOT_PLAIN: Final = re.compile(r"[^\w\s.,;:?!()\[\]/=+&%'-]")
_NUMBER: Final = re.compile(r"-?\d{1,15}(?:\.\d{1,10})?")


class Step(msgspec.Struct, frozen=True):
    """One response option and what it becomes: codes and labels (a code is empty where none is stated), and by what.

    `how` is `label` (the same words), `sense` (words that mean the same), `position` (the same place on scales of one
    length: a guess), or `reversed` (the mirrored place, because the questions run against each other: a guess).
    """

    code: str
    label: str
    to_code: str
    to_label: str
    how: How


class Recode(msgspec.Struct, frozen=True, kw_only=True):
    """How one variable of one study becomes one harmonised variable.

    Attributes:
        construct: what is measured, in words; gives the harmonised variable its name.
        study: title of the study.
        variable: the variable's name in its file; may be empty.
        wording: what it asks.
        steps: how its codes become those of the harmonised variable; empty where that is not known.
        note: what the comparison of the response scales says.
        is_target: whether the harmonised variable has this variable's codes.
    """

    construct: str
    study: str
    variable: str
    wording: str
    steps: tuple[Step, ...] = ()
    note: str = ""
    is_target: bool = False


def template(language: Language, recodes: Sequence[Recode], about: str) -> str:
    """The program in a language; `about` says where it is from."""
    studies = list(dict.fromkeys(one.study for one in recodes))
    names = _harmonised(recodes)
    head = [f"Recodes variables of {len(studies)} studies onto common scales.", about, *ADVICE]
    made = {"R": _r, "do": _stata, "py": _python}[language](head, studies, recodes, names)
    return "\n".join(made) + "\n"


ADVICE: Final = (
    "Made from descriptions, not from data. Before use: check each line marked CHECK, the codes of missing answers,",
    "and the names of your files and of your columns. Codes that are not listed become missing.",
)


def plain(text: str, most: int = 160) -> str:
    """A text for a comment or a quoted string of any of these languages: one line, no quotes or signs that act."""
    return " ".join(_NOT_PLAIN.sub(" ", text).replace("'", "\N{RIGHT SINGLE QUOTATION MARK}").split())[:most]


def _harmonised(recodes: Sequence[Recode]) -> dict[str, str]:
    """Names of harmonised variables by construct: short, lower case, each once."""
    names: dict[str, str] = {}
    for construct in dict.fromkeys(one.construct for one in recodes):
        stem = _NOT_NAME.sub("_", construct.lower()).strip("_")[:22].strip("_")
        stem = stem if stem and not stem[0].isdigit() else f"v_{stem}".rstrip("_")
        name, number = f"h_{stem}", 2
        while name in names.values():
            name, number = f"h_{stem}_{number}", number + 1
        names[construct] = name
    return names


def _file(place: int) -> str:
    return f"study{place + 1}.csv"


def _of(study: str, recodes: Sequence[Recode]) -> list[Recode]:
    return [one for one in recodes if one.study == study]


def _coded(one: Recode) -> list[Step]:
    """The steps that a program can do: those whose code is stated on both sides, each code once."""
    steps = {
        step.code: step
        for step in reversed(one.steps)
        if _NUMBER.fullmatch(step.code) and _NUMBER.fullmatch(step.to_code)
    }
    return list(reversed(steps.values()))


def _says(one: Recode, name: str) -> Iterator[str]:
    """Comment lines above the recoding of a variable."""
    yield f"{name}: {plain(one.construct)}"
    yield f"from {plain(one.variable) or 'a variable whose name is not known'}: {plain(one.wording)}"
    if one.note:
        yield plain(one.note, 300)
    if not one.is_target and not _coded(one):
        yield "CHECK: how the codes correspond is not known; they are copied as they are."


def _step_says(step: Step) -> str:
    guess = "  CHECK: a guess" if step.how in GUESSES else ""
    return f"{plain(step.label, 60)} -> {plain(step.to_label, 60)}{guess}"


def _is_usable(name: str) -> bool:
    return bool(_USABLE.fullmatch(name)) and len(name) <= 64


# -- Python --------------------------------------------------------------------------------------------------------


def _python(head: list[str], studies: list[str], recodes: Sequence[Recode], names: dict[str, str]) -> Iterator[str]:
    yield from (f"# {plain(line, 300)}" for line in head)
    yield from (
        "# Run: python recode.py [DIRECTORY of the files]; it writes harmonised.csv there. Needs nothing but Python.",
        "",
    )
    yield from ("import csv", "import sys", "from pathlib import Path", "")
    yield "FILES = {"
    yield from (f'    "{plain(study)}": "{_file(place)}",' for place, study in enumerate(studies))
    yield from ("}", f"COLUMNS = {list(names.values())!r}", "RECODES = {}", "")
    for study in studies:
        yield f'RECODES["{plain(study)}"] = ['
        for one in _of(study, recodes):
            name = names[one.construct]
            yield from (f"    # {line}" for line in _says(one, name))
            yield f'    ("{name}", "{plain(one.variable, 64)}", {"None" if one.is_target or not _coded(one) else "{"}'
            if not one.is_target and _coded(one):
                for step in _coded(one):
                    yield f'        "{step.code}": "{step.to_code}",  # {_step_says(step)}'
                yield "    }"
            yield "    ),"
        yield from ("]", "")
    yield from PYTHON_END


PYTHON_END: Final = (
    "",
    "def tidy(value):",
    '    """1.0 and 1 are one code."""',
    '    value = (value or "").strip()',
    '    return value[:-2] if value.endswith(".0") else value',
    "",
    "",
    "def harmonise(directory):",
    '    """Rows of every study whose file is there."""',
    "    for study, name in FILES.items():",
    "        if not (directory / name).exists():",
    '            print(f"{name} ({study}) is not there; left out", file=sys.stderr)',
    "            continue",
    '        with open(directory / name, encoding="utf-8-sig", newline="") as file:',
    "            for number, row in enumerate(csv.DictReader(file), 1):",
    '                made = {"study": study, "row": number}',
    "                for column, source, codes in RECODES[study]:",
    '                    value = tidy(row.get(source, ""))',
    '                    made[column] = value if codes is None else codes.get(value, "")',
    "                yield made",
    "",
    "",
    'if __name__ == "__main__":',
    '    place = Path(sys.argv[1] if len(sys.argv) > 1 else ".")',
    '    with open(place / "harmonised.csv", "w", encoding="utf-8", newline="") as out:',
    '        writer = csv.DictWriter(out, ["study", "row", *COLUMNS], restval="")',
    "        writer.writeheader()",
    "        writer.writerows(harmonise(place))",
)


# -- R -------------------------------------------------------------------------------------------------------------


def _r(head: list[str], studies: list[str], recodes: Sequence[Recode], names: dict[str, str]) -> Iterator[str]:
    yield from (f"# {plain(line, 300)}" for line in head)
    yield from (
        "# Run: Rscript recode.R, in the directory of the files; it writes harmonised.csv. Needs base R only.",
        "",
    )
    yield from R_START
    yield f"columns <- c({', '.join(_quoted(name) for name in names.values())})"
    yield from ("harmonised <- list()", "")
    for place, study in enumerate(studies):
        yield f"# {plain(study)}"
        yield f'if (file.exists("{_file(place)}")) {{'
        yield f'  data <- read.csv("{_file(place)}", colClasses = "character", check.names = FALSE)'
        yield f"  out <- data.frame(study = rep({_quoted(study)}, nrow(data)), row = seq_len(nrow(data)))"
        yield "  out[columns] <- NA_character_"
        for one in _of(study, recodes):
            name = names[one.construct]
            yield from (f"  # {line}" for line in _says(one, name))
            steps = [] if one.is_target else _coded(one)
            if not steps:
                yield f'  out[["{name}"]] <- tidy(data, {_quoted(one.variable)})'
                continue
            yield f'  out[["{name}"]] <- recode(tidy(data, {_quoted(one.variable)}), c('
            for number, step in enumerate(steps, 1):
                yield f'    "{step.code}" = "{step.to_code}"{"," if number < len(steps) else ""}  # {_step_says(step)}'
            yield "  ))"
        yield from (f"  harmonised[[{place + 1}]] <- out", "}", "")
    yield 'write.csv(do.call(rbind, harmonised), "harmonised.csv", row.names = FALSE, na = "")'


def _quoted(text: str) -> str:
    return f'"{plain(text)}"'


R_START: Final = (
    "tidy <- function(data, name) {",
    '  values <- if (name %in% names(data)) data[[name]] else rep("", nrow(data))',
    '  values <- sub("[.]0$", "", trimws(values))',
    '  ifelse(values == "", NA_character_, values)',
    "}",
    "recode <- function(values, codes) unname(codes[match(values, names(codes))])",
    "",
)


# -- Stata ---------------------------------------------------------------------------------------------------------


def _stata(head: list[str], studies: list[str], recodes: Sequence[Recode], names: dict[str, str]) -> Iterator[str]:
    yield from (f"* {plain(line, 300)}" for line in head)
    yield from (
        "* Run: do recode, in the directory of the files; it writes harmonised.dta. Stata 13 or later.",
        "version 13",
        "clear all",
        "",
    )
    for place, study in enumerate(studies):
        yield f"* {plain(study)}"
        yield f'capture confirm file "{_file(place)}"'
        yield "if !_rc {"
        yield f'  import delimited using "{_file(place)}", clear varnames(1) case(preserve) stringcols(_all)'
        yield f'  generate str160 study = "{plain(study)}"'
        yield "  generate long row = _n"
        for one in _of(study, recodes):
            yield from _stata_variable(one, names[one.construct])
        held = " ".join(dict.fromkeys(names[one.construct] for one in _of(study, recodes)))
        yield f"  keep study row {held}"
        yield from (f'  save "harmonised_{place + 1}.dta", replace', "}", "")
    yield "clear"
    for place in range(len(studies)):
        yield f'capture append using "harmonised_{place + 1}.dta"'
    yield from ('save "harmonised.dta", replace',)


def _stata_variable(one: Recode, name: str) -> Iterator[str]:
    yield from (f"  * {line}" for line in _says(one, name))
    if not _is_usable(one.variable) or "." in one.variable or len(one.variable) > 32:
        yield "  * CHECK: put the name of the variable here; it is not known, or none that Stata takes."
        yield f"  capture generate double {name} = ."
        return
    yield f"  capture drop {name}"
    yield f"  generate double {name} = ."
    yield f"  capture confirm variable {one.variable}"
    yield "  if !_rc {"
    steps = [] if one.is_target else _coded(one)
    if not steps:
        yield f"    replace {name} = real({one.variable})"
    for step in steps:
        yield f"    replace {name} = {step.to_code} if real({one.variable}) == {step.code}  // {_step_says(step)}"
    yield "  }"
    yield f'  label variable {name} "{plain(one.construct, 80)}"'
