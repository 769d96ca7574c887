"""The reviewer's page: what waits is shown as it will be online, and approved or sent back, without any script.

Wagtail has its buttons within the editor's form, where a reviewer saves the page again and becomes one of its authors.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.models import Page, TaskState
from wagtail.snippets.action_menu import ActionMenuItem as SnippetMenuItem

from applications.sites.words import say

LABEL = say("审核", "Review")


def state_for(obj: Any, user: AbstractBaseUser) -> TaskState | None:
    """Return the step of review that waits for a person's decision about a page or letter; None when none does."""
    state = obj.current_workflow_task_state
    if state is None or not state.task.specific.get_actions(obj, user):
        return None
    return state


class PageReview(ActionMenuItem):
    """The way to the reviewer's page from a page's editor, which is locked meanwhile."""

    name = "action-review"
    label = LABEL
    icon_name = "check"

    def is_shown(self, context: dict[str, Any]) -> bool:
        """Show it to who may decide."""
        return context["view"] == "edit" and state_for(context["page"], context["request"].user) is not None

    def get_url(self, parent_context: dict[str, Any]) -> str:
        """Return the way."""
        return address(parent_context["page"])


class LetterReview(SnippetMenuItem):
    """The same for a letter."""

    name = "action-review"
    label = LABEL
    icon_name = "check"

    def is_shown(self, context: dict[str, Any]) -> bool:
        """Show it to who may decide."""
        return context["view"] == "edit" and state_for(context["instance"], context["request"].user) is not None

    def get_url(self, parent_context: dict[str, Any]) -> str:
        """Return the way."""
        return address(parent_context["instance"])


def address(obj: Any) -> str:
    """Return the address of the reviewer's page for what waits."""
    return reverse("county-review", args=[obj.current_workflow_task_state.pk])


def review(request: HttpRequest, key: int) -> HttpResponse:
    """Show what waits, or take the decision. Raises PermissionDenied for who may not, Http404 when it is over."""
    state = get_object_or_404(TaskState, pk=key, status=TaskState.STATUS_IN_PROGRESS)
    held = state.workflow_state.content_object
    obj = getattr(held, "specific", held)
    user: Any = request.user
    if state_for(obj, user) is None:
        raise PermissionDenied
    action = request.POST.get("decision", "")
    if request.method == "POST" and action in {"approve", "reject"}:
        state.task.specific.on_action(state, user, action, comment=request.POST.get("comment", "")[:2000])
        done = say("已批准发布", "Approved and published") if action == "approve" else say("已退回", "Sent back")
        messages.success(request, done)
        return HttpResponseRedirect(reverse("wagtailadmin_home"))
    written = state.revision.as_object()
    preview = (
        reverse("wagtailadmin_pages:workflow_preview", args=[obj.pk, state.task_id]) if isinstance(obj, Page) else ""
    )
    context = {"obj": written, "state": state, "preview": preview, "by": state.workflow_state.requested_by}
    return render(request, "sites/review.html", context)
