"""The center words what units are told; a sentence with a wrong place is refused with what would be right."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from countynet.errors import BadInput
from dashboard.language import told
from dashboard.sentences.pages import SentencesPage, rows
from dashboard.services.real.faults import actor
from dashboard.web import person, services, show

sentences = Blueprint("sentences", __name__)


@sentences.get("/faults/sentences")
def page() -> ResponseReturnValue:
    """Show every sentence."""
    return show(SentencesPage(rows(services().sentences.own(), {})))


@sentences.post("/faults/sentences")
def word() -> ResponseReturnValue:
    """Word one otherwise; with `ours` as this version words it."""
    step, spoken = request.form.get("step", ""), request.form.get("language", "")
    text = request.form.get("text", "")[:2000]
    try:
        services().sentences.word(step, spoken, None if "ours" in request.form else text, actor(person()))
    except BadInput as error:
        return show(SentencesPage(rows(services().sentences.own(), {(step, spoken): text}), told(error)), 400)
    return redirect(url_for("sentences.page", _anchor=f"{step}-{spoken}"), 303)
