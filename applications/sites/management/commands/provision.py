"""`provision`: sites for all units in one command; a second run changes nothing."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from applications.sites.models import UnitPage
from applications.sites.models.base import PORTAL_CODE
from applications.sites.provision.people import people
from applications.sites.provision.portal import administrator, groups, names, portal, workflow
from applications.sites.provision.unit import site


class Command(BaseCommand):
    """Makes the portal and the sites of the units that the county gives."""

    help = "Make the portal and a site for each unit; tells each as it is done."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take `--kind`, so that a play can show progress by kinds of units."""
        parser.add_argument("--kind", action="append", help="only units of this kind")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; the last line says how many changed."""
        began = time.monotonic()
        page, new = portal()
        changes = [new, workflow(page), groups(PORTAL_CODE, page)[2]]
        changes.append(administrator(settings.GIVEN.administrator))
        given = settings.GIVEN
        wanted = [unit for unit in given.units if not options["kind"] or unit.kind in options["kind"]]
        for place, unit in enumerate(wanted, 1):
            result = site(page, unit, given.headings.get(unit.kind, unit.kind))
            changes.append(result != "same")
            self.stdout.write(f"[{place:3}/{len(wanted)}] {unit.code} {unit.name}: {result}")
        changes += [names(), *people()]
        for code in self._gone():
            self.stdout.write(f"{code}: not in the inventory any more; its site is left as it is")
        seconds = time.monotonic() - began
        self.stdout.write(f"sites: {len(wanted)}, changed: {sum(changes)}, seconds: {seconds:.1f}")

    def _gone(self) -> list[str]:
        codes = {unit.code for unit in settings.GIVEN.units}
        return [code for code in UnitPage.objects.order_by("code").values_list("code", flat=True) if code not in codes]
