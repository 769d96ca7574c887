"""The board: four questions to the database for any number of units; one each for emergencies, runs, applications."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from countynet import clock
from countynet.vocabulary import Role
from dashboard.board.pages import BLIND, BoardPage, Tiles, tiles
from dashboard.emergencies.pages import Running, about
from dashboard.records.reading import to_read
from dashboard.web import fragment, person, services, show

board = Blueprint("board", __name__)
HOMES = {Role.UNIT: "units.own", Role.ADMIN: "users.page"}


@board.get("/")
def home() -> ResponseReturnValue:
    """Send each role to its first page."""
    return redirect(url_for(HOMES.get(person().role, "board.page")))


@board.get("/board")
def page() -> ResponseReturnValue:
    """Show every unit."""
    county = services().county.whole()
    running = tuple(Running(one, about(one, county)) for one in services().emergencies.running())
    return show(
        BoardPage(
            _tiles(),
            len(services().county.county().units),
            running,
            services().runs.awaited(person()),
            to_read(),
            services().applications.down(county),
        )
    )


@board.get("/board/tiles")
def tiles_now() -> ResponseReturnValue:
    """Return the live part."""
    return fragment(_tiles())


def _tiles() -> Tiles:
    ask = services()
    polled = ask.watch.polled()
    blind = polled if polled is not None and clock.now() - polled > BLIND else None
    return tiles(ask.county.county(), ask.watch.lines(), ask.alarms.open(), ask.faults.open(), blind)
