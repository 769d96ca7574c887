"""Drift: have the worker look, read what differs since when and who was there, accept it or plan it away."""

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import ACCESS
from dashboard.drift.pages import DriftPage, Found
from dashboard.services.plans import Asked
from dashboard.stream import follow_job
from dashboard.web import fragment, person, services, show

drift = Blueprint("drift", __name__)


@drift.get("/drift")
def page() -> ResponseReturnValue:
    """Show what the last look found."""
    return show(DriftPage(_found(), _may_act()))


@drift.get("/drift/found")
def found() -> ResponseReturnValue:
    """Return the live part."""
    return fragment(_found())


@drift.get("/drift/events")
def events() -> ResponseReturnValue:
    """Follow the job that is on its way."""
    return follow_job(services().drifts.job(), services().job_logs)


@drift.post("/drift/look")
def look() -> ResponseReturnValue:
    """Queue a look at all devices."""
    services().drifts.look(person())
    return redirect(url_for("drift.page"), 303)


@drift.post("/drift/accept")
def accept() -> ResponseReturnValue:
    """Queue the proposal of what a device runs."""
    services().drifts.accept(person(), _device())
    return redirect(url_for("drift.page"), 303)


@drift.post("/drift/restore")
def restore() -> ResponseReturnValue:
    """Queue the plan that brings a device back to the inventory."""
    job = services().plans.make(person(), Asked((f"name={_device()}",)))
    return redirect(url_for("plans.making", job=job), 303)


def _device() -> str:
    name = request.form.get("device", "")
    if name not in {device.name for device in services().drifts.last().devices}:
        abort(404)
    return name


def _found() -> Found:
    ask = services().drifts
    accepts = ACCESS["drift.accept"].admits(person())
    return Found(ask.job(), ask.last(), ask.accepted(), _may_act(), accepts)


def _may_act() -> bool:
    return ACCESS["drift.look"].admits(person())
