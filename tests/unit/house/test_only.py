"""`--only` is on every command that acts on devices or units, and is the same option everywhere."""

from collections.abc import Iterator
from typing import Any

from countynet import rooms
from countynet.frontdoor import load

WITH = {
    "alarms list",
    "audit run",
    "config apply",
    "config diff",
    "config fetch",
    "config trust",
    "confirm",
    "faults list",
    "inventory ansible",
    "inventory show devices",
    "inventory show units",
    "monitor once",
    "run servers",
}
"""acting on many; a command that takes one name (`inventory show device`) needs no selection"""


def commands(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        yield " ".join(words), command
    for name, child in (children or {}).items():
        yield from commands(child, (*words, name))


def options() -> dict[str, Any]:
    found = dict[str, Any]()
    for entry in rooms.registered("countynet.commands"):
        for name, command in commands(load(entry), (entry.name,)):
            found.update((name, parameter) for parameter in command.params if "--only" in parameter.opts)
    return found


def test_every_command_that_acts_on_many_takes_it() -> None:
    assert set(options()) >= WITH


def test_it_is_one_option_with_one_help() -> None:
    assert {(p.help, p.metavar, p.multiple, p.required) for p in options().values()} == {
        (next(iter(options().values())).help, "KEY=VALUE", True, False)
    }
