"""Who looks at the page: by the sign-on before us, else by a key of their own; and what guards their forms.

The sign-on's header counts only when the configuration names it, and then nothing else does: nginx sets it, or takes a
foreign one away, and the service listens on this host alone.
"""

import secrets

from flask import request, session

from applications.messages.config import Person, same
from applications.messages.web.services import services


def signed_in() -> Person | None:
    """Return who looks."""
    config = services().config
    if config.sign_on_header:
        return config.person(request.headers.get(config.sign_on_header, ""))
    person = config.person(str(session.get("person", "")))
    return person if person and session.get("generation") == person.generation else None


def sign_in(key: str) -> bool:
    """Sign somebody in by key; return whether it was one."""
    person = None if services().config.sign_on_header else services().config.person_of(key.strip())
    if person is None:
        return False
    session.clear()
    session["person"], session["generation"], session["form"] = person.name, person.generation, secrets.token_hex(16)
    return True


def form_token() -> str:
    """Return what a form of this session carries."""
    if "form" not in session:
        session["form"] = secrets.token_hex(16)
    return str(session["form"])


def form_holds() -> bool:
    """Whether a form that was sent is of this session."""
    return same(str(session.get("form", "")) or "-", request.form.get("form", ""))
