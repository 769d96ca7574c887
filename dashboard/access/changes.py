"""Pages that change devices and servers: playbooks, plans, windows, works, emergencies, drift, backups."""

from collections.abc import Mapping

from countynet.vocabulary import Role
from dashboard.access.rule import DESK, SIGNED_IN, Rule, roles
from playbooks.plan.rules import CHANGERS

RUNS = ("catalogue", "form", "start", "page", "one", "live", "events", "go", "again", "cancel")
"""the service says which are shown to whom, and who starts and stops them"""
CHANGES: Mapping[str, Rule] = {
    **{f"runs.{page}": SIGNED_IN for page in RUNS},
    "runs.approve": roles(Role.CENTER),
    "runs.refuse": roles(Role.CENTER),
    "schedules.page": SIGNED_IN,  # the service says which are shown to whom, and who may end one
    "schedules.one": SIGNED_IN,
    "schedules.end": SIGNED_IN,
    "schedules.approve": roles(Role.CENTER),
    "plans.page": DESK,
    "plans.one": DESK,
    "plans.progress": DESK,
    "plans.events": DESK,
    "plans.proof": DESK,
    "plans.prove": roles(Role.CENTER),
    "plans.form": roles(*CHANGERS),
    "plans.make": roles(*CHANGERS),
    "plans.making": DESK,
    "plans.making_progress": DESK,
    "plans.making_events": DESK,
    "plans.cancel_making": roles(*CHANGERS),
    "plans.undo_form": roles(*CHANGERS),
    "plans.undo": roles(*CHANGERS),
    "plans.approve": roles(Role.CENTER),
    "plans.apply": roles(*CHANGERS),
    "freezes.page": DESK,
    "freezes.run": roles(Role.CENTER),
    "freezes.plan": roles(Role.CENTER),
    "plans.cancel": roles(*CHANGERS),
    "windows.schedule": roles(Role.CENTER),
    "windows.cancel": roles(Role.CENTER),
    "emergencies.page": DESK,
    "emergencies.form": roles(Role.CENTER),
    "emergencies.start": roles(Role.CENTER),
    "emergencies.one": DESK,
    "emergencies.live": DESK,
    "emergencies.events": DESK,
    "emergencies.move": roles(Role.CENTER, Role.OPERATOR),  # the service says which steps are whose
    "emergencies.act": roles(Role.CENTER, Role.OPERATOR),
    "emergencies.note": roles(Role.CENTER, Role.OPERATOR),
    "emergencies.close": roles(Role.CENTER),
    "emergencies.review": DESK,
    "emergencies.pdf": DESK,
    "works.page": DESK,
    "works.form": roles(Role.CENTER, Role.OPERATOR),
    "works.announce": roles(Role.CENTER, Role.OPERATOR),
    "works.edit": roles(Role.CENTER, Role.OPERATOR),
    "works.change": roles(Role.CENTER, Role.OPERATOR),
    "works.end": roles(Role.CENTER, Role.OPERATOR),
    "drift.page": DESK,
    "drift.found": DESK,
    "drift.events": DESK,
    "drift.look": roles(*CHANGERS),
    "drift.accept": roles(Role.CENTER),
    "drift.restore": roles(*CHANGERS),
    "backups.page": DESK,
    "backups.newest": DESK,
    "backups.events": DESK,
    "backups.device": DESK,
    "backups.take": roles(*CHANGERS),
    "backups.restore": roles(*CHANGERS),
}
