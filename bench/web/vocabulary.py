"""Draw the part of the schema.org vocabulary that our JSON-LD uses from the package schema-dts of the npm registry.

    npm install --prefix DIR schema-dts
    python bench/web/vocabulary.py DIR/node_modules/schema-dts/dist/schema.d.ts

It writes `tests/web/schema_org.json`: types with what they extend, properties with the types of their values, and which
are deprecated. The vocabulary is by the sponsors of schema.org, CC BY-SA 3.0; schema-dts is by Google, Apache 2.0.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

TYPES = (
    "Dataset", "DataCatalog", "DataDownload", "PropertyValue", "StatisticalVariable", "Person", "Organization",
    "DefinedTerm", "DefinedTermSet", "CreativeWork", "ScholarlyArticle", "Place", "PostalAddress", "WebSite", "SearchAction",
)  # fmt: skip
TARGET = Path(__file__).resolve().parents[2] / "tests" / "web" / "schema_org.json"
INTERFACE = re.compile(r"^interface (\w+)Base extends ([^{]+) \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
PROPERTY = re.compile(r'(/\*\*(?:(?!\*/).)*\*/\s*)?"(\w+)"\?: SchemaValue<([^,]+), "\w+">', re.DOTALL)


def vocabulary(text: str) -> dict[str, dict[str, object]]:
    """Types that our JSON-LD uses, and those above them, by name."""
    read = {name: (above, body) for name, above, body in INTERFACE.findall(text)}
    found: dict[str, dict[str, object]] = {}
    todo = list(TYPES)
    while todo:
        name = todo.pop()
        if name in found or name not in read:
            continue
        above = re.findall(r"(\w+)Base\b", read[name][0])
        todo += above
        properties = PROPERTY.findall(read[name][1])
        found[name] = {
            "extends": above,
            "properties": {key: sorted(re.findall(r"\w+", kinds)) for _, key, kinds in properties},
            "deprecated": [key for doc, key, _ in properties if "@deprecated" in doc],
        }
    return dict(sorted(found.items()))


if __name__ == "__main__":
    drawn = vocabulary(Path(sys.argv[1]).read_text(encoding="utf-8"))
    TARGET.write_text(json.dumps(drawn, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(drawn)} types\n")
