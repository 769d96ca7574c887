"""Coming in through the county's sign-on: who is let in, and every way in which nobody is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from flask import Flask
from sqlalchemy import select

from countynet.db import reading
from countynet.events import Event
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Role
from dashboard.app import create_app
from dashboard.auth import signon
from dashboard.auth.oidc import Client, NotSignedOn, encoded
from dashboard.services.protocols import Services
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser

ISSUER, BACK = "https://auth.test", "http://localhost/sign-in/back"


@dataclass
class Provider:
    """A sign-on that answers as told; its key is real."""

    login: str = "center"
    wrong: dict[str, Any] = field(default_factory=dict)
    header: dict[str, str] = field(default_factory=lambda: {"alg": "ES256", "kid": "k1"})
    named: str = ISSUER
    nonce: str = ""
    asked: list[Mapping[str, str]] = field(default_factory=list)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def __call__(self, address: str, form: Mapping[str, str] | None, proof: str) -> Mapping[str, Any]:
        match address.removeprefix(ISSUER):
            case "/.well-known/openid-configuration":
                ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys.json"}
                return {"issuer": self.named, **{name: ISSUER + path for name, path in ends.items()}}
            case "/keys.json":
                numbers = self.key.public_key().public_numbers()
                x, y = (encoded(one.to_bytes(32, "big")) for one in (numbers.x, numbers.y))
                return {"keys": [{"kty": "EC", "crv": "P-256", "kid": "k1", "x": x, "y": y}]}
        assert form is not None
        self.asked.append({**form, "proof": proof})
        return {"id_token": self.token()}

    def token(self) -> str:
        claims = {"iss": ISSUER, "aud": ["dashboard"], "nonce": self.nonce, "exp": 4e9, "iat": 0}
        claims |= {"sub": self.login, "preferred_username": self.login, **self.wrong}
        content = ".".join(encoded(json.dumps(part).encode()) for part in (self.header, claims))
        r, s = decode_dss_signature(self.key.sign(content.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{content}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


@pytest.fixture
def provider(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Provider:
    made = Provider()
    app.extensions["signon"] = Client(ISSUER, "dashboard", BACK, made)
    monkeypatch.setattr(signon, "secret", lambda _settings: "our secret")
    return made


def leave(browser: Browser, provider: Provider) -> str:
    """Go away to the sign-on; return the state that has to come back."""
    answer = browser.get("/sign-in/county?next=/faults")
    words = {name: values[0] for name, values in parse_qs(urlsplit(answer.location).query).items()}
    assert (words["response_type"], words["code_challenge_method"], words["redirect_uri"]) == ("code", "S256", BACK)
    provider.nonce = words["nonce"]
    return words["state"]


def test_whom_the_sign_on_vouches_for_is_in_with_their_own_account(stranger: Browser, provider: Provider) -> None:
    assert "county-sign-on" in stranger.get("/sign-in").text
    state = leave(stranger, provider)
    assert stranger.get(f"/sign-in/back?code=abc&state={state}").location == "/faults"
    assert stranger.get("/account").status_code == 200
    (asked,) = provider.asked
    assert (asked["code"], asked["redirect_uri"]) == ("abc", BACK)
    assert asked["proof"].startswith("Basic ")
    assert len(asked["code_verifier"]) >= 43


def test_whoever_has_no_account_here_stays_out(stranger: Browser, provider: Provider) -> None:
    provider.login = "zhangsan"
    state = leave(stranger, provider)
    refused = stranger.get(f"/sign-in/back?code=abc&state={state}")
    assert refused.status_code == 401
    assert "统一登录确认您是 zhangsan，但本平台没有这个登录名的账号" in refused.text
    assert stranger.get("/account").status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://evil.test"},
        {"aud": ["another"]},
        {"aud": ["dashboard", "another"]},
        {"nonce": "old"},
        {"exp": 1},
        {"exp": "later"},
        {"iat": 5e9},
        {"preferred_username": None},
    ],
)
def test_a_token_that_is_not_for_us_now_lets_nobody_in(
    stranger: Browser, provider: Provider, wrong: dict[str, Any]
) -> None:
    provider.wrong = wrong
    state = leave(stranger, provider)
    assert stranger.get(f"/sign-in/back?code=abc&state={state}").status_code == 502
    assert stranger.get("/account").status_code == 302


@pytest.mark.parametrize("header", [{"alg": "none", "kid": "k1"}, {"alg": "HS256", "kid": "k1"}, {"alg": "ES256"}, {}])
def test_a_token_signed_in_another_way_lets_nobody_in(
    stranger: Browser, provider: Provider, header: dict[str, str]
) -> None:
    provider.header = header
    state = leave(stranger, provider)
    assert stranger.get(f"/sign-in/back?code=abc&state={state}").status_code == 502


def test_a_foreign_key_or_an_answer_that_nobody_asked_for_lets_nobody_in(stranger: Browser, provider: Provider) -> None:
    assert stranger.get("/sign-in/back?code=abc&state=x").status_code == 502
    leave(stranger, provider)
    assert stranger.get("/sign-in/back?code=abc&state=guessed").status_code == 502
    state = leave(stranger, provider)
    answer = stranger.get(f"/sign-in/back?code=abc&state={state}")
    assert answer.status_code == 302
    assert stranger.get(f"/sign-in/back?code=abc&state={state}").status_code == 502  # once
    state, honest = leave(stranger, provider), provider.token()
    provider.key = ec.generate_private_key(ec.SECP256R1())
    provider.token = lambda: honest  # type: ignore[method-assign]
    assert stranger.get(f"/sign-in/back?code=abc&state={state}").status_code == 502
    provider.token = lambda: "a.b"  # type: ignore[method-assign]
    state = leave(stranger, provider)
    assert stranger.get(f"/sign-in/back?code=abc&state={state}").status_code == 502


def test_a_provider_under_another_name_and_one_that_is_away_are_told(stranger: Browser, provider: Provider) -> None:
    provider.named = "https://evil.test"
    assert stranger.get("/sign-in/county").status_code == 502


@pytest.mark.parametrize("roles", [(Role.CENTER,), tuple(Role)])
def test_of_some_roles_no_password_is_taken_and_the_page_says_of_which(
    tmp_path: Path, services: Services, provider: Provider, roles: tuple[Role, ...]
) -> None:
    closed = replace(services, accounts=replace(services.accounts, signon_only=frozenset(roles)))
    made = create_app(sample.settings(tmp_path), closed, rate_limit=False)
    made.extensions["signon"] = Client(ISSUER, "dashboard", BACK, provider)
    center, operator = Browser(made.test_client()), Browser(made.test_client())
    page = center.get("/sign-in").text
    assert ("只能通过统一登录：" in page, 'name="password"' in page) == (True, len(roles) == 1)
    assert center.sign_in("center").status_code == 401
    assert operator.sign_in("operator").status_code == (302 if len(roles) == 1 else 401)
    state = leave(center, provider)
    assert center.get(f"/sign-in/back?code=abc&state={state}").location == "/faults"
    account = center.get("/account").text
    assert ("在此没有密码" in account, 'name="old"' in account) == (True, False)
    assert center.post("/account/password", old=sample.PASSWORD, new="x" * 12, again="x" * 12).status_code == 400
    with reading(services.accounts.engine) as session:
        refused = [event.data for event in session.scalars(select(Event).where(Event.tag == "user.refused"))]
    assert refused == [{"wanted": "sign-on"}] * len(roles[:2])


def test_without_a_sign_on_there_is_no_door(stranger: Browser) -> None:
    assert "county-sign-on" not in stranger.get("/sign-in").text
    assert stranger.get("/sign-in/county").status_code == 404


def test_the_secret_is_the_vaults_and_addresses_are_https(tmp_path: Path) -> None:
    settings = Settings(county=tmp_path, language="en", signon=ISSUER)
    Secrets.create(settings, {"applications/certificates/client-dashboard": "made at the deploy"})
    assert signon.secret(settings) == "made at the deploy"
    with pytest.raises(NotSignedOn, match="https"):
        signon.fetcher(settings)("http://auth.test/", None, "")
