"""Recode templates: that of Python is run, that of R where R is; that of Stata is checked line by line."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reperio.resource.write.recode import Language, Recode, Step, plain, template
from stata import faults

HOSTILE = 'x"; system("rm -rf /") #`\'$HOME\n*/ end\n\\'
STEPS = (Step("1", "Never", "0", "Not at all", "sense"), Step("2", "Often", "3", "Daily", "position"))
RECODES = (
    Recode(construct="Felt low", study="First Study", variable="low1", wording="Felt low?", is_target=True),
    Recode(
        construct="Felt low",
        study="Second Study",
        variable="mood",
        wording="Low mood?",
        steps=STEPS,
        note="Response scale: recodable.",
    ),
    Recode(construct="Felt low 2!", study="Second Study", variable="sleep", wording="Sleeps?"),
    Recode(
        construct=HOSTILE,
        study=HOSTILE,
        variable=HOSTILE,
        wording=HOSTILE,
        steps=(Step("1", HOSTILE, "2", HOSTILE, "label"),),
    ),
)


def files(place: Path) -> None:
    (place / "study1.csv").write_text("id,low1\n1,0\n2,3\n", encoding="utf-8")
    (place / "study2.csv").write_text("mood,sleep\n1,7\n2.0,8\n9,\n", encoding="utf-8")


EXPECTED = [
    {"study": "First Study", "row": "1", "h_felt_low": "0", "h_felt_low_2": ""},
    {"study": "First Study", "row": "2", "h_felt_low": "3", "h_felt_low_2": ""},
    {"study": "Second Study", "row": "1", "h_felt_low": "0", "h_felt_low_2": "7"},
    {"study": "Second Study", "row": "2", "h_felt_low": "3", "h_felt_low_2": "8"},
    {"study": "Second Study", "row": "3", "h_felt_low": "", "h_felt_low_2": ""},
]


def result(place: Path) -> list[dict[str, str]]:
    with (place / "harmonised.csv").open(encoding="utf-8", newline="") as file:
        return [{name: row[name] for name in EXPECTED[0]} for row in csv.DictReader(file)]


def test_the_python_template_runs(tmp_path: Path) -> None:
    files(tmp_path)
    program = tmp_path / "recode.py"
    program.write_text(template("py", RECODES, "From a test"), encoding="utf-8")
    done = subprocess.run([sys.executable, str(program), str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "study3.csv" in done.stderr
    assert result(tmp_path) == EXPECTED


@pytest.mark.skipif(
    shutil.which("Rscript") is None, reason="R is not here: only the structure of its template is tested."
)
def test_the_r_template_runs(tmp_path: Path) -> None:
    files(tmp_path)
    (tmp_path / "recode.R").write_text(template("R", RECODES, "From a test"), encoding="utf-8")
    done = subprocess.run(["Rscript", "recode.R"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert result(tmp_path) == EXPECTED


def outside_strings(line: str, comment: str) -> str:
    code = re.sub(r'"[^"]*"', '""', line)
    return code.split(comment)[0]


@pytest.mark.parametrize(("language", "comment"), [("R", "#"), ("do", "//"), ("py", "#")])
def test_texts_of_records_stand_in_comments_and_strings_only(language: Language, comment: str) -> None:
    """Nothing of a hostile record is code; brackets and quotes are closed."""
    program = template(language, RECODES, HOSTILE)
    lines = [line for line in program.splitlines() if not (language == "do" and line.strip().startswith("*"))]
    code = "\n".join(outside_strings(line, comment) for line in lines)
    assert "system(" not in code
    assert "rm -rf" not in code
    assert "HOME" not in code
    assert all(sign not in program for sign in ("`", "$")) or language == "R"
    assert '"' not in code.replace('""', "")
    for opening, closing in ("()", "[]", "{}"):
        assert code.count(opening) == code.count(closing), opening


def test_the_stata_template_recodes_by_code() -> None:
    program = template("do", RECODES, "From a test")
    assert "replace h_felt_low = 0 if real(mood) == 1" in program
    assert re.search(r"replace h_felt_low = 3 if real\(mood\) == 2 .*CHECK: a guess", program)
    assert "replace h_felt_low = real(low1)" in program
    assert "it is not known, or none that Stata takes" in program


def test_every_line_of_the_stata_template_is_stata() -> None:
    assert not list(faults(template("do", RECODES, HOSTILE)))


@pytest.mark.parametrize(
    "line", ["replace x = 1 if real(y) = 1", "generate double 1x = .", "if _rc {", 'save "a`b\'", replace', "shell rm"]
)
def test_the_checker_of_stata_finds_faults(line: str) -> None:
    assert list(faults(line))


def test_r_maps_codes_and_marks_guesses() -> None:
    program = template("R", RECODES, "From a test")
    assert '"1" = "0",  # Never -> Not at all' in program
    assert re.search(r'"2" = "3"  # .*CHECK: a guess', program)


def test_codes_that_are_no_numbers_are_copied_and_that_is_said() -> None:
    one = Recode(construct="A", study="S", variable="v", wording="w", steps=(Step("x", "X", "1", "Y", "label"),))
    assert "codes correspond is not known" in template("py", [one], "")


@pytest.mark.parametrize("text", ['a"b', "a`b'c", "a\nb", "a$b", "a\\b", "a\u202eb\x00"])
def test_plain_texts_cannot_act(text: str) -> None:
    assert not set(plain(text)) & set("\"`$\\\n'\x00\u202e")
