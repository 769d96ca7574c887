"""`countynet mirror`: make what applications are installed from, and show what is there."""

from pathlib import Path
from typing import Annotated

import typer

from countynet.console import print_json, progress, run_command, say, table
from countynet.i18n import _, translate

app = typer.Typer(
    help=_("Keep what applications are installed from: Debian packages, Python wheels, container images."),
    no_args_is_help=True,
)
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
Applications = Annotated[
    str, typer.Option("--applications", metavar="A,B", help=_("Only these applications or kinds; else all kinds."))
]
Archive = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help=_("The OCI archive."))]
Image = Annotated[str, typer.Argument(metavar="IMAGE", help=_("As `mirror show` names it, or its digest alone."))]
STATES = {"whole": _("whole"), "old": _("incomplete or out of date"), "missing": _("missing")}


@app.command(help=_("Fetch packages and wheels into the cache folder; what is there already is not fetched again."))
@run_command
def make(applications: Applications = "", json: Json = False) -> None:
    """Make the mirror."""
    from countynet.settings import Settings
    from playbooks.applications import mirror
    from playbooks.applications.mirror.chosen import chosen

    found = chosen(Settings.load(), applications)
    made = mirror.make(found, progress())
    if json:
        print_json({"made": list(made), "folder": str(mirror.FOLDER), "kinds": [one.kind.kind for one in found]})
    else:
        say(
            translate(
                _("the mirror in {folder} is whole; made anew: {made}"),
                folder=mirror.FOLDER,
                made=", ".join(made) or "-",
            )
        )


@app.command(
    help=_("Take a container image in: an OCI archive, checked part by part; prints how applications name it.")
)
@run_command
def add(archive: Archive, json: Json = False) -> None:
    """Take an image in."""
    from playbooks.applications.mirror import images

    taken = images.add(archive)
    if json:
        print_json({"image": taken.image, "bytes": taken.bytes})
    else:
        say(translate(_("the mirror has it; the application's description names it so:")))
        say(f"  image: {taken.image}")


@app.command(help=_("Take a container image out, such as one that a newer one has replaced; none that is in use."))
@run_command
def remove(image: Image, json: Json = False) -> None:
    """Take an image out."""
    from countynet.settings import Settings
    from playbooks.applications.mirror import images
    from playbooks.applications.mirror.chosen import images_of

    taken = images.remove(image, images_of(Settings.load()))
    if json:
        print_json({"image": taken.image, "bytes": taken.bytes})
    else:
        message = _("the mirror has {image} no more; {megabytes} MB are free again")
        say(translate(message, image=taken.image, megabytes=taken.bytes // (1 << 20)))


@app.command(help=_("Show which kinds of applications the mirror has. Exit code 1 if one is not whole."))
@run_command
def show(applications: Applications = "", json: Json = False) -> None:
    """Show the mirror."""
    from dataclasses import asdict

    from countynet.settings import Settings
    from playbooks.applications import mirror
    from playbooks.applications.mirror import images
    from playbooks.applications.mirror.chosen import chosen

    taken = images.shown()
    rows = mirror.shown({one.kind.kind: one for one in chosen(Settings.load(), applications)})
    if json:
        kept = [asdict(each) for each in taken]
        print_json({"folder": str(mirror.FOLDER), "kinds": [row.model_dump() for row in rows], "images": kept})
    else:
        columns = [translate(c) for c in (_("Kind"), _("Title"), _("State"), _("Files"), _("MB"))]
        table("", columns, [[r.kind, r.title, translate(STATES[r.state]), r.files, r.bytes // (1 << 20)] for r in rows])
        if taken:
            heads = [translate(head) for head in (_("Container image"), _("MB"))]
            table("", heads, [[each.image, each.bytes // (1 << 20)] for each in taken])
    if any(row.state != "whole" for row in rows):
        raise SystemExit(1)
