"""Checkpoints reach a real time-stamp authority, a mail server and a folder, and none keeps another waiting."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from audit.log import checkpoint, keeper, stamps
from audit.log.export import export
from audit.log.stamps import roots_of
from audit.verify import Certificate, certificates, checked, stamped
from countynet.db import open_database, reading
from countynet.eventlog.tables import LogCheckpoint, LogSent, LogStamp
from countynet.i18n import set_language
from countynet.settings import Settings
from monitoring.alarms.store import Alarm
from monitoring.checkpoints import watch
from monitoring.checkpoints.mail import Poster
from tests.twin import notice_servers as servers
from tests.twin.tsa_server import authority, run, serving
from tests.unit.audit.log.conftest import settings_in
from tests.unit.audit.log.world import HOUR, NOON, happen, judged, kinds, sql, tamper

CUT = "UPDATE event_head SET event_id = 4, hash = (SELECT hash FROM event WHERE id = 4)"
KINDS = {
    "rsa": ("rsa:2048",),
    "p256": ("ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
    "p384": ("ec", "-pkeyopt", "ec_paramgen_curve:P-384"),
}


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@pytest.fixture
def engine(settings: Settings) -> Engine:
    return open_database(settings)


def until(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stamp_is_asked_for_and_holds_by_three_programs(
    kind: str, settings: Settings, engine: Engine, tmp_path: Path
) -> None:
    made = authority(tmp_path / "tsa", KINDS[kind])
    stamped_ = settings.model_copy(update={"log_tsa_ca": made.root})
    happen(engine, 3)
    with serving(made):
        asking = stamped_.model_copy(update={"log_tsa": made.url})
        export_at = NOON + HOUR
        checkpoint.make(asking, engine, export_at)
        assert stamps.stamp(asking, engine, export_at)
        assert not stamps.stamp(asking, engine, export_at)  # there is nothing left to ask for
    found = judged(stamped_, engine)
    with reading(engine) as session:
        row, note = session.scalars(select(LogStamp)).one(), session.scalars(select(LogCheckpoint)).one().note
    answer = stamps.response_of(row)
    (tmp_path / "note").write_bytes(note.encode())
    (tmp_path / "stamp.tsr").write_bytes(answer)
    said = run(tmp_path, "ts", "-verify", "-data", "note", "-in", "stamp.tsr", "-CAfile", str(made.root))
    assert "Verification: OK" in said
    roots = certificates(made.root)
    moment, traced = stamped(answer, note.encode(), roots)
    assert (row.at, traced, found.stamps) == (moment, True, 1)
    other = authority(tmp_path / "other", KINDS[kind])
    assert not stamped(answer, note.encode(), certificates(other.root))[1]
    _refused(answer, note.encode(), roots)


def _refused(answer: bytes, note: bytes, roots: list[Certificate]) -> None:
    """No byte of what is signed, nor of its signature, may be another."""
    with pytest.raises(ValueError, match="something else"):
        stamped(answer, note + b"x", roots)
    for at in (len(answer) - 5, len(answer) - 40):
        forged = answer[:at] + bytes([answer[at] ^ 1]) + answer[at + 1 :]
        with pytest.raises((ValueError, IndexError), match=r".*"):
            stamped(forged, note, roots)


def test_another_authority_s_stamp_and_an_altered_one_are_found(
    settings: Settings, engine: Engine, tmp_path: Path
) -> None:
    made, other = authority(tmp_path / "tsa", KINDS["p256"]), authority(tmp_path / "other", KINDS["p256"])
    happen(engine, 3)
    checkpoint.make(settings, engine, NOON + HOUR)
    with serving(made):
        wrong = settings.model_copy(update={"log_tsa": made.url, "log_tsa_ca": other.root})
        assert not stamps.stamp(wrong, engine, NOON + HOUR)
        with reading(engine) as session:
            assert "not signed by the authority" in session.scalars(select(LogStamp.said)).one()
        right = wrong.model_copy(update={"log_tsa_ca": made.root})
        assert stamps.stamp(right, engine, NOON + 2 * HOUR)
    export(right, engine, tmp_path / "stick", NOON + 3 * HOUR, "auditor")
    taken = checked(tmp_path / "stick", [], [made.root], [])
    assert (taken["holds"], taken["stamps"], taken["stamps_traced"]) == (True, 1, 1)
    file = next((tmp_path / "stick/log/stamps").iterdir())
    file.write_bytes(file.read_bytes()[:-3] + b"abc")
    assert [one["kind"] for one in checked(tmp_path / "stick", [], [made.root], [])["findings"]] == ["stamp"]
    tamper(engine, sql("UPDATE log_checkpoint SET note = replace(note, 'T13:', 'T12:')"))
    assert kinds(judged(right, engine)).keys() == {"signature", "stamp"}
    assert roots_of(made.root)


def test_an_authority_that_does_not_answer_delays_nothing_is_asked_again_and_told(
    settings: Settings, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = authority(tmp_path / "tsa", KINDS["p256"])
    made.mute = True
    monkeypatch.setattr(stamps, "SECONDS", 120)
    happen(engine, 3)
    with serving(made):
        asking = settings.model_copy(update={"log_tsa": made.url, "log_tsa_ca": made.root})
        keeping = keeper.Keeper(asking, engine)
        clock = [NOON]

        def stepping(what: Callable[[], object]) -> bool:
            clock[0] += HOUR / 6
            keeping.step(clock[0])
            return bool(what())

        until(lambda: stepping(lambda: made.asked))
        signed = len(_sizes(engine))  # the stamp hangs from here on; checkpoints are signed and brought outside
        until(lambda: stepping(lambda: len(_sizes(engine)) > signed + 1))
        until(lambda: stepping(lambda: _outside(engine) > _sizes(engine)[signed]))
        now = clock[0]
    keeping.wait(60)  # the authority is gone now
    keeper.publish(asking, engine, now + HOUR)  # the last checkpoints, where the clock outran the copying
    with reading(engine) as session:
        row = session.scalars(select(LogStamp)).first()
        assert row is not None
        assert (row.at, bool(row.said)) == (None, True)
        wanted = {one.key for one in watch.troubles(asking, session, now + 4 * HOUR)}
        assert wanted == {watch.CHECKPOINT, watch.STAMP}
    made.mute = False
    with serving(made):
        again = asking.model_copy(update={"log_tsa": made.url})
        assert stamps.stamp(again, engine, now + HOUR)


def _sizes(engine: Engine) -> list[int]:
    with reading(engine) as session:
        return list(session.scalars(select(LogCheckpoint.size)))


def _outside(engine: Engine) -> int:
    with reading(engine) as session:
        row = session.get(LogSent, keeper.FOLDER)
        return row.size if row else 0


def test_checkpoints_are_mailed_and_the_mails_find_a_rewritten_log(
    settings: Settings, engine: Engine, tmp_path: Path
) -> None:
    (settings.county / "monitoring").mkdir(parents=True)
    with servers.smtp() as box:
        rules = (
            f"channels:\n- {{name: post, kind: mail, host: 127.0.0.1, port: {box.port}, security: none, "
            "sender: log@county.example}\nrecipients:\n- {name: auditor, channel: post, to: [audit@county.example]}\n"
        )
        (settings.county / "monitoring/notices.yml").write_text(rules)
        mailing = settings.model_copy(update={"log_mail": "auditor"})
        poster = Poster(mailing, engine)
        for hour in (1, 2):
            happen(engine, 3, NOON + hour * HOUR)
            checkpoint.make(mailing, engine, NOON + (hour + 1) * HOUR)
            poster.step(NOON + (hour + 1) * HOUR)
            poster.wait(60)
        poster.step(NOON + 4 * HOUR)
        poster.wait(60)
    assert len(box.mails) == 2
    (tmp_path / "mails").mkdir()
    for number, mail in enumerate(box.mails):
        (tmp_path / "mails" / f"{number}.txt").write_text(mail.get_content())
    assert judged(settings, engine, tmp_path / "mails").outside == 2
    tamper(engine, sql("DELETE FROM log_checkpoint", CUT, "DELETE FROM event WHERE id > 4"))
    assert kinds(judged(settings, engine, tmp_path / "mails"))["truncated"]


def test_nobody_to_mail_to_is_told_and_closes_when_it_is_right(settings: Settings, engine: Engine) -> None:
    mailing = settings.model_copy(update={"log_mail": "nobody", "log_outside": None})
    happen(engine, 3)
    checkpoint.make(mailing, engine, NOON + HOUR)
    poster = Poster(mailing, engine)
    poster.step(NOON + HOUR)
    poster.wait(60)
    watch.judge(mailing, engine, NOON + 2.5 * HOUR)
    with reading(engine) as session:
        alarms = session.scalars(select(Alarm)).all()
        assert [(one.key, one.closed) for one in alarms] == [(watch.MAIL, None)]
        assert "no recipient nobody" in str(alarms[0].values["error"])
    watch.judge(mailing.model_copy(update={"log_mail": ""}), engine, NOON + 2.5 * HOUR)
    with reading(engine) as session:
        assert session.scalars(select(Alarm)).one().closed is not None
