"""Lists of what is online: the latest of a branch, and a list by pages."""

from typing import Any

from django.core.paginator import Page as Sheet
from django.core.paginator import Paginator
from django.http import HttpRequest

DISCLOSURE = "disclosure"


def latest(above: Any, kind: str, count: int) -> list[Any]:
    """Return the newest that are online below a page: articles of columns of a kind, or disclosures."""
    from applications.sites.models.articles import ArticlePage
    from applications.sites.models.disclosure import DisclosurePage

    if kind == DISCLOSURE:
        pages = DisclosurePage.objects.descendant_of(above).live().order_by("-made_on", "-pk")
    else:
        pages = ArticlePage.objects.descendant_of(above).live().filter(column_kind=kind).order_by("-dated", "-pk")
    return with_homes(list(pages[:count]))


def with_homes(pages: list[Any]) -> list[Any]:
    """Give pages their unit's home in one query instead of one each."""
    from applications.sites.models.homes import UnitPage

    depth = 3 * UnitPage.steplen
    homes = {home.path: home for home in UnitPage.objects.filter(path__in={page.path[:depth] for page in pages})}
    for page in pages:
        if page.path[:depth] in homes:
            page.home = homes[page.path[:depth]]
    return pages


def paged(request: HttpRequest, things: Any, size: int = 20) -> Sheet[Any]:
    """Return the sheet that `?page=` asks for; a number out of range is the last."""
    return Paginator(things, size).get_page(request.GET.get("page"))
