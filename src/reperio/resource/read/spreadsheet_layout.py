"""Layouts of spreadsheets that are known by name: the options they stand for."""

from __future__ import annotations

from typing import Any

SWEEP = "sweep-year-age"
YEARS = r"(?P<period>\d{4}(?:\s*[-/]\s*\d{2,4})?)"
CLS: dict[str, Any] = {
    "columns": {
        "study": "study", "dataset": ["study", SWEEP], "dataset_title": SWEEP, "name": "variable_name",
        "label": "variable_label", "question": "harmony_question", "topic": "research_topic_subtopic", "wave": SWEEP,
    },
    "facts": {
        "dataset": {"pattern": {"column": SWEEP, "groups": rf".+?\s*-\s*{YEARS}\s*-\s*(?P<ages>.+)"}},
        "study": {
            "pattern": {"column": SWEEP, "groups": r".+?\s*-\s*(?P<period>\d{4})(?:\s*[-/]\s*\d{2,4})?\s*-\s*.+"},
            "designs": ["longitudinal"],
        },
    },
}  # fmt: skip
"""Centre for Longitudinal Studies: every row is a variable of a sweep; the sweep's name tells its year and age."""
_SURVEYED: dict[str, Any] = {
    "min_age": "Min Age", "max_age": "Max Age", "period": ["Year"], "design": ["Study type"], "instrument": ["Scale"],
    "places": ["Australia"],
}  # fmt: skip
MATILDA: dict[str, Any] = {
    "columns": {"study": "Name", "dataset": "Name_Year", "question": "Items", "instrument": "Scale", "id": "_id"},
    "compose": {"_id": "{Name_Year}/{Scale}/{Item Number}"},
    "facts": {
        "dataset": {
            **_SURVEYED, "url": ["Dataset Link"], "link": [f"Manual links {number}" for number in range(1, 6)],
        },
        "study": _SURVEYED,
    },
}  # fmt: skip
"""Matilda Centre: every row is an item of a scale in a survey of a year, with the ages asked."""
EUROBAROMETER: dict[str, Any] = {
    "columns": {
        "dataset": "archive_id", "dataset_title": "wave_desc", "label": "var_label_zacat", "topic": "group", "wave": "wave",
        "id": "_id",
    },
    "compose": {"_id": "{archive_id}/{var_label_zacat}"},
    "facts": {"dataset": {"period": ["timeframe"], "identifier": ["archive_id"]}},
}  # fmt: skip
"""Labels of the variables of all Eurobarometers, wave by wave."""
ISSP: dict[str, Any] = {
    "columns": {"dataset": "gesis_id", "dataset_title": "study_wave", "name": "var_name", "label": "var_label"},
    "facts": {
        "dataset": {
            "identifier": ["gesis_id"], "pattern": {"column": "study_wave", "groups": r"ISSP_(?P<period>\d{4})"},
        }
    },
}  # fmt: skip
"""Variables of all files of the International Social Survey Programme."""
UKLLC_TABLES: dict[str, Any] = {
    "describe": {
        "id": "{source}/{table}", "kind": "dataset", "part_of": "{source}",
        "fields": {
            "titles": ["table_name", "table"], "alternate_titles": ["short_desc"], "abstracts": ["long_desc"], "start": ["collection_start"],
            "end": ["collection_end"], "size": ["participants_included"], "url": ["links"], "keywords": ["topic_tags"],
        },
    }
}  # fmt: skip
"""Tables of the UK LLC, as its API and its `Database tables` list them."""
UKLLC_SOURCES: dict[str, Any] = {
    "describe": {
        "id": "{source}", "kind": "study",
        "fields": {
            "titles": ["source name"], "alternate_titles": ["source"], "abstracts": ["Aims"], "url": ["Website"],
            "topics": ["Themes"], "publisher": ["Owner"], "design": ["Study type"], "start": ["Start date"],
            "places": ["Geographic coverage - Nations", "Geographic coverage - Regions"], "ages": ["Age at recruitment"],
            "size": ["Sample size at recruitment"], "sex": ["Sex"],
        },
    }
}  # fmt: skip
"""Longitudinal studies that are partners of the UK LLC."""
LAYOUTS = {
    "cls": CLS, "matilda": MATILDA, "eurobarometer": EUROBAROMETER, "issp": ISSP, "ukllc_tables": UKLLC_TABLES,
    "ukllc_sources": UKLLC_SOURCES,
}  # fmt: skip
