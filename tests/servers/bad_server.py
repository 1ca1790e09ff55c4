"""A server that misbehaves in every way a harvester meets.

Run as a process: `bad_server.py`; it prints its port. The path says which way: `/truncated`, `/bomb`, ...
"""

from __future__ import annotations

from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n{doctype}<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    "<responseDate>2026-01-01T00:00:00Z</responseDate><request>x</request>"
)
IDENTIFY = (
    "<Identify><repositoryName>Bad</repositoryName><protocolVersion>2.0</protocolVersion>"
    "<earliestDatestamp>2000-01-01</earliestDatestamp><deletedRecord>no</deletedRecord>"
    "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify>"
)
FORMATS = (
    "<ListMetadataFormats><metadataFormat><metadataPrefix>oai_ddi25</metadataPrefix></metadataFormat>"
    "</ListMetadataFormats>"
)
BOMB = (
    "<!DOCTYPE x [<!ENTITY a '{a}'>"
    + "".join(f"<!ENTITY {this} '{f'&{last};' * 10}'>" for last, this in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>\n"
)
FILE = "<!DOCTYPE x [<!ENTITY i SYSTEM 'file:///etc/hostname'>]>\n"


def record(identifier: str, title: str = "t", stamp: str = "2025-01-01T00:00:00Z") -> str:
    return (
        f"<record><header><identifier>{identifier}</identifier><datestamp>{stamp}</datestamp></header>"
        f"<metadata><codeBook xmlns='ddi:codebook:2_5'><titl>{title}</titl></codeBook></metadata></record>"
    )


def page(*records: str, token: str = "", doctype: str = "") -> bytes:
    listed = f"<ListRecords>{''.join(records)}<resumptionToken>{token}</resumptionToken></ListRecords>"
    return (HEAD.format(doctype=doctype) + listed + "</OAI-PMH>").encode()


def error(code: str) -> bytes:
    return (HEAD.format(doctype="") + f"<error code='{code}'>so</error></OAI-PMH>").encode()


class Handler(BaseHTTPRequestHandler):
    asked: ClassVar[Counter[str]] = Counter()

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        arguments = {name: values[0] for name, values in parse_qs(parts.query).items()}
        verb = arguments.get("verb")
        if verb == "Identify":
            return self.say((HEAD.format(doctype="") + IDENTIFY + "</OAI-PMH>").encode())
        if verb == "ListMetadataFormats":
            return self.say((HEAD.format(doctype="") + FORMATS + "</OAI-PMH>").encode())
        self.asked[parts.path] += 1
        return getattr(self, parts.path.strip("/"))(arguments.get("resumptionToken"), arguments)

    def say(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def busy(self, token: str | None, arguments: dict[str, str]) -> None:
        if self.asked["/busy"] <= 2:
            return self.say(b"later", 503, Retry_After="1")
        return self.say(page(record("a")))

    def down(self, token: str | None, arguments: dict[str, str]) -> None:
        self.say(b"", 500)

    def truncated(self, token: str | None, arguments: dict[str, str]) -> None:
        self.say(page(record("a"), record("b"))[:-40])

    def truncated_once(self, token: str | None, arguments: dict[str, str]) -> None:
        whole = page(record("a"), record("b"))
        self.say(whole[:-40] if self.asked["/truncated_once"] == 1 else whole)

    def cut(self, token: str | None, arguments: dict[str, str]) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.wfile.write(page(record("a")))

    def bomb(self, token: str | None, arguments: dict[str, str]) -> None:
        self.say(page(record("a", "&i;"), doctype=BOMB.format(a="lol" * 100)))

    def file(self, token: str | None, arguments: dict[str, str]) -> None:
        self.say(page(record("a", "&i;"), doctype=FILE))

    def huge(self, token: str | None, arguments: dict[str, str]) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b" " * 65536)
        except OSError:
            return

    def same_token(self, token: str | None, arguments: dict[str, str]) -> None:
        self.say(page(record(f"r{self.asked['/same_token']}"), token="again"))

    def two_tokens(self, token: str | None, arguments: dict[str, str]) -> None:
        self.say(page(record(f"r{self.asked['/two_tokens']}"), token="two" if token == "one" else "one"))

    def same_page(self, token: str | None, arguments: dict[str, str]) -> None:
        self.say(page(record("a"), record("b"), token=f"t{self.asked['/same_page']}"))

    def empty_pages(self, token: str | None, arguments: dict[str, str]) -> None:
        self.say(page(token=f"t{self.asked['/empty_pages']}"))

    def expired(self, token: str | None, arguments: dict[str, str]) -> None:
        if token == "old" and self.asked["/expired"] < 5:
            return self.say(error("badResumptionToken"), 400)
        if token == "old":
            return self.say(page(record("b")))
        return self.say(page(record("a"), token="old"))

    def always_expired(self, token: str | None, arguments: dict[str, str]) -> None:
        self.say(error("badResumptionToken") if token else page(record("a"), token="old"))

    def nothing(self, token: str | None, arguments: dict[str, str]) -> None:
        self.say(error("noRecordsMatch"), 422)

    def forbidden(self, token: str | None, arguments: dict[str, str]) -> None:
        self.say(b"<html>go away</html>", 403)

    def html(self, token: str | None, arguments: dict[str, str]) -> None:
        self.say(b"<!DOCTYPE html><html><body>Error</body></html>")

    def badly_asked(self, token: str | None, arguments: dict[str, str]) -> None:
        self.say(error("badArgument"))

    def no_seconds(self, token: str | None, arguments: dict[str, str]) -> None:
        if "T" in arguments.get("from", ""):
            return self.say(error("badArgument"))
        return self.say(page(record("b") if "from" in arguments else record("a")))

    def controls(self, token: str | None, arguments: dict[str, str]) -> None:
        body = page(record("a", "x&#x1F;y\x0bz"), record("b", "cafE9"))
        self.say(body.replace(b"cafE9", b"caf\xe9"))

    def nameless(self, token: str | None, arguments: dict[str, str]) -> None:
        self.say(page(record("")))

    def inside(self, token: str | None, arguments: dict[str, str]) -> None:
        self.say(b"", 302, Location="file:///etc/hostname")

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def main() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        print(server.server_port, flush=True)  # noqa: T201  # how the test learns the port
        server.serve_forever()


if __name__ == "__main__":
    main()
