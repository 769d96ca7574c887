"""What a plan opens and closes, proven before anybody approves it, and kept beside the plan under its hash.

Kept with the time: it stands on what the other devices ran when it was proven. Nothing kept here holds a secret.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

from pydantic import ValidationError

from countynet import clock
from countynet.canonical import JSON
from countynet.errors import CountyError
from countynet.frozen import Frozen
from countynet.i18n import _, translate, translate_error
from countynet.jobs import JobContext
from countynet.settings import Settings
from playbooks.plan.book import Book, Entry
from playbooks.plan.make import Ground
from topology.reach.planned import Planned, prove_change
from topology.reach.service import Progress, silent
from topology.reach.shifts import Change
from topology.reach.show import change_lines


class Proven(Frozen):
    """A plan's difference, and when it was proven."""

    at: datetime
    change: Change


def planned(settings: Settings, number: int) -> Planned:
    """Return a plan as the proof wants it. Raises BadInput when there is none or the vault does not open it."""
    book = Book.open(settings)
    entry = book.get(number)
    texts = {name: (steps.running, steps.intended) for name, steps in book.steps(number).items()}
    return Planned(Ground.at(settings, entry.plan.commit).county, texts)


def proven(settings: Settings, number: int, progress: Progress = silent) -> Proven:
    """Prove a plan anew and keep it. Raises as `prove_change`."""
    digest = Book.open(settings).get(number).hash
    found = Proven(at=clock.now(), change=prove_change(settings, planned(settings, number), progress))
    place = settings.state / "proofs"
    place.mkdir(parents=True, exist_ok=True)
    fresh = place / f".plan-{digest}.new"
    fresh.write_text(found.model_dump_json(), encoding="utf-8")
    fresh.replace(place / f"plan-{digest}.json")
    return found


def kept(settings: Settings, digest: str) -> Proven | None:
    """Return what was last proven of the plan with a hash, None if nothing was or it cannot be read."""
    try:
        return Proven.model_validate_json((settings.state / "proofs" / f"plan-{digest}.json").read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def prove_plan(context: JobContext, params: dict[str, Any]) -> dict[str, JSON]:
    """The job `plan-prove`: prove plan `params["plan"]`. Raises as `proven`."""
    change = proven(context.settings, int(params["plan"])).change
    counts = {"opens": len(change.opens), "closes": len(change.closes), "unsure": len(change.unsure)}
    context.log(translate(_("opens {opens}, closes {closes}, cannot be told of {unsure} places"), **counts))
    return dict(counts)


def lines_of(settings: Settings, entry: Entry) -> Iterator[str]:
    """Yield what a plan opens and closes as lines, translated; a line that says so if it was not proven."""
    found = kept(settings, entry.hash)
    if found is None:
        yield translate(
            _("what it opens and closes is not proven yet: countynet prove --change {plan}"), plan=entry.plan.number
        )
        return
    at = found.at.astimezone(clock.CHINA).isoformat(" ", "minutes")
    yield translate(_("proven {at}, with the other devices as they were last fetched:"), at=at)
    yield from (f"  {line}" for line in change_lines(found.change))


def document_of(settings: Settings, entry: Entry) -> JSON:
    """Return what a plan opens and closes as JSON, None if it was not proven."""
    found = kept(settings, entry.hash)
    return None if found is None else cast(JSON, summary(found))


def summary(found: Proven) -> dict[str, Any]:
    """Return a kept proof as JSON."""
    change = found.change
    return {
        "at": found.at.isoformat(),
        "harmless": change.harmless,
        "good": change.good,
        **change.model_dump(mode="json"),
    }


def try_to_prove(settings: Settings, number: int, progress: Progress = silent) -> str:
    """Prove a plan that was just made; return why not, translated, if that cannot be: the plan stands all the same."""
    try:
        proven(settings, number, progress)
    except CountyError as error:
        return translate_error(error)
    return ""
