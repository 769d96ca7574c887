"""`countynet apply` and `countynet undo`: what one does with a plan most, without the word `plan`."""

import typer

from countynet.i18n import _
from playbooks.plan.cli import apply_command, undo_command

apply_app = typer.Typer(add_completion=False)
apply_app.command(help=_("Apply an approved plan: backup, tiers, each device under an undo of its own."))(apply_command)
undo_app = typer.Typer(add_completion=False)
undo_app.command(help=_("Plan what takes back just one plan; touches nothing."))(undo_command)
