"""Records a milestone, a training session or attendance in the county folder: one commit each, from what it says now.

The edits are made while the record is locked, so two people who record at once lose nothing of each other. Raises
BadInput as `inventory.rollout.record`, and what `Repository.change` raises.
"""

from collections.abc import Mapping
from datetime import date

from countynet.i18n import _, translate
from inventory.record import Author
from inventory.record.draft import Committed
from inventory.record.repository import Repository
from inventory.rollout import words
from inventory.rollout.position import PHASES
from inventory.rollout.record import attendance_edits, milestone_edits, session_edits


def set_milestone(
    record: Repository, unit: str, phase: str, done: date | None, today: date, author: Author, reason: str = ""
) -> Committed:
    """Say when a unit had done a phase; None: it had not after all."""
    usual = _("{unit}: {phase} done on {day}") if done else _("{unit}: {phase} not done after all")
    name = next((translate(words.name(p)) for p in PHASES if p.value == phase), phase)
    said = translate(usual, unit=unit, phase=name, day=done)
    return record.change(lambda: milestone_edits(record.county(), unit, phase, done, today), author, reason or said)


def set_attendance(
    record: Repository, training: str, people: Mapping[str, int | None], today: date, author: Author, reason: str = ""
) -> Committed:
    """Say how many people units sent to a training session; 0: nobody, None: not counted."""
    units = ", ".join(people)
    said = translate(_("{training}: attendance of {units}"), training=training, units=units)
    return record.change(lambda: attendance_edits(record.county(), training, people, today), author, reason or said)


def add_session(record: Repository, said: Mapping[str, str], author: Author, reason: str = "") -> Committed:
    """Add a training session, of which `said` says the fields of `inventory.rollout.record.SESSION`."""
    words_ = translate(_("training on {day}: {topic}"), day=said.get("on", ""), topic=said.get("topic", ""))
    return record.change(lambda: session_edits(record.county(), said), author, reason or words_)
