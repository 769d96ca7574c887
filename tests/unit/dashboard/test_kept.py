"""What was typed into a form that others were faster than comes back; secrets and other sites' addresses never."""

import pytest
from flask import Flask

from dashboard.kept import back, kept


@pytest.mark.parametrize(
    ("form", "texts"),
    [
        ({"csrf_token": "abcdef", "note": " 请带备件 ", "rating": "5", "to": "li", "_do": "run"}, ("请带备件", "li")),
        ({"note": "same", "cause": "same", "vault-key": "hush-hush", "otp_secret": "x" * 9}, ()),
        ({"note": "same", "cause": "same", "vault-key": "hush-hush"}, ("same",)),
        ({"login": "amy", "new_password": "hush-hush"}, ()),
        ({"note": "x" * 30_000}, ("x" * 20_000,)),
    ],
)
def test_what_was_typed_is_kept_and_no_secret(form: dict[str, str], texts: tuple[str, ...]) -> None:
    with Flask(__name__).test_request_context("/faults/1/start", method="POST", data=form):
        assert kept() == texts


@pytest.mark.parametrize(
    ("referrer", "address"),
    [
        ("http://localhost/works/new?day=1", "/works/new?day=1"),
        ("http://elsewhere.example/works", ""),
        ("https://localhost/works", ""),
        ("http://localhost//elsewhere.example/", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_the_way_back_stays_within_the_site(referrer: str, address: str) -> None:
    with Flask(__name__).test_request_context("/faults/1/start", method="POST", headers={"Referer": referrer}):
        assert back() == address
