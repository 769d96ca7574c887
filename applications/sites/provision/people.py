"""Accounts of authors and reviewers: made without a password, let in by the county's sign-on or by `invite`."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from applications.sites.review import group_name


def people() -> list[bool]:
    """Make the accounts that the county gives; return per account whether it changed. Rights given here stay."""
    return [account(one.login, one.name, one.unit, one.part) for one in settings.GIVEN.people]


def account(login: str, name: str, unit: str, part: str) -> bool:
    """Make an account with a part in a unit. Return whether anything changed. Raises Group.DoesNotExist."""
    group = Group.objects.get(name=group_name(unit, part))
    user, new = get_user_model().objects.get_or_create(username=login, defaults={"first_name": name})
    if new:
        user.set_unusable_password()
        user.save()
    if user.groups.filter(pk=group.pk).exists():
        return bool(new)
    user.groups.add(group)
    return True
