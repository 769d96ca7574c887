"""Sign-on by the county's own (A5): OpenID Connect, code flow with PKCE (RFC 7636), asked by this server alone.

Who somebody is comes from `userinfo` over TLS that is verified with the county's root, for a token that this server got
for its own code: the browser carries nothing that could be forged. An account of the same login has to exist here, and
it decides what somebody may do; nobody gets an account by signing in.
"""

import base64
import hashlib
import json
import secrets
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.crypto import constant_time_compare

from applications.sites.given import GivenSignOn
from applications.sites.words import say

BACK = "/sign-on/back"
PATIENCE = 10.0
KEPT = 600
"""seconds in which somebody has to come back"""
MOST = 1 << 16
"""bytes of an answer that are read"""


class SignOnError(Exception):
    """The sign-on did not say who somebody is; its text says why, for the log."""


def given() -> GivenSignOn:
    """Return the county's sign-on. Raises Http404 where there is none."""
    found: GivenSignOn | None = settings.GIVEN.sign_on
    if found is None:
        raise Http404
    return found


def begin(request: HttpRequest) -> HttpResponse:
    """Send somebody to the county's sign-on."""
    county, verifier, state = given(), secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    request.session["sign-on"] = {"verifier": verifier, "state": state, "until": time.time() + KEPT}
    asked = {
        "response_type": "code",
        "client_id": county.client,
        "redirect_uri": back_address(),
        "scope": "openid profile",
        "state": state,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
    }
    return HttpResponseRedirect(f"{county.issuer}/authorize?{urllib.parse.urlencode(asked)}")


def back(request: HttpRequest) -> HttpResponse:
    """Take somebody who comes back, once: sign them in, or say that it did not work."""
    begun = request.session.pop("sign-on", None) or {}
    state = str(request.GET.get("state", ""))
    try:
        if not begun or begun["until"] < time.time() or not constant_time_compare(begun["state"], state):
            raise SignOnError(
                say(
                    "这个浏览器没有开始过登录，或者时间太久了",
                    "nobody of this browser began a sign-in, or too long ago",
                )
            )
        name = _who(str(request.GET.get("code", "")), begun["verifier"])
        user = get_user_model().objects.filter(username=name, is_active=True).first()
        if user is None:
            raise SignOnError(say(f"本网站群没有账号 {name}", f"there is no account {name} here"))
    except SignOnError as error:
        words = say(
            "统一登录没有成功，请用密码登录或联系管理员",
            "The sign-on did not work; use a password or ask the administrator",
        )
        back_words = say("用密码登录", "Sign in with a password")
        told = {"words": words, "why": str(error), "back": back_words}
        return render(request, "sites/signon_failed.html", told, status=403)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponseRedirect("/manage/")


def back_address() -> str:
    """Return where the sign-on sends people back to, as it has to know it."""
    return f"https://{settings.GIVEN.host}{BACK}"


def challenge(verifier: str) -> str:
    """Return the challenge of a verifier (RFC 7636, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _who(code: str, verifier: str) -> str:
    """Return the login behind a code. Raises SignOnError."""
    county = given()
    asked = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back_address(),
        "code_verifier": verifier,
        "client_id": county.client,
        "client_secret": county.secret,
    }
    token = _ask(f"{county.issuer}/token", urllib.parse.urlencode(asked).encode()).get("access_token")
    if not isinstance(token, str):
        raise SignOnError(say("统一登录没有给出令牌", "no token was given"))
    name = _ask(f"{county.issuer}/userinfo", None, {"Authorization": f"Bearer {token}"}).get("preferred_username")
    if not isinstance(name, str) or not name:
        raise SignOnError(say("统一登录没有说明是谁", "no login was told"))
    return name


def _ask(url: str, body: bytes | None, headers: dict[str, str] | None = None) -> dict[str, Any]:
    asked = urllib.request.Request(url, body, headers or {})  # noqa: S310 - https, as `given` has checked
    try:
        context = ssl.create_default_context(cafile=given().authority)
        with urllib.request.urlopen(asked, timeout=PATIENCE, context=context) as answer:  # noqa: S310 - https
            said = json.loads(answer.read(MOST))
    except (OSError, ValueError) as error:
        raise SignOnError(say(f"统一登录没有应答：{error}", f"the sign-on does not answer: {error}")) from error
    if not isinstance(said, dict):
        raise SignOnError(say("统一登录的应答无法读懂", "the answer is no object"))
    return said
