"""Headers of security. Public pages run no script at all; the editor runs its own from this host only."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404

from applications.sites.review import units_of

PUBLIC = (
    "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
EDITOR = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'; font-src 'self' data:; object-src 'none'; frame-ancestors 'self'"
)
"""Wagtail's editor has scripts and styles within its pages"""
NAMES = frozenset(settings.GIVEN.names.values())


def headers(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Return the middleware."""

    def within(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        manage = request.path.startswith("/manage/")
        response.setdefault("Content-Security-Policy", EDITOR if manage else PUBLIC)
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if manage:
            response["Cache-Control"] = "no-store"
        return response

    return within


def one_door(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Return the middleware that has people sign in and work at the portal's name alone: a session is of one name."""

    def within(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(("/manage/", "/sign-on/")) and request.get_host() in NAMES:
            return HttpResponseRedirect(f"https://{settings.GIVEN.host}{request.get_full_path()}")
        return answer(request)

    return within


class OwnLetters:
    """Keeps letters of other units shut on every page of the editor: history, usage, preview, whatever Wagtail adds."""

    PREFIX = "/manage/snippets/county_sites/letter/"

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass it on."""
        return self.answer(request)

    def process_view(self, request: HttpRequest, view: object, args: object, given: dict[str, Any]) -> None:
        """Raise PermissionDenied for a letter of another unit, Http404 for one that is not there."""
        if request.path.startswith(self.PREFIX) and "pk" in given:
            code = get_object_or_404(apps.get_model("county_sites", "Letter"), pk=given["pk"]).unit_code
            if not request.user.is_authenticated or code not in units_of(request.user):
                raise PermissionDenied
