"""The monitoring page, and `/metrics`.

The metrics are open to nobody by role, because Prometheus signs in nowhere: with a token (COUNTYNET_METRICS_TOKEN_FILE)
whoever shows it may read them; without one only who asks from this machine, and not through a proxy on it.
"""

import hmac
from ipaddress import ip_address

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from dashboard.health.pages import HealthPage, HealthParts
from dashboard.web import fragment, services, show
from monitoring.metrics.prometheus import CONTENT

health = Blueprint("health", __name__)
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


@health.get("/monitoring")
def page() -> ResponseReturnValue:
    """Show how monitoring does."""
    return show(HealthPage(HealthParts(services().health.look())))


@health.get("/monitoring/live")
def live() -> ResponseReturnValue:
    """Return the part that is fetched again."""
    return fragment(HealthParts(services().health.look()))


@health.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Return the metrics to who may read them."""
    try:
        token = services().health.token()
    except OSError:
        abort(403)
    if not (_shows(token) if token else _from_here()):
        abort(403)
    return Response(services().health.metrics(), content_type=CONTENT)


def _shows(token: str) -> bool:
    given = request.headers.get("Authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def _from_here() -> bool:
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
