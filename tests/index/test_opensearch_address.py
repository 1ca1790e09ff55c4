"""The URL that names a search cluster."""

from __future__ import annotations

import pytest

from reperio.errors import ConfigError
from reperio.index.opensearch_address import Address, parse_address


def test_the_least_that_can_be_said() -> None:
    assert parse_address("opensearch://host") == Address(
        dialect="opensearch", nodes=("http://host:9200",), prefix="reperio", shards=1, replicas=None
    )


def test_all_that_can_be_said() -> None:
    url = "elasticsearch+https://some%40one:pass%3Aword@one:9201,two.example.org,[::1]:9203/house_1?shards=6&replicas=0"
    assert parse_address(url) == Address(
        dialect="elasticsearch",
        nodes=("https://one:9201", "https://two.example.org:9200", "https://[::1]:9203"),
        prefix="house_1",
        user="some@one",
        password="pass:word",
        shards=6,
        replicas=0,
    )


@pytest.mark.parametrize(
    "url",
    [
        "", "host:9200", "http://host:9200", "opensearch+ftp://host", "opensearch://", "opensearch://host,/x",
        "opensearch://host:99999/x", "opensearch://host/Upper", "opensearch://host/a/b", "opensearch://host/_x",
        "opensearch://host/x?shards=0", "opensearch://host/x?replicas=many", "opensearch://host/x?shards=",
        "opensearch://host/x?colour=red", "opensearch://ho st/x",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_telling_the_password(url: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        parse_address(url.replace("//", "//me:hidden@", 1) if url.startswith("opensearch") else url)
    assert "hidden" not in str(refusal.value)
