"""Records: list, register, look at, correct, take a step, photographs, workbook. One set of views for every kind.

A view parses and asks one service, which says who may: the table of rights says who may come here at all.
"""

from collections.abc import Sequence

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from audit.records import book
from audit.records.kinds import SORTS
from audit.records.model import Kind, Step
from audit.records.service import NOTE, NOTE_NEEDED, REASON, Held
from countynet import clock
from countynet.errors import BadInput
from countynet.i18n import describe, translate
from dashboard.access import ACCESS
from dashboard.inventory.fields import NONE
from dashboard.records import forms
from dashboard.records.pages import FormPage, ListPage, OnePage, Past, Row, StepForm
from dashboard.services.real.faults import actor
from dashboard.uploads import document, photographs
from dashboard.web import person, services, show
from playbooks.emergency.book import Emergency

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EMERGENCIES = 50


class Views:
    """The views of one kind of record."""

    def __init__(self, kind: Kind, name: str) -> None:
        self.kind, self.name, self.sort = kind, name, SORTS[kind]

    def blueprint(self) -> Blueprint:
        """Return the pages of the kind, below `/NAME`."""
        made, path = Blueprint(self.name, __name__), f"/{self.name}"
        one = f"{path}/<int:number>"
        made.get(path, endpoint="page")(self.page)
        made.get(f"{path}.xlsx", endpoint="book")(self.book)
        made.get(f"{path}/new", endpoint="form")(self.form)
        made.post(f"{path}/new", endpoint="add")(self.add)
        made.get(one, endpoint="one")(self.one)
        made.get(f"{one}/correct", endpoint="edit")(self.edit)
        made.post(f"{one}/correct", endpoint="correct")(self.correct)
        made.post(f"{one}/steps/<step>", endpoint="step")(self.step)
        made.get(f"{one}/photographs/<name>", endpoint="photograph")(self.photograph)
        return made

    def page(self) -> ResponseReturnValue:
        """List the records."""
        found = services().records.listed(self.kind, actor(person()))
        missing = {}
        if self.kind is Kind.REGULATION:
            missing = {one.held.number: len(one.missing) for one in services().readers.asked()}
        drills: Sequence[Emergency] = ()
        if self.kind is Kind.DRILL:
            drills = [one for one in services().emergencies.newest(EMERGENCIES) if one.drill]
        rows = [self._row(one, missing.get(one.number)) for one in found]
        may = ACCESS[f"{self.name}.add"].admits(person())
        return show(ListPage(self.name, translate(self.sort.title), translate(self.sort.new), rows, may, drills))

    def book(self) -> ResponseReturnValue:
        """Return the records as a workbook."""
        ask, who = services().records, actor(person())
        content = book.workbook(self.sort, ask.listed(self.kind, who), ask.histories(self.kind, who))
        return download(content, f"countynet-{self.name}.xlsx", XLSX)

    def form(self) -> ResponseReturnValue:
        """Show an empty form."""
        return show(self._form(None, forms.blank(self.sort.fields)))

    def add(self) -> ResponseReturnValue:
        """Register a record."""
        said = forms.typed()
        try:
            number = services().records.add(self.kind, said, actor(person()), photographs(), document())
        except BadInput as error:
            return show(self._form(None, said, error), 400)
        return redirect(url_for(f"{self.name}.one", number=number), 303)

    def one(self, number: int) -> ResponseReturnValue:
        """Show a record with its history."""
        return show(self._one(number))

    def edit(self, number: int) -> ResponseReturnValue:
        """Show a record's form."""
        held = self._history(number)[-1]
        if not services().records.may_correct(held, actor(person())):
            abort(403)
        return show(self._form(held, forms.held(self.sort.fields, held.record)))

    def correct(self, number: int) -> ResponseReturnValue:
        """Write a record's fields anew."""
        held, said = self._history(number)[-1], forms.typed()
        version = request.form.get("version", 0, type=int)
        try:
            services().records.correct(
                self.kind, number, version, said, actor(person()), photographs(), document()
            )  # fmt: skip
        except BadInput as error:
            return show(self._form(held, said, error), 400)
        return redirect(url_for(f"{self.name}.one", number=number), 303)

    def step(self, number: int, step: str) -> ResponseReturnValue:
        """Take a step."""
        self._history(number)
        if self.sort.step(step) is None:
            abort(404)
        said = forms.typed()
        try:
            services().records.step(self.kind, number, step, said, actor(person()), photographs())
        except BadInput as error:
            return show(self._one(number, step, said, error), 400)
        return redirect(url_for(f"{self.name}.one", number=number), 303)

    def photograph(self, number: int, name: str) -> ResponseReturnValue:
        """Return a photograph: always the JPEG that we wrote ourselves."""
        try:
            content = services().records.photograph(self.kind, number, name, actor(person()))
        except BadInput:
            abort(404)
        answer = make_response(content)
        answer.headers["Content-Type"] = "image/jpeg"
        answer.headers["Content-Disposition"] = f'inline; filename="{self.kind}-{number}-{name[:8]}.jpg"'
        return answer

    def _history(self, number: int) -> tuple[Held, ...]:
        try:
            return services().records.history(self.kind, number, actor(person()))
        except BadInput:
            abort(404)

    def _row(self, one: Held, missing: int | None) -> Row:
        now = clock.now()
        state = translate(self.sort.state(one.record, now))
        return Row(one, self.sort.named(one.record), state, self.sort.open(one.record, now), missing)

    def _form(self, held: Held | None, said: dict[str, str], error: BadInput | None = None) -> FormPage:
        fields = self.sort.fields if held is None else (*self.sort.fields, REASON)
        shown = forms.inputs(fields, said)
        wrong = forms.errors(error, shown) if error else NONE
        title = translate(self.sort.new) if held is None else self.sort.named(held.record)
        number, version = (0, 0) if held is None else (held.number, held.version)
        version = request.form.get("version", version, type=int)
        text = said.get("text", "") if self.kind is Kind.REGULATION else None
        return FormPage(
            self.name, title, number, version, wrong.at(shown), self.sort.photographs, text, wrong.others
        )  # fmt: skip

    def _one(
        self, number: int, taking: str = "", said: dict[str, str] | None = None, error: BadInput | None = None
    ) -> OnePage:
        past, ask, who = self._history(number), services().records, actor(person())
        held, sort = past[-1], self.sort
        steps = tuple(self._step(step, taking, said or {}, error) for step in ask.possible(held, who))
        problems = tuple(map(describe, error.problems)) if error and not any(s.name == taking for s in steps) else ()
        asked = None
        if self.kind is Kind.REGULATION:
            asked = next((one for one in services().readers.asked() if one.held.number == number), None)
        return OnePage(
            self.name, held, sort.named(held.record), translate(sort.state(held.record, clock.now())), _lines(held),
            [Past(one, book.stepped(one)) for one in past], steps, ask.may_correct(held, who), problems, taking,
            ACCESS["audit.evidence"].admits(person()), getattr(held.record, "emergency", None), asked,
        )  # fmt: skip

    def _step(self, step: Step, taking: str, said: dict[str, str], error: BadInput | None) -> StepForm:
        fields = (*step.fields, NOTE_NEEDED if step.note else NOTE)
        mine = step.name == taking
        shown = forms.inputs(fields, said if mine else forms.blank(fields))
        wrong = forms.errors(error, shown) if error and mine else NONE
        return StepForm(step.name, translate(step.title), wrong.at(shown), step.photographs)


def _lines(held: Held) -> Sequence[tuple[str, str]]:
    fields = (*held.sort.fields, *held.sort.shows)
    said = [(translate(field.label), book.said(field, getattr(held.record, field.name))) for field in fields]
    return [(label, text) for label, text in said if text]


def download(content: bytes, name: str, kind: str) -> Response:
    """Return a file to be kept."""
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


visits = Views(Kind.VISIT, "visits").blueprint()
drills = Views(Kind.DRILL, "drills").blueprint()
trainings = Views(Kind.TRAINING, "trainings").blueprint()
regulations = Views(Kind.REGULATION, "regulations").blueprint()
BLUEPRINTS = (visits, drills, trainings, regulations)
