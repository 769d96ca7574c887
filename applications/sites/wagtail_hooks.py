"""What we add to Wagtail's editor: letters, findings of the watch, and looks at letters in the log."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils import timezone
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, log
from wagtail.signals import published, task_submitted
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from applications.sites.models.letters import Letter
from applications.sites.models.records import Complaint
from applications.sites.notices import submitted
from applications.sites.review import units_of
from applications.sites.reviewing import LetterReview, PageReview, review
from applications.sites.words import say


class LetterViews(SnippetViewSet):
    """Letters of the reader's own units."""

    model = Letter
    icon = "mail"
    menu_label = say("领导信箱", "Mailbox")
    menu_name = "letters"
    menu_order = 250
    add_to_admin_menu = True
    list_display = ["number", "subject", "unit_code", "received_at", "live"]
    list_filter = ["live", "unit_code"]
    inspect_view_enabled = False
    copy_view_enabled = False

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the letters of the units that the person works for."""
        return Letter.objects.filter(unit_code__in=units_of(request.user))


class ComplaintViews(SnippetViewSet):
    """What the site watch found: at one's own units; the administrator sees all."""

    model = Complaint
    icon = "warning"
    menu_label = say("网站监测", "Site watch")
    menu_name = "complaints"
    menu_order = 260
    add_to_admin_menu = True
    list_display = ["kind", "severity", "unit", "url", "detail", "since"]
    list_filter = ["kind", "severity"]
    inspect_view_enabled = True
    copy_view_enabled = False

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the findings of the person's units."""
        user: Any = request.user
        every = Complaint.objects.all()
        return every if user.is_superuser else every.filter(unit__in=units_of(user))


register_snippet(LetterViews)
register_snippet(ComplaintViews)


@hooks.register("before_edit_snippet")
def only_own(request: HttpRequest, instance: Any) -> None:
    """Keep others' letters shut, and write down who looked. Raises PermissionDenied."""
    if not isinstance(instance, Letter):
        return
    if instance.unit_code not in units_of(request.user):
        raise PermissionDenied
    if request.method == "GET":
        log(instance=instance, action="county.letter.read", user=request.user)


@hooks.register("before_serve_page")
def by_its_own_name(page: Any, request: HttpRequest, args: Any, options: Any) -> HttpResponse | None:
    """Send readers of a unit that has a name of its own to it, so that each page has one address."""
    name = settings.GIVEN.names.get(getattr(page, "unit_code", ""))
    if request.method not in ("GET", "HEAD") or not name or request.get_host() == name:
        return None
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(page.full_url + (f"?{query}" if query else ""))


@hooks.register("register_log_actions")
def actions(registry: LogActionRegistry) -> None:
    """Name our entries of the log."""
    registry.register_action(
        "county.letter.read", say("查看信件", "Read a letter"), say("查看了信件", "Read the letter")
    )


@hooks.register("register_admin_urls")
def addresses() -> list[Any]:
    """Return our pages of the editor."""
    return [path("review/<int:key>/", review, name="county-review")]


@hooks.register("construct_page_action_menu")
def page_menu(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Put the way to the reviewer's page first."""
    _first(items, PageReview(), context)


@hooks.register("construct_snippet_action_menu")
def letter_menu(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Put the way to the reviewer's page first."""
    if isinstance(context.get("instance"), Letter):
        _first(items, LetterReview(), context)


def _first(items: list[Any], item: Any, context: dict[str, Any]) -> None:
    if item.is_shown(context):
        items.insert(0, item)


def answered(sender: Any, instance: Any, **_: Any) -> None:
    """Note when a letter's answer was given."""
    if isinstance(instance, Letter) and instance.answered_at is None:
        Letter.objects.filter(pk=instance.pk).update(answered_at=timezone.now())


published.connect(answered, sender=Letter, dispatch_uid="sites-answered")
task_submitted.connect(submitted, dispatch_uid="sites-told")
