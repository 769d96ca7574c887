"""Servers out of texts, in the form in which they are kept among the evidence."""

import re
from pathlib import Path

from audit.facts import Facts
from audit.model import Check, Point
from audit.servers.machine import File, Machine
from audit.servers.struck import struck
from tests.unit.audit import facts_of

GOOD = (Path(__file__).parent / "samples" / "good.txt").read_text()
_HEAD = re.compile(r"#### (?P<path>/\S+) (?P<mode>[0-7]{4})(?: (?P<owner>\S+))?|#### \$ (?P<told>\S+)")


def machine(text: str) -> Machine:
    """Return a server that has the files and the sayings of a text."""
    files: dict[str, File] = {}
    told: dict[str, str] = {}
    for part in re.split(r"(?m)^(?=#### )", text):
        head, _newline, body = part.partition("\n")
        if match := _HEAD.fullmatch(head):
            shown = struck(body).removesuffix("\n")
            if match["told"]:
                told[match["told"]] = shown
            else:
                lines = tuple(shown.split("\n")) if shown else ()
                files[match["path"]] = File(match["path"], int(match["mode"], 8), match["owner"] or "root:root", lines)
    return Machine("srv-infra", files, told)


def points(check: Check, held: Machine) -> list[Point]:
    """Return what a check says of one server."""
    return list(check.decide(Facts(county=facts_of.COUNTY, at=facts_of.AT, devices={}, servers={held.name: held})))
