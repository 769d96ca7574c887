"""What the front door says about each room's commands before the room is imported, and how help gets translated.

A room writes its help strings in English with `_`; `localise` turns a loaded command's into the language asked for.
"""

from importlib.metadata import EntryPoint
from typing import Any

import typer

from countynet import usage
from countynet.i18n import _, translate

SUMMARIES = {
    "inventory": _("What should be: show and validate the county's inventory."),
    "twin": _("Build the county on this machine from its inventory; cut and mend lines."),
    "config": _("Configure devices from the inventory, fetch and compare."),
    "plan": _("Plan changes of devices, approve, apply under a guard, take back."),
    "apply": _("Apply an approved plan: backup, tiers, each device under an undo of its own."),
    "undo": _("Plan what takes back just one plan; touches nothing."),
    "prove": _("Prove from the configurations, over all packets, who reaches whom; touches nothing."),
    "recheck": _("Check a certificate of isolation anew, offline: every verdict, over all packets."),
    "matrix": _("Read an old firewall's dump and say who may open a service to whom; touches nothing."),
    "rules": _("Find rules that never decide, change nothing, are over or too wide, with the packets; only reads."),
    "backup": _("Keep the running configurations of devices, and show what they ran when."),
    "drift": _("Name devices that run something else than the inventory intends."),
    "emergency": _("Emergency plans: start one, carry out its steps, end it, or drill it."),
    "try": _("Rehearse a plan on a twin before the real thing."),
    "restore": _("Bring a device back to what it ran at a time."),
    "app": _("Deploy applications on servers; back up, try the backup, restore."),
    "mirror": _("Keep what applications are installed from: Debian packages, Python wheels, container images."),
    "messages": _("Keys of the message gateway, and our notices' way to it."),
    "leases": _("Show who has which address of those that are given out (DHCP)."),
    "run": _("Run playbooks: look first, carry out, watch, cancel, agree."),
    "confirm": _("Test isolation on live packets."),
    "monitor": _("Poll devices and lines."),
    "alarms": _("Show alarms, acknowledge them, write notes on them."),
    "intrusions": _("Show what intrusion detection and virus gateways told, and answer it."),
    "notices": _("Tell people of alarms by mail, webhook and SMS."),
    "bridge": _("Exchange faults with the province's operations platform (TMF621)."),
    "faults": _("Report, dispatch and close faults."),
    "evaluate": _("Evaluate a month, quarter or year: lines, faults, times, score, deductions from the rent."),
    "knowledge": _("Search and write what earlier faults taught."),
    "discover": _("Compare what is cabled with the inventory, and name strangers."),
    "outages": _("Show a month's outages and availability of units and devices."),
    "window": _("Announce work windows; they mute alarms and count against nobody."),
    "terminals": _("Find unknown devices and terminals that are not as the inventory says."),
    "beacon": _("Run the beacons that show which terminal is on two nets."),
    "audit": _("Check the network against its clauses."),
    "api": _("Let other systems in: tokens of the API, and its description."),
    "users": _("Manage the people who sign in."),
    "serve": _("Run the dashboard, the poller and the worker."),
}
"""One line for each command that a room registers."""


COMPLETION = ("install_completion", "show_completion")


def load(entry: EntryPoint) -> Any:
    """Import a room's commands and return them as one command."""
    command = typer.main.get_command(entry.load())
    command.params = [parameter for parameter in command.params if parameter.name not in COMPLETION]
    return command


def localise(command: Any) -> Any:
    """Translate the help of a command, its options and its subcommands in place; returns the command.

    Translating twice is harmless: a translated text is no msgid.
    """
    usage.install()
    return _localised(command)


def _localised(command: Any) -> Any:
    usage.name_help(command)
    for field in ("help", "short_help", "epilog"):
        text = getattr(command, field, None)
        if text:
            setattr(command, field, translate(text))
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = translate(parameter.help)
    for child in getattr(command, "commands", {}).values():
        _localised(child)
    return command
