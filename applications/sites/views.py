"""Pages that are no pages of the tree: search, display settings, health, what the watch found."""

import json
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from wagtail.models import Page

from applications.sites import indexing
from applications.sites.context import LOOKS, SIZES
from applications.sites.listing import with_homes
from applications.sites.models import Complaint, PortalPage, UnitPage
from applications.sites.textof import text_of

SHEET = 15
YEAR = 365 * 86400


def search(request: HttpRequest) -> HttpResponse:
    """Search all sites, or one with `?unit=`."""
    query = request.GET.get("q", "").strip()[:80]
    unit = UnitPage.objects.live().filter(code=request.GET.get("unit", "")).first()
    portal = PortalPage.objects.live().first()
    number = request.GET.get("page", "1")
    place = max(int(number), 1) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    above = unit or portal
    keys, total = indexing.found(query, above.path, (place - 1) * SHEET, SHEET) if above else ([], 0)
    pages = {page.pk: page for page in Page.objects.filter(pk__in=keys).live().specific()}
    shown = with_homes([pages[key] for key in keys if key in pages])
    for page in shown:
        page.excerpt = excerpt(text_of(page), query)
    sheet = Paginator(range(total), SHEET).get_page(place)
    context = {"query": query, "unit": unit, "home": unit or portal, "found": shown, "total": total, "sheet": sheet}
    return render(request, "sites/search.html", context)


def excerpt(text: str, query: str, around: int = 60) -> str:
    """Return the part of a text around the query's first word."""
    word = query.split()[0] if query.split() else ""
    place = max(text.lower().find(word.lower()), 0)
    start = max(place - around, 0)
    return ("…" if start else "") + text[start : place + 2 * around] + ("…" if place + 2 * around < len(text) else "")


def display(request: HttpRequest) -> HttpResponse:
    """Keep how the reader wants to see the pages, in cookies without anything about the reader."""
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    answer = HttpResponseRedirect(target)
    for name, known in (("size", SIZES), ("look", LOOKS)):
        value = request.GET.get(name, "")
        if value in known:
            answer.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    return answer


def health(request: HttpRequest) -> HttpResponse:
    """Answer `ok` when the portal and the database work; 503 otherwise."""
    portal = PortalPage.objects.live().first()
    units = UnitPage.objects.live().count() if portal else 0
    if not units:
        return HttpResponse("no site is online\n", status=503, content_type="text/plain")
    return HttpResponse(f"ok {units}\n", content_type="text/plain")


def watch(request: HttpRequest) -> HttpResponse:
    """Tell the county's monitoring what the watch found; it shows the county's token. 403 without."""
    told = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.GIVEN.watch_token or not constant_time_compare(told, settings.GIVEN.watch_token):
        return JsonResponse({"error": "token"}, status=403)
    report = settings.GIVEN.data / "watch" / "report.json"
    state: dict[str, Any] = json.loads(report.read_text("utf-8")) if report.exists() else {"looked_at": None}
    names = ("key", "kind", "severity", "unit", "url", "detail", "since")
    return JsonResponse({**state, "findings": list(Complaint.objects.order_by("key").values(*names))})


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page."""
    return render(request, "sites/404.html", {"home": PortalPage.objects.live().first()}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that something failed, without anything that could fail again."""
    words = "<!doctype html><html lang=zh-CN><title>出错了</title><p>页面暂时无法显示，请稍后再试。</p></html>"
    return HttpResponse(words, status=500)
