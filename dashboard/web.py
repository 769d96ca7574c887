"""What a view needs of Flask: the services, the person, a page from its context, a fragment with its tag.

Promises: a template gets exactly one value, `page`, an instance of the dataclass that names the template; a fragment
that did not change since the browser's last poll is answered 304 with an empty body.
"""

import hashlib
from typing import ClassVar, Protocol, cast

from flask import Response, abort, current_app, g, make_response, render_template, request
from flask_wtf.csrf import generate_csrf

from dashboard.services.protocols import Services
from dashboard.users.model import Person


class Page(Protocol):
    """The context of one template."""

    template: ClassVar[str]


def services() -> Services:
    """Return the services that the application was made with."""
    return cast(Services, current_app.extensions["countynet"])


def person() -> Person:
    """Return who is signed in; 403 for a stranger."""
    found: Person | None = g.get("person")
    if found is None:
        abort(403)
    return found


def show(page: Page, status: int = 200) -> Response:
    """Render a page."""
    return make_response(render_template(page.template, page=page), status)


def fragment(page: Page) -> Response:
    """Render a part of a page, 304 when the browser has the same already."""
    response = show(page)
    body = response.get_data(as_text=True).replace(generate_csrf(), "")
    response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:24])
    response.headers["Cache-Control"] = "no-cache"
    return cast(Response, response.make_conditional(request))
