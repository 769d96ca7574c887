"""How the log is guarded, read from the tables of a log that lived: late checkpoints, copies and stamps are seen."""

from datetime import timedelta

from sqlalchemy import Engine

from audit import further
from audit.log.checkpoint import EVERY
from audit.log.state import EVERY as COPIED
from audit.log.state import look
from countynet.db import reading, transaction
from countynet.eventlog.tables import LogSent, LogStamp
from countynet.settings import Settings
from tests.unit.audit.log.world import HOUR, NOON, hours


def test_a_log_that_was_signed_and_copied_every_hour_waits_for_nothing(settings: Settings, engine: Engine) -> None:
    end = hours(settings, engine)
    with reading(engine) as session:
        state = look(settings, session, end + timedelta(minutes=5))
    assert (state.checkpoints, state.newest, state.pauses, state.damaged) == (3, end, (), 0)
    assert [(sent.place, sent.waits, sent.said) for sent in state.sent] == [("folder", None, "")]
    assert (state.stamps, state.stamp_waits) == (False, None)
    assert further.facts(settings, engine, end)["log"].checkpoints == 3
    assert COPIED == EVERY


def test_a_night_without_a_checkpoint_a_copy_that_failed_and_a_missing_stamp_are_seen(
    settings: Settings, engine: Engine
) -> None:
    first = hours(settings, engine, 2)
    end = hours(settings, engine, 1, begin=first + 8 * HOUR)
    told = settings.model_copy(update={"log_tsa": "http://tsa.example"})
    with transaction(engine) as session:
        sent = session.get_one(LogSent, "folder")
        sent.size, sent.said = 1, "no route to host"
        session.add(LogStamp(size=1, tried=end, attempts=1, at=NOON))
    with reading(engine) as session:
        state = look(told, session, end)
    assert state.pauses == ((first, end),)
    assert [(one.waits, one.said) for one in state.sent] == [(NOON + HOUR, "no route to host")]
    assert (state.stamps, state.stamp_waits) == (True, NOON + HOUR)


def test_a_log_that_has_just_begun_is_told_as_it_is(settings: Settings, engine: Engine) -> None:
    with reading(engine) as session:
        state = look(settings, session, NOON)
    assert (state.began, state.newest, state.checkpoints, state.pauses) == (None, None, 0, ())
