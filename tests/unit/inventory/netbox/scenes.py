"""What is done to a NetBox, recorded once from a real one and replayed by the tests: the same functions both times."""

from dataclasses import replace

from inventory.netbox.mapping import Things
from inventory.netbox.push import Options, Outcome, push
from inventory.netbox.server import Server
from inventory.netbox.thing import Ref, Thing

CABLE = Ref("cables", "cable-pc-001")


def silent(done: int, total: int, text: str = "") -> None:
    """Show no progress."""


def run(server: Server, things: Things, **options: bool) -> Outcome:
    """Export things."""
    return push(server, things, Options(**options), silent)


def changed(things: Things, ref: Ref, **fields: object) -> dict[str, tuple[Thing, ...]]:
    """Return things with some fields of one otherwise."""

    def edit(thing: Thing) -> Thing:
        return replace(thing, fields={**thing.fields, **fields}) if thing.ref == ref else thing  # type: ignore[dict-item]

    return {kind: tuple(map(edit, part)) for kind, part in things.items()}


def without(things: Things, *gone: Ref) -> dict[str, tuple[Thing, ...]]:
    """Return things without some."""
    return {kind: tuple(t for t in part if t.ref not in gone) for kind, part in things.items()}


def export(server: Server, things: Things) -> list[Outcome]:
    """Export to an empty NetBox; again; then with a serial number changed and a cable gone, which is removed."""
    other = changed(things, Ref("devices", "cpe-001"), serial="SN-2")
    return [run(server, things), run(server, things), run(server, without(other, CABLE), prune=True)]


def refused(server: Server, things: Things) -> list[Outcome]:
    """Export a telephone number that NetBox refuses, and one that it takes."""
    wrong = changed(things, Ref("contacts", "u001-officer"), phone="1" * 60)
    return [run(server, wrong), run(server, things)]


def theirs(server: Server, things: Things) -> list[Outcome]:
    """Export where somebody has a site of our name (other slug) and a type of circuit of our slug (other name)."""
    return [run(server, things), run(server, things, adopt=True)]
