"""A real OAI-PMH server for tests: oai_repo of MSU Libraries, serving a directory of XML files over wsgiref.

Run as a process: `oai_server.py DIRECTORY`. It prints its port and answers until it is ended. Each directory inside
DIRECTORY is a repository at the path of its name, three records a page.

A repository holds `records.json`, read anew at each request, so that a test changes it by writing the file::

    {"granularity": "YYYY-MM-DDThh:mm:ssZ",
     "records": [{"id": "oai:x:1", "stamp": "2024-01-02T03:04:05Z", "sets": ["a"], "deleted": false,
                  "formats": {"oai_ddi25": "one.xml"}}]}

oai_repo has no word for deleted records: `add_header` leaves out the status. The answer is given it here, which is
the one thing added to what it says.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.simple_server import WSGIRequestHandler, make_server

import oai_repo
from lxml import etree

NAMESPACES = {
    "oai_ddi25": "http://example.org/ddi-codebook-2.5",  # oai_repo wants a URL; the true name is ddi:codebook:2_5
    "ddi_c122": "http://www.icpsr.umich.edu/DDI",
    "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
}
LONG = "YYYY-MM-DDThh:mm:ssZ"


class Repository(oai_repo.DataInterface):
    limit = 3

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @property
    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.directory / "records.json").read_text())
        return content

    def find(self, identifier: str) -> dict[str, Any] | None:
        return next((each for each in self.content["records"] if each["id"] == identifier), None)

    def get_identify(self) -> oai_repo.Identify:
        granularity = self.content.get("granularity", LONG)
        return oai_repo.Identify(
            repository_name="Tests",
            base_url="http://localhost/oai",
            admin_email=["nobody@example.org"],
            earliest_datestamp="1990-01-01T00:00:00Z" if granularity == LONG else "1990-01-01",
            deleted_record="persistent",
            granularity=granularity,
        )

    def is_valid_identifier(self, identifier: str) -> bool:
        return self.find(identifier) is not None

    def get_metadata_formats(self, identifier: str | None = None) -> list[oai_repo.MetadataFormat]:
        records = self.content["records"] if identifier is None else [self.find(identifier)]
        prefixes = sorted({prefix for each in records for prefix in each["formats"]})
        return [oai_repo.MetadataFormat(prefix, "http://example.org/x.xsd", NAMESPACES[prefix]) for prefix in prefixes]

    def get_record_header(self, identifier: str) -> oai_repo.RecordHeader:
        each = self.find(identifier) or {}
        stamp = datetime.fromisoformat(each["stamp"]).replace(tzinfo=UTC)
        return oai_repo.RecordHeader(identifier, stamp, each.get("sets", []))

    def get_record_metadata(self, identifier: str, metadataprefix: str) -> Any:
        name = (self.find(identifier) or {})["formats"].get(metadataprefix)
        return None if name is None else etree.parse(str(self.directory / name)).getroot()

    def get_record_abouts(self, identifier: str) -> list[Any]:
        return []

    def list_set_specs(self, identifier: str | None = None, cursor: int = 0) -> tuple[list[str], int, None]:
        sets = sorted({each for record in self.content["records"] for each in record.get("sets", [])})
        return sets, len(sets), None

    def get_set(self, setspec: str) -> oai_repo.Set:
        return oai_repo.Set(setspec, setspec, [])

    def list_identifiers(
        self,
        metadataprefix: str,
        filter_from: datetime | None = None,
        filter_until: datetime | None = None,
        filter_set: str | None = None,
        cursor: int = 0,
    ) -> tuple[list[str], int, None]:
        found = [
            each["id"]
            for each in self.content["records"]
            if metadataprefix in each["formats"]
            and (not filter_from or datetime.fromisoformat(each["stamp"]).replace(tzinfo=UTC) >= filter_from)
            and (not filter_set or filter_set in each.get("sets", []))
        ]
        return found[cursor : cursor + self.limit], len(found), None


class Application:
    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        data = Repository(self.root / environ["PATH_INFO"].strip("/"))
        query = environ["QUERY_STRING"]
        with (data.directory / "asked.log").open("a") as log:
            log.write(query + "\n")
        time.sleep(float(data.content.get("slow", 0)))
        answer = oai_repo.OAIRepository(data).process(dict(parse_qsl(query)))
        start(data.content.get("status", "200 OK"), [("Content-Type", "text/xml; charset=utf-8")])
        return [self.with_deletions(bytes(answer), data)]

    def with_deletions(self, body: bytes, data: Repository) -> bytes:
        gone = {each["id"] for each in data.content["records"] if each.get("deleted")}
        if not gone:
            return body
        root = etree.fromstring(body)
        for header in root.iter("{*}header"):
            if header.findtext("{*}identifier") in gone:
                header.set("status", "deleted")
                for metadata in header.itersiblings("{*}metadata"):
                    metadata.getparent().remove(metadata)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


def main() -> None:
    with make_server("127.0.0.1", 0, Application(Path(sys.argv[1])), handler_class=Quiet) as server:
        print(server.server_port, flush=True)  # noqa: T201  # how the test learns the port
        server.serve_forever()


if __name__ == "__main__":
    main()
