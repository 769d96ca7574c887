"""Sign-on by the county (A5): nginx says in a header who signed in. Only people who are known here get in.

Read for /manage/ alone, so that nginx can leave the public pages open; the play has nginx empty the header elsewhere.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.backends import RemoteUserBackend
from django.contrib.auth.middleware import RemoteUserMiddleware
from django.http import HttpRequest, HttpResponse


class Known(RemoteUserBackend):
    """Makes no account of its own."""

    create_unknown_user = False


class SignOn(RemoteUserMiddleware):
    """Takes the login from the county's header."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(answer)
        self.header = "HTTP_" + settings.GIVEN.sign_on_header.upper().replace("-", "_")

    def process_request(self, request: HttpRequest) -> None:
        """Sign in whom the header names, below /manage/."""
        if request.path.startswith("/manage/"):
            super().process_request(request)
