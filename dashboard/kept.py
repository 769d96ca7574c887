"""What somebody typed into a form that was refused because others were faster: it comes back, to be sent or copied.

What a machine filled in (tokens, where to go back to, which button, numbers and ticks) is no typing; of what may be a
secret nothing ever comes back, nor of a form that has a password in it.
"""

from urllib.parse import urlsplit

from flask import request

HIDDEN = frozenset({"csrf_token", "back", "queue", "query", "state", "tip", "base", "commit", "document"})
SECRET = ("password", "secret", "token", "code", "key")
SHORT, LONGEST, MOST = 2, 20_000, 30
"""characters below which nothing was typed, and that one text comes back with; so many texts at most"""


def kept() -> tuple[str, ...]:
    """Return the texts that were typed into the form of this request, each once, in its order."""
    if request.method != "POST" or any(word in name.lower() for name in request.form for word in ("password", "otp")):
        return ()
    found = [
        value.strip()[:LONGEST]
        for name, values in request.form.lists()
        for value in values
        if not name.startswith("_") and name not in HIDDEN and not any(word in name.lower() for word in SECRET)
    ]
    return tuple(dict.fromkeys(text for text in found if len(text) >= SHORT and not text.isdigit()))[:MOST]


def back() -> str:
    """Return the address within this site of the page that the form stood on, empty when it is not known."""
    came = urlsplit(request.referrer or "")
    here = urlsplit(request.host_url)
    if (came.scheme, came.netloc) != (here.scheme, here.netloc) or not came.path.startswith("/"):
        return ""
    return "" if came.path.startswith("//") else came.path + (f"?{came.query}" if came.query else "")
