"""Writes generated studies as DDI-Codebook XML and CSV data dictionaries, with the declarations of their sources."""

from __future__ import annotations

import csv
import gzip
import io
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import yaml
from generate_plan import ARCHIVES, THEMES, Dataset, Study
from generate_words import Pool, Question

LEVEL = 1
COLUMNS = ("id", "study", "dataset", "name", "label", "question", "answers", "topic", "wave", "type")
CODEBOOK = '<?xml version="1.0" encoding="UTF-8"?>\n<codeBook xmlns="ddi:codebook:2_5" version="2.5" xml:lang="en">\n'
Asked = tuple[str, Question, str]
"""Name of a variable in its file, what it asks, and what its label has in addition."""


class Files:
    """The files of a catalogue.

    Args:
        directory: where `sources/` and `files/` are written.
        pool: what is asked.
    """

    def __init__(self, directory: Path, pool: Pool) -> None:
        self.directory = directory
        self.pool = pool
        self.variables = 0
        self._bodies = [_body(question) for question in pool.questions]

    def write(self, study: Study, asked: list[list[tuple[int, str]]], chance: random.Random) -> None:
        """Write one study, and the dictionaries of its datasets when it is large."""
        self.variables += study.variables
        parts = [CODEBOOK, *_study(study, self._abstract(study, asked, chance), study.archive)]
        parts += [_file(study, dataset) for dataset in study.datasets]
        if study.is_split:
            for dataset, blocks in zip(study.datasets, asked, strict=True):
                if dataset.variables:
                    self._dictionary(study, dataset, self._variables(dataset, blocks))
        elif study.variables:
            parts.append("<dataDscr>\n")
            for dataset, blocks in zip(study.datasets, asked, strict=True):
                parts += self._coded(study, dataset, blocks, chance)
            parts.append("</dataDscr>\n")
        self._put(study.archive, study.identity, [*parts, "</codeBook>\n"])
        if study.again:
            again = _study(study, "", study.again)
            self._put(study.again, f"{study.archive}-{study.identity}", [CODEBOOK, *again, "</codeBook>\n"])

    def _put(self, archive: str, name: str, parts: Iterable[str]) -> None:
        _write(self.directory / "files" / archive / name[-2:] / f"{name}.xml.gz", "".join(parts))

    def _abstract(self, study: Study, asked: list[list[tuple[int, str]]], chance: random.Random) -> str:
        """A description: what kind of study it is, whom it asks, and some of what it asks them."""
        name, topics, keywords = THEMES[study.theme]
        labels = [
            self.pool.questions[chance.choice(self.pool.blocks[block])].label
            for block, _ in (asked[0] if asked else [])[:8]
        ]
        about = "; ".join(labels)
        return (
            f"The {study.title} collects data on {', '.join(topics).lower()} in {study.country}. It covers "
            f"{study.universe.lower()} ({study.size} participants) and follows the themes of {name.lower()}: "
            f"{', '.join(keywords)}. {f'Among the questions are: {about}.' if about else ''}"
        )

    def _variables(self, dataset: Dataset, blocks: Iterable[tuple[int, str]]) -> Iterator[Asked]:
        """The variables of a dataset: as many as are planned, names with the letter of their wave in front."""
        left = dataset.variables
        prefix = f"{_letters(dataset.wave)}_" if dataset.wave else ""
        for block, addition in blocks:
            for number in self.pool.blocks[block][:left]:
                question = self.pool.questions[number]
                yield prefix + question.name, question, addition
            left -= min(left, len(self.pool.blocks[block]))

    def _coded(
        self, study: Study, dataset: Dataset, blocks: list[tuple[int, str]], chance: random.Random
    ) -> Iterator[str]:
        left = dataset.variables
        prefix = f"{_letters(dataset.wave)}_" if dataset.wave else ""
        wave = f' wave="{dataset.wave}"' if dataset.wave else ""
        number = 0
        valid = f'<sumStat type="vald">{chance.randint(study.size // 2, study.size)}</sumStat></var>\n'
        for block, addition in blocks:
            for at in self.pool.blocks[block][:left]:
                number += 1
                name, before, after = self._bodies[at]
                yield (
                    f'<var ID="F{dataset.number}V{number}" name={quoteattr(prefix + name)} files="F{dataset.number}"{wave}>'
                    f"{before}{addition}{after}{valid}"
                )
            left -= min(left, len(self.pool.blocks[block]))

    def _dictionary(self, study: Study, dataset: Dataset, variables: Iterable[Asked]) -> None:
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        home = f"{study.archive}/{study.identity}/f{dataset.number}"
        wave = str(dataset.wave) if dataset.wave else ""
        for number, (name, question, addition) in enumerate(variables, 1):
            answers = " | ".join(f"{code}={label}" for code, label in question.answers)
            writer.writerow((
                f"{study.identity}.f{dataset.number}.{number}", study.identity, home, name, question.label + addition,
                question.wording, answers, question.topic, wave, "categorical" if answers else "numeric",
            ))  # fmt: skip
        place = self.directory / "files" / "dictionaries" / study.identity
        _write(place / f"f{dataset.number:03d}.csv.gz", file.getvalue())

    def declare(self) -> None:
        """Write the declarations of the sources."""
        folder = self.directory / "sources"
        folder.mkdir(parents=True, exist_ok=True)
        for archive in ARCHIVES:
            _declare(
                folder, archive, f"{archive.title()} archive", f"../files/{archive}/**/*.xml.gz", "ddi_codebook", {}
            )
        options: dict[str, object] = {
            "columns": {
                "id": "id", "name": "name", "study": "study", "label": "label", "question": "question",
                "categories": "answers", "topic": "topic", "wave": "wave", "type": "type",
            },
            "variable_part_of": "{dataset}",
        }  # fmt: skip
        _declare(
            folder, "dictionaries", "Data dictionaries", "../files/dictionaries/**/*.csv.gz", "dictionary", options
        )


