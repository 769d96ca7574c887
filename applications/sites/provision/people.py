"""Accounts of authors and reviewers: made without a password, let in by the county's sign-on or by `invite`."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from applications.sites.review import group_name


def people() -> list[bool]:
    """Make the accounts of the sites that are there; return per account whether it changed. Rights given here stay."""
    there = set(Group.objects.values_list("name", flat=True))
    wanted = [one for one in settings.GIVEN.people if group_name(one.unit, one.part) in there]
    return [account(one.login, one.name, one.unit, one.part) for one in wanted]


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
