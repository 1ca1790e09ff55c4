"""A `variableMeasured` of a schema.org Dataset."""

from __future__ import annotations

import re
from typing import Any

from reperio.resource.draft import Draft
from reperio.resource.model import Concept
from reperio.resource.read.json import listed, mapping, said
from reperio.resource.read.jsonld import text_of

CODE = re.compile(r"[A-Za-z_][\w.\-]{0,63}")


def read_variable(draft: Draft, value: Any) -> None:
    """Read a `variableMeasured`: a code is a name, words are a label; a code's short description is its label."""
    node = mapping(value)
    name, lang = text_of(value)
    about = [text_of(each) for each in listed(node.get("description"))]
    coded = name is not None and CODE.fullmatch(name) is not None
    if coded:
        draft.line("name", name)
    else:
        draft.text("titles", name, lang)
    for text, text_lang in about:
        label = coded and text is not None and len(text) <= 300
        draft.text("titles" if label else "abstracts", text, text_lang)
    for each in listed(node.get("alternateName")):
        draft.text("alternate_titles", *text_of(each))
    draft.line("measurement_unit", said(node.get("unitText")) or said(node.get("unitCode")))
    for each in listed(node.get("propertyID")):
        if address := said(each):
            draft.add(
                "concepts",
                Concept(
                    name or address,
                    uri=address if address.startswith("http") else None,
                    code=None if address.startswith("http") else address,
                ),
            )
    for each in listed(node.get("url")):
        draft.url(said(each))
    known = {"@type", "@id", "name", "description", "alternateName", "unitText", "unitCode", "propertyID", "url"}
    for key, rest in node.items():
        if key not in known:
            draft.keep(key, rest)
