"""The addresses of sign-on: discovery, authorize, token, userinfo, keys."""

import time
from pathlib import Path

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import OAuth2Error
from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect

from applications.certificates.signon.clients import SCOPES, Application
from applications.certificates.signon.grant import TOKEN_SECONDS, Challenge, CodeGrant, IdToken, about
from applications.certificates.signon.key import SigningKey
from applications.certificates.signon.leaving import Leaving
from applications.certificates.web.desk import desk, show, signed_in, t, told
from applications.certificates.web.people import fingerprint

signon = Blueprint("signon", __name__)


def provide(app: Flask, guard: CSRFProtect) -> None:
    """Add sign-on to the app."""
    settings = app.extensions["desk"].settings
    key = SigningKey(Path(settings.data) / "sign-on.key.pem")
    app.config["OAUTH2_TOKEN_EXPIRES_IN"] = {"authorization_code": TOKEN_SECONDS}
    app.config["OAUTH2_SCOPES_SUPPORTED"] = list(SCOPES)
    server = AuthorizationServer(app, query_client=_application, save_token=_keep)
    server.register_grant(CodeGrant, [Challenge(required=True), IdToken(key, issuer(settings.name))])
    app.extensions["signon"] = (server, key)
    app.extensions["leaving"] = Leaving(key, issuer(settings.name))
    app.register_blueprint(signon)
    guard.exempt(app.view_functions["signon.token"])


def _application(name: str) -> Application | None:
    row = desk().clients.find(name)
    return None if row is None else Application.read(row)


def issuer(name: str) -> str:
    """Return the name under which sign-on speaks."""
    return f"https://{name}"


def _keep(token: dict[str, str], asked: object) -> None:
    client, user = getattr(asked, "client", None), getattr(asked, "user", None)
    if not isinstance(client, Application) or user is None:
        raise ValueError("a token is somebody's, for an application")
    now = int(time.time())
    desk().store.do("delete from token where until < ?", now)
    words = (fingerprint(token["access_token"]), client.client_id, user.login, token["scope"], now + TOKEN_SECONDS)
    desk().store.do("insert into token values (?,?,?,?,?)", *words)


@signon.get("/.well-known/openid-configuration")
def discovery() -> ResponseReturnValue:
    """Say what there is (OpenID Connect Discovery 1.0)."""
    base = issuer(desk().settings.name)
    return {
        "issuer": base,
        "authorization_endpoint": f"{base}/authorize",
        "token_endpoint": f"{base}/token",
        "userinfo_endpoint": f"{base}/userinfo",
        "jwks_uri": f"{base}/keys.json",
        "end_session_endpoint": f"{base}/sign-out",
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "scopes_supported": list(SCOPES),
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "claims_supported": ["sub", "preferred_username", "name", "unit", "role", "amr", "auth_time", "sid"],
        "code_challenge_methods_supported": ["S256"],
    }


@signon.get("/keys.json")
def keys() -> ResponseReturnValue:
    """Give the public key."""
    return {"keys": [current_app.extensions["signon"][1].public()]}


@signon.get("/authorize")
def authorize() -> ResponseReturnValue:
    """Send somebody back to the application with a code; who is not signed in signs in first."""
    server, person = current_app.extensions["signon"][0], signed_in()
    try:
        grant = server.get_consent_grant(end_user=person)
    except OAuth2Error as error:
        if getattr(error, "redirect_uri", None):
            return _answer(server.handle_error_response(None, error))
        return show(
            "failed.html", 400, words=t("The application asked for a sign-in in a way that is not allowed."), code=400
        )
    if person is None or person.must_change:
        return redirect(url_for("entry.sign_in", next=request.full_path))
    if grant.request.client.strong and person.how != "certificate":
        words = t("This application wants a sign-in with a certificate.")
        return show("sign_in.html", 403, next=request.full_path, message=words)
    told(person.login, "sign-on", grant.request.client.client_id)
    return _answer(server.create_authorization_response(grant=grant, grant_user=person))


def _answer(response: ResponseReturnValue) -> ResponseReturnValue:
    return response


@signon.post("/token")
def token() -> ResponseReturnValue:
    """Exchange a code for tokens; asked by the application itself, with its secret."""
    return _answer(current_app.extensions["signon"][0].create_token_response())


@signon.get("/userinfo")
def userinfo() -> ResponseReturnValue:
    """Tell an application about the person whose token it shows."""
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    query = "select * from token where key = ? and until >= ?"
    row = desk().store.one(query, fingerprint(shown), int(time.time()))
    person = None if row is None else desk().people.find(row["login"])
    if row is None or person is None or not person.active:
        return {"error": "invalid_token"}, 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    return dict(about(person, row["scope"]))