def _declare(folder: Path, key: str, title: str, path: str, reader: str, options: dict[str, object]) -> None:
    declared = {
        "key": key,
        "title": title,
        "publisher": "Generated for measuring",
        "harvest": {"protocol": "files", "path": path},
        "reader": reader,
        "language": "en",
        "options": options,
    }
    (folder / f"{key}.yml").write_text(yaml.safe_dump(declared, sort_keys=False), encoding="utf-8")


def _write(path: Path, text: str) -> None:
    """Write compressed, without the time: the same text gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), LEVEL, mtime=0))


def _letters(number: int) -> str:
    """a, b, ... z, ba, bb, ..."""
    letters = ""
    number -= 1
    while True:
        number, rest = divmod(number, 26)
        letters = chr(97 + rest) + letters
        if not number:
            return letters


def _body(question: Question) -> tuple[str, str, str]:
    """Name, and the markup before and after the end of the label."""
    wording = f"<qstn><qstnLit>{escape(question.wording)}</qstnLit></qstn>" if question.wording else ""
    answers = "".join(
        f"<catgry><catValu>{escape(code)}</catValu><labl>{escape(label)}</labl></catgry>"
        for code, label in question.answers
    )
    topic = f"<concept>{escape(question.topic)}</concept>" if question.topic else ""
    return question.name, f"<labl>{escape(question.label)}", f"</labl>{wording}{answers}{topic}"


def _file(study: Study, dataset: Dataset) -> str:
    title = f"{study.title}: Wave {dataset.wave}" if dataset.wave else f"{study.title}: File {dataset.number}"
    return (
        f'<fileDscr ID="F{dataset.number}"><fileTxt><fileName>{escape(title)}</fileName><dimensns>'
        f"<caseQnty>{study.size}</caseQnty><varQnty>{dataset.variables}</varQnty></dimensns></fileTxt></fileDscr>\n"
    )


def _study(study: Study, abstract: str, archive: str) -> Iterator[str]:
    _, topics, keywords = THEMES[study.theme]
    doi = f"10.5072/{study.archive}-{study.identity}"
    number = study.identity if archive == study.archive else f"{study.archive}-{study.identity}"
    yield f"<stdyDscr><citation><titlStmt><titl>{escape(study.title)}</titl><IDNo>{number}</IDNo>"
    yield f'<IDNo agency="DOI">{doi}</IDNo></titlStmt><distStmt><distrbtr>{escape(study.publisher)}</distrbtr>'
    yield f'<distDate date="{study.years[1] + 1}-03-01">{study.years[1] + 1}</distDate></distStmt></citation>\n<stdyInfo><subject>'
    yield from (f"<keyword>{escape(keyword)}</keyword>" for keyword in (*keywords, *study.instruments))
    yield from (f"<topcClas>{escape(topic)}</topcClas>" for topic in topics)
    yield f"</subject><abstract>{escape(abstract)}</abstract>\n<sumDscr>"
    yield f'<timePrd date="{study.years[0]}-01-01" event="start">{study.years[0]}</timePrd>'
    yield f'<timePrd date="{study.years[1]}-12-31" event="end">{study.years[1]}</timePrd>'
    yield f"<nation>{study.country}</nation><anlyUnit>{study.unit}</anlyUnit><universe>{escape(study.universe)}</universe>"
    yield f"</sumDscr></stdyInfo>\n<method><dataColl><timeMeth>{study.design}</timeMeth><sampProc>{study.sampling}</sampProc>"
    yield f"<collMode>{study.mode}</collMode></dataColl></method>"
    yield f"<dataAccs><useStmt><restrctn>{study.access}</restrctn></useStmt></dataAccs></stdyDscr>\n"
