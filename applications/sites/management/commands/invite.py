"""`invite LOGIN`: give a person a password for one sign-in, shown once; with `--unit` and `--part` a new account."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError

from applications.sites.provision.people import account
from applications.sites.review import AUTHOR, REVIEWER


class Command(BaseCommand):
    """Lets somebody in."""

    help = "Give a person a new password, shown once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the login and, for a new account, name, unit and part."""
        parser.add_argument("login")
        parser.add_argument("--name", default="")
        parser.add_argument("--unit", default="")
        parser.add_argument("--part", choices=(AUTHOR, REVIEWER), default=AUTHOR)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it. Raises CommandError for who is not known."""
        if options["unit"]:
            try:
                account(options["login"], options["name"], options["unit"], options["part"])
            except Group.DoesNotExist as error:
                raise CommandError(f"there is no unit {options['unit']}") from error
        user = get_user_model().objects.filter(username=options["login"]).first()
        if user is None:
            raise CommandError(f"there is no account {options['login']}; give --unit and --part for a new one")
        password = secrets.token_urlsafe(12)
        user.set_password(password)
        user.save()
        self.stdout.write(password)
