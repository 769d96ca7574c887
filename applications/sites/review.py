"""Publication only after review: the one gate that everything online has passed.

Invariants, held in the models and not on a screen: what goes online is a revision that a reviewer of the same unit
has approved as it stands; no author of anything in it approves it, whoever else they are, the administrator too; while
it is being reviewed nobody changes it. Wagtail itself lets reviewers approve their own work (issue 1164).
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, Group
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from wagtail.models import PagePermissionTester, Revision, Task, TaskState

from applications.sites.words import say

AUTHOR, REVIEWER = "author", "review"


def group_name(code: str, part: str) -> str:
    """Return the name of a unit's group of authors or reviewers."""
    return f"{code}:{part}"


def belongs(user: Any, code: str, part: str) -> bool:
    """Return whether a person writes or reviews for a unit."""
    return bool(user.is_active and user.groups.filter(name=group_name(code, part)).exists())


def units_of(user: Any, parts: Iterable[str] = (AUTHOR, REVIEWER)) -> frozenset[str]:
    """Return the codes of the units that a person works for."""
    names = (name.rpartition(":") for name in user.groups.values_list("name", flat=True))
    return frozenset(code for code, _, part in names if part in set(parts))


def unit_of(obj: Any) -> str:
    """Return the code of the unit that a page, in whichever class Wagtail hands it over, or a letter belongs to."""
    return str(getattr(obj, "specific", obj).unit_code)


def authors_of(obj: Any) -> frozenset[Any]:
    """Return the keys of all who wrote something that is not online yet."""
    revisions: QuerySet[Revision] = Revision.objects.for_instance(obj)
    if obj.live and obj.live_revision_id:
        revisions = revisions.filter(pk__gt=obj.live_revision_id)
    authors = set(revisions.values_list("user_id", flat=True))
    state = obj.current_workflow_state
    if state is not None:
        authors.add(state.requested_by_id)
    return frozenset(authors - {None})


def approved(revision: Revision) -> bool:
    """Return whether somebody who may has approved exactly this revision."""
    states = TaskState.objects.filter(revision=revision, status=TaskState.STATUS_APPROVED)
    return any(state.finished_by_id and state.finished_by_id != revision.user_id for state in states)


def gate(revision: Revision) -> None:
    """Let an approved revision through. Raises PermissionDenied for any other."""
    if not approved(revision):
        raise PermissionDenied(
            say("只有经本单位审核人批准的内容才能发布", "Only what a reviewer of the unit has approved goes online")
        )


class Gated:
    """A page or letter that passes the gate; stands before Wagtail's class. It has a `unit_code`."""

    unit_code: str

    def publish(self, revision: Revision, *args: Any, **options: Any) -> Any:
        """Publish an approved revision. Raises PermissionDenied for any other. The gate takes the place of rights."""
        gate(revision)
        options["skip_permission_checks"] = True
        return super().publish(revision, *args, **options)  # type: ignore[misc]


class Tester(PagePermissionTester):
    """Who may do what with a page: nobody publishes by hand, and a unit's reviewers may take its pages offline."""

    def can_publish(self) -> bool:
        """Refuse: review publishes."""
        return False

    def can_publish_subpage(self) -> bool:
        """Refuse: review publishes."""
        return False

    def can_unpublish(self) -> bool:
        """Allow reviewers of the unit, and the administrator in need."""
        if not self.user.is_active or not self.page.live or self.page_locked():
            return False
        return bool(self.user.is_superuser or belongs(self.user, self.page.specific_deferred.unit_code, REVIEWER))


class ReviewTask(Task):
    """One task for all units: the reviewers are those of the unit that the page or letter belongs to."""

    class Meta:
        verbose_name = say("本单位审核", "Review by the unit")
        verbose_name_plural = say("本单位审核", "Reviews by the unit")

    def _may(self, obj: Any, user: AbstractBaseUser) -> bool:
        return belongs(user, unit_of(obj), REVIEWER)

    def user_can_access_editor(self, obj: Any, user: AbstractBaseUser) -> bool:
        """Let reviewers of the unit look."""
        return self._may(obj, user)

    def locked_for_user(self, obj: Any, user: AbstractBaseUser) -> bool:
        """Lock it for all: what was reviewed is what goes online. Who may decide does so on the reviewer's page."""
        return True

    def get_actions(self, obj: Any, user: AbstractBaseUser) -> list[tuple[str, Any, bool]]:
        """Return what a person may do now: nothing with their own work."""
        if not self._may(obj, user) or user.pk in authors_of(obj):
            return []
        return [
            ("reject", say("退回修改", "Send back"), True),
            ("approve", say("批准发布", "Approve and publish"), False),
            ("approve", say("批准并附意见", "Approve with a comment"), True),
        ]

    def on_action(self, task_state: TaskState, user: AbstractBaseUser, action_name: str, **options: Any) -> None:
        """Take a decision. Raises PermissionDenied for who may not, whatever page the request came from."""
        obj = task_state.workflow_state.content_object
        if action_name not in {name for name, _, _ in self.get_actions(obj, user)}:
            raise PermissionDenied(say("不能审核自己的稿件", "Nobody reviews their own work"))
        super().on_action(task_state, user, action_name, **options)

    def get_task_states_user_can_moderate(self, user: Any, **options: Any) -> QuerySet[TaskState]:
        """Return what waits for a person."""
        codes = units_of(user, (REVIEWER,))
        waiting = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        held = ((state.pk, state.workflow_state.content_object) for state in waiting)
        keys = [key for key, obj in held if obj is not None and unit_of(obj) in codes]
        return waiting.filter(pk__in=keys)

    @classmethod
    def get_description(cls) -> Any:
        """Say what the task is."""
        return say("由本单位审核人审核，不能审核自己的稿件", "A reviewer of the unit approves, never their own work")


def reviewers(code: str) -> Group:
    """Return the group of a unit's reviewers."""
    group: Group = Group.objects.get(name=group_name(code, REVIEWER))
    return group
