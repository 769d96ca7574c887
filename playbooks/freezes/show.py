"""Freeze periods for people at a shell."""

from countynet import clock
from countynet.canonical import JSON
from countynet.console import print_json, say, table
from countynet.i18n import _, translate
from countynet.settings import Settings
from playbooks.freezes import model
from playbooks.freezes.model import OWN


def periods(settings: Settings, as_json: bool) -> None:
    """Print the periods that hold and those to come. Raises BadInput for a wrong file."""
    now = clock.now()
    found = [one for one in model.load(settings.county) if now < one.ends]
    if as_json:
        rows: list[JSON] = [
            {
                "id": one.id, "begins": one.begins.isoformat(), "ends": one.ends.isoformat(), "reason": one.reason,
                "on": one.on, "holds": one.at(now),
            }
            for one in found
        ]  # fmt: skip
        print_json({"freezes": rows})
        return
    if not found:
        say(translate(_("no freeze period holds or is to come; they stand in {file}"), file=OWN.as_posix()))
        return
    heads = (_("Period"), _("From, to"), _("Holds now"), _("On"), _("Why"))
    yes = {True: translate(_("yes")), False: translate(_("no"))}
    lines = [[one.id, one.when, yes[one.at(now)], one.where, one.why] for one in found]
    table(translate(_("Freeze periods")), [translate(head) for head in heads], lines)
