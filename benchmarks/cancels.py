"""How soon a cancel ends runs of each kind of program; part of `benchmarks.runner`."""

import time

from sqlalchemy import Engine

from benchmarks.figure import Figure
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory.model import County
from playbooks.runner import book, dispatch
from playbooks.runner.states import RunState

CENTER = Actor("bench", Role.CENTER)
LIMIT = 2.0
"""seconds"""
KINDS = {"ansible": "bench", "action, its look": "to-inventory", "job": "take-backup"}
"""playbooks of each kind of program"""


def cancels(settings: Settings, engine: Engine, county: County) -> None:
    """Cancel a run of each kind as soon as it says something, and print how long it went on."""
    for kind, playbook in KINDS.items():
        run = book.ask(settings, engine, county, playbook, {}, CENTER)
        while not book.lines(engine, run.number, limit=1) and not book.get(engine, run.number).over:
            dispatch.once(settings, engine)
            if kind != "ansible" and book.get(engine, run.number).state is RunState.RUNNING:
                time.sleep(1.5)  # it begins to read devices; it says nothing before it has
                break
            time.sleep(0.05)
        if book.get(engine, run.number).over:
            print(Figure(f"cancel of an {kind}: it had ended before", 0, "s").row())
            continue
        began = time.monotonic()
        book.cancel(engine, run.number, CENTER)
        while not book.get(engine, run.number).over:
            time.sleep(0.02)
        seconds, state = time.monotonic() - began, book.get(engine, run.number).state
        print(Figure(f"cancel to ended: {kind}", seconds, "s", LIMIT, note=state.value).row())
