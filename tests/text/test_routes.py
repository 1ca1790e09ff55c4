"""Routes of access in statements."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.text.routes import ROUTES, read_routes


@pytest.mark.parametrize(
    ("statement", "routes"),
    [
        ("The files can be downloaded from the archive by anybody.", ("download",)),
        ("Users must register before they download anything.", ("registration",)),
        ("Available to registered users under an End User Licence.", ("registration",)),
        ("Data are available upon reasonable request.", ("request",)),
        ("Please contact the principal investigator.", ("request",)),
        ("Auf Anfrage erhältlich", ("request",)),
        ("Send a project proposal to the Data Access Committee.", ("application",)),
        ("Only accredited researchers may work with the data, in the Secure Lab.", ("application", "secure")),
        ("Analysed within a trusted research environment.", ("secure",)),
        ("No registration is required; the data can be freely downloaded.", ("download",)),
        ("Registration is not required.", ()),
        ("The study was approved by an ethics committee.", ()),
        ("Participants were interviewed on site visits.", ()),
        ("Open", ()),
        ("", ()),
    ],
)
def test_routes_that_a_statement_tells(statement: str, routes: tuple[str, ...]) -> None:
    assert read_routes(statement) == routes


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    found = read_routes(text)
    assert list(found) == [route for route in ROUTES if route in found]
