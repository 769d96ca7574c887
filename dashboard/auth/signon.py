"""Coming in through the county's sign-on: away to it, and back with a code; docs/certificates.md.

Off until COUNTYNET_SIGNON names the sign-on. Whoever comes back needs an account of ours with the same login: the
sign-on says who somebody is, the account what they may do. The password's form stays, for when the sign-on is down,
but for the roles of COUNTYNET_SIGNON_ONLY.
"""

import json
import logging
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from flask import Blueprint, abort, current_app, redirect, request, session
from flask.typing import ResponseReturnValue

from countynet.errors import CountyError
from countynet.secrets import Secrets
from countynet.settings import Settings
from dashboard.auth.oidc import Asked, Client, NotSignedOn, new_question
from dashboard.auth.pages import SignIn
from dashboard.auth.views import admitted, form, ours
from dashboard.security import SIGN_IN_LIMIT, limiter
from dashboard.web import services, show

signon = Blueprint("signon", __name__)
log = logging.getLogger(__name__)
NAME = "dashboard"
SECONDS = 10.0


def fetcher(settings: Settings) -> Any:
    """Return the fetch over HTTPS that trusts the county's root (COUNTYNET_SIGNON_CA), or the machine's own roots."""
    authority = None if settings.signon_ca is None else str(settings.signon_ca)

    def fetch(address: str, form: Mapping[str, str] | None, proof: str) -> Mapping[str, Any]:
        if not address.startswith("https://"):
            raise NotSignedOn(f"{address} is no https address")
        body = None if form is None else urlencode(form).encode()
        asked = Request(address, body, {"Authorization": proof} if proof else {})  # noqa: S310 - https, see above
        context = ssl.create_default_context(cafile=authority)
        with urlopen(asked, timeout=SECONDS, context=context) as answer:  # noqa: S310
            told = json.load(answer)
        if not isinstance(told, dict):
            raise NotSignedOn(f"{address} answers no object")
        return told

    return fetch


def configured(settings: Settings) -> Client | None:
    """Return the client, or None where there is no sign-on."""
    if not settings.signon:
        return None
    return Client(settings.signon.rstrip("/"), NAME, settings.signon_back, fetcher(settings))


def secret(settings: Settings) -> str:
    """Return our secret: the one that the deploy of the sign-on made, or `sign-on/secret`. Raises NotSignedOn."""
    vault = Secrets.load(settings)
    names = [name for name in vault.names() if name.startswith("applications/") and name.endswith(f"/client-{NAME}")]
    found = [name for name in ("sign-on/secret", *names) if name in vault.names()]
    if not found:
        raise NotSignedOn("the vault has no secret of ours for the sign-on")
    return vault.get(found[0]).get_secret_value()


def _client() -> Client:
    found: Client | None = current_app.extensions["signon"]
    return abort(404) if found is None else found


def _refused(why: Exception) -> ResponseReturnValue:
    log.warning("sign-on: %s", why)
    return show(form(SignIn(ours(session.pop("signon-next", None)), unknown=True)), 502)


@signon.get("/sign-in/county")
@limiter.limit(SIGN_IN_LIMIT)
def away() -> ResponseReturnValue:
    """Send the browser to the sign-on."""
    asked = new_question()
    try:
        target = _client().question(asked)
    except (OSError, ValueError, KeyError, NotSignedOn) as error:
        return _refused(error)
    session["signon"], session["signon-next"] = (
        [asked.state, asked.nonce, asked.verifier],
        ours(request.args.get("next")),
    )
    return redirect(target)


@signon.get("/sign-in/back")
@limiter.limit(SIGN_IN_LIMIT)
def back() -> ResponseReturnValue:
    """Take whoever comes back."""
    kept = session.pop("signon", None)
    asked = Asked(*kept) if isinstance(kept, list) and len(kept) == 3 else None
    settings: Settings = current_app.extensions["signon-settings"]
    try:
        if asked is None or request.args.get("state") != asked.state or "code" not in request.args:
            raise NotSignedOn(f"nobody was expected: {request.args.get('error', '')[:40]}")
        login = _client().login(asked, request.args["code"], secret(settings))
    except (OSError, ValueError, KeyError, CountyError, NotSignedOn) as error:
        return _refused(error)
    target = ours(session.pop("signon-next", None))
    token = services().accounts.sign_in_by_signon(login)
    if token is None:
        return show(form(SignIn(target, stranger=login[:40])), 401)
    return admitted(token, target)
