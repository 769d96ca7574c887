"""The center words what units are told at each step; each change is an event with the whole sentence."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine

from countynet import clock
from countynet.db import reading, transaction
from countynet.errors import BadInput, NotAllowed, Problem
from countynet.events import record
from countynet.i18n import _
from countynet.people import Actor
from countynet.vocabulary import Role
from monitoring.faults.telling import store
from monitoring.faults.telling.store import FaultNotice, FaultTemplate
from monitoring.faults.telling.templates import DEFAULTS, LANGUAGES, wrong
from monitoring.tags import ReportTag


@dataclass(frozen=True)
class Sentences:
    """The service over a county's database."""

    engine: Engine

    def own(self) -> Mapping[tuple[str, str], str]:
        """Return the center's own sentences by step and language."""
        with reading(self.engine) as session:
            return store.sentences(session)

    def word(self, step: str, language: str, text: str | None, actor: Actor) -> None:
        """Word a step otherwise in a language (center): empty is not told, None is as this version words it.

        Raises BadInput with everything that is wrong with the sentence, NotAllowed.
        """
        if actor.role is not Role.CENTER:
            raise NotAllowed(_("{actor} may not take this step: it is for {role}"), actor=actor.name, role="center")
        said = None if text is None else " ".join(text.split())
        problems = [] if said is None else wrong(said)
        if step not in DEFAULTS or language not in LANGUAGES:
            about = {"step": step, "language": language}
            problems.append(Problem(_("there is no sentence {step} in {language}"), about))
        if problems:
            raise BadInput(problems)
        with transaction(self.engine) as session:
            row = session.get(FaultTemplate, (step, language))
            if said is None:
                if row is not None:
                    session.delete(row)
            else:
                now = clock.now()
                session.merge(FaultTemplate(step=step, language=language, text=said, at=now, by=actor.name))
            record(session, ReportTag.SENTENCE_CHANGED, actor.name, f"sentence:{step}:{language}", {"text": said})

    def told(self, fault: int) -> tuple[FaultNotice, ...]:
        """Return what units were told of a fault, oldest first."""
        with reading(self.engine) as session:
            return tuple(store.of_fault(session, fault))
