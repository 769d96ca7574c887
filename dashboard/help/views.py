"""Help for people, and a sign of life for machines."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from dashboard.help.pages import HelpPage
from dashboard.web import show

help_pages = Blueprint("help", __name__)


@help_pages.get("/help")
def page() -> ResponseReturnValue:
    """Show the help."""
    return show(HelpPage())


@help_pages.get("/health")
def health() -> ResponseReturnValue:
    """Answer that the process lives; says nothing else."""
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
