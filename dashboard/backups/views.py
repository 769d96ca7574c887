"""Backups: what each device ran when, what changed between two versions, keep now, plan the way back."""

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import ACCESS
from dashboard.backups.pages import BackupsPage, DevicePage, Newest
from dashboard.stream import follow_job
from dashboard.web import fragment, person, services, show

backups = Blueprint("backups", __name__)
LIMIT = 100


@backups.get("/backups")
def page() -> ResponseReturnValue:
    """Show the newest version of every device."""
    return show(BackupsPage(_newest(), _may_act()))


@backups.get("/backups/newest")
def newest() -> ResponseReturnValue:
    """Return the live part."""
    return fragment(_newest())


@backups.get("/backups/events")
def events() -> ResponseReturnValue:
    """Follow the job that is on its way."""
    return follow_job(services().backups.job(), services().job_logs)


@backups.post("/backups/take")
def take() -> ResponseReturnValue:
    """Queue a look at all devices."""
    services().backups.take(person())
    return redirect(url_for("backups.page"), 303)


@backups.get("/backups/<device>")
def device(device: str) -> ResponseReturnValue:
    """Show a device's versions; without a choice, what the newest changed."""
    ask = services().backups
    versions = tuple(ask.versions(device, LIMIT))
    if not versions:
        abort(404)
    new = request.args.get("new", versions[0].commit)
    before = [v.commit for v in versions]
    usual = before[min(before.index(new) + 1, len(before) - 1)] if new in before else new
    old = request.args.get("old", usual)
    text = ask.text(device, new) if old == new else ask.diff(device, old, new)
    if text is None:
        abort(404)
    return show(DevicePage(device, versions, old, new, text, ask.restored(device), _may_act()))


@backups.post("/backups/<device>/restore")
def restore(device: str) -> ResponseReturnValue:
    """Queue the plan that brings a device back to a version."""
    commit = request.form.get("version", "")
    if services().backups.text(device, commit) is None:
        abort(404)
    services().backups.restore(person(), device, commit)
    return redirect(url_for("backups.device", device=device), 303)


def _newest() -> Newest:
    ask = services().backups
    return Newest(ask.job(), tuple(ask.newest()))


def _may_act() -> bool:
    return ACCESS["backups.take"].admits(person())
