"""Who sees which letters: those of the units that they work for, and nobody else's, the administrator's included."""

from typing import Any

from django.db.models import QuerySet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import policy_registry

from applications.sites.review import units_of


class UnitLetters(ModelPermissionPolicy):
    """Allows reading and answering a unit's own letters; nobody adds, deletes or publishes one by hand."""

    ALLOWED = frozenset({"view", "change"})

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Return whether some letter may be."""
        return user.is_active and action in self.ALLOWED and bool(units_of(user))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Return whether one of some actions is allowed on some letter."""
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Return whether this letter may be."""
        return user.is_active and action in self.ALLOWED and instance.unit_code in units_of(user)

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Any) -> bool:
        """Return whether one of some actions is allowed on this letter."""
        return any(self.user_has_permission_for_instance(user, action, instance) for action in actions)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Any]:
        """Return the letters that a person may see."""
        if not user.is_active or not self.ALLOWED & set(actions):
            return self.model.objects.none()
        return self.model.objects.filter(unit_code__in=units_of(user))

    def instances_user_has_permission_for(self, user: Any, action: str) -> QuerySet[Any]:
        """Return the letters on which a person may do something."""
        return self.instances_user_has_any_permission_for(user, [action])


class Findings(ModelPermissionPolicy):
    """Findings are read by all who work here, and changed by the watch alone."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Allow looking."""
        return bool(user.is_active and action == "view" and (user.is_superuser or units_of(user)))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Allow looking."""
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Allow looking at one's own units' findings."""
        return self.user_has_permission(user, action) and (user.is_superuser or instance.unit in units_of(user))


def register() -> None:
    """Have Wagtail ask these policies."""
    from applications.sites.models.letters import Letter
    from applications.sites.models.records import Complaint

    policy_registry.register(Letter, value=UnitLetters(Letter))
    policy_registry.register(Complaint, value=Findings(Complaint))
