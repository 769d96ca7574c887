"""Runs all checks and prints them."""

from collections.abc import Sequence

from countynet import console
from countynet.doctor.check import Check
from countynet.doctor.daemons import check_daemons, check_libipsec
from countynet.doctor.kernel import check_kernel, check_root
from countynet.doctor.machine import check_disk, check_leftovers, check_memory, check_port
from countynet.i18n import _, translate
from countynet.settings import Settings


def examine(settings: Settings) -> list[Check]:
    """Return every check of this machine."""
    return [
        check_root(),
        *check_kernel(),
        *check_daemons(),
        check_libipsec(),
        check_memory(),
        check_disk(),
        check_port(settings),
        check_leftovers(settings),
    ]


def print_report(checks: Sequence[Check], good: bool) -> None:
    """Print the table, and below it the fix for each lack."""
    columns = [translate(c) for c in (_("kind"), _("what"), _("state"), _("found"))]
    console.table("", columns, ((c.group, c.name, _state(c), c.found) for c in checks))
    for check in checks:
        if check.advice():
            console.out().print(f"- {check.advice()}", markup=False)
    verdict = _("this machine can run the whole county") if good else _("this machine lacks what is named above")
    console.out().print(translate(verdict), markup=False)


def _state(check: Check) -> str:
    if check.ok:
        return translate(_("good"))
    return translate(_("lacking")) if check.required else translate(_("not there (not required)"))
