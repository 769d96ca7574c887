"""A run against the last of its kind: what is new, gone, standing, and what of it is accepted until when."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from audit import evidence, report, store
from audit.accepted.service import accept, withdraw
from audit.checks import ALL, run
from audit.compare import compare, findings
from audit.history import since_last
from audit.lines import CHECKS
from audit.model import Result, failed
from countynet import clock
from countynet.db import open_database, reading, transaction
from countynet.errors import Conflict
from countynet.events import Event
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role, Verdict
from tests.unit.audit.facts_of import AT

CENTER = Actor("center", Role.CENTER)
INFO = CHECKS[0].info


def result(*said: tuple[str, str, int]) -> Result:
    points = tuple(failed(subject, text, line=line) for subject, text, line in said)
    return Result(check=INFO, verdict=Verdict.FAIL, points=points)


def test_a_finding_is_known_again_though_its_line_moved() -> None:
    before = findings([result(("core-1", "says telnet", 7), ("core-2", "says telnet", 7))])
    now = findings([result(("core-1", "says telnet", 9), ("core-3", "says telnet", 7))])
    changes = compare(now, before, 4, {INFO.id}, lambda check, subject: subject == "core-3")
    assert [f.point.subject for f in changes.new] == ["core-3"]
    assert [f.point.subject for f in changes.fixed] == ["core-2"]
    assert [f.point.subject for f in changes.standing] == ["core-1"]
    assert [f.point.subject for f in changes.accepted] == ["core-3"]
    assert compare((), before, 4, set(), lambda check, subject: False).fixed == ()


def test_a_run_is_compared_with_the_last_that_asked_the_same(tmp_path: Path) -> None:
    settings = Settings(county=tmp_path, language="en")
    engine = open_database(settings)
    first = result(("core-1", "says telnet", 7))
    with transaction(engine) as session:
        for held in ([first], [first, first.model_copy(update={"check": ALL[0].info})]):
            files = {r.check.id: evidence.save(settings, report.evidence(r, AT)) for r in held} | {
                "report": "",
                "page": "",
            }
            store.add(session, held, files, started=AT, finished=AT, actor="auditor", devices=1)
    until = clock.now().astimezone(clock.CHINA).date() + timedelta(days=3)
    number = accept(engine, CENTER, INFO.id, "", "lived with until the new switch comes", until)
    with reading(engine) as session:
        changes = since_last(settings, session, [first], clock.now())
        assert (changes.since, len(changes.standing), len(changes.accepted)) == (1, 1, 1)
        assert since_last(settings, session, [first], clock.now() + timedelta(days=9)).accepted == ()
    withdraw(engine, CENTER, number)
    with pytest.raises(Conflict):
        withdraw(engine, CENTER, number)
    with reading(engine) as session:
        assert since_last(settings, session, [first], clock.now()).accepted == ()
        assert session.scalars(select(Event.tag).order_by(Event.id)).all() == ["audit.accepted", "audit.withdrawn"]
    engine.dispose()


def test_results_come_back_from_their_evidence_as_they_were(tmp_path: Path) -> None:
    from tests.unit.audit.facts_of import good

    held = run(CHECKS[0], good())
    kept = report.evidence(held, AT)
    assert Result.model_validate_json(kept.replace(b' "at": "%s",\n' % AT.isoformat().encode(), b"")) == held
