"""Mails the event log's checkpoints to the recipient of notices that `COUNTYNET_LOG_MAIL` names.

What is mailed is the signed notes themselves, to the letter, and nothing of any event. A mail that was given to a
server which never answered counts as sent: the next one has the next checkpoint anyway, and that one covers all before
it. A server that is away delays nothing and is tried again; what waited goes in one mail.
"""

import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from countynet.db import reading, transaction
from countynet.errors import CountyError
from countynet.eventlog.tables import LogCheckpoint, LogSent
from countynet.i18n import _, language, set_language, translate, translate_error
from countynet.settings import Settings
from monitoring.notices.deliver import Outcome, deliver
from monitoring.notices.model import NoticeState, load
from monitoring.notices.sender import county_name
from monitoring.notices.ticking import Ticking
from monitoring.notices.words import Message

MAIL = "mail"
"""the place's name in `LogSent`"""
LOOK = timedelta(seconds=10)
AGAIN = timedelta(minutes=5)
MOST = 48
"""checkpoints in one mail, the newest"""


class Poster:
    """Mails a county's checkpoints."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings, self._engine = settings, engine
        self._thread: threading.Thread | None = None
        self._looked = datetime.min.replace(tzinfo=UTC)

    def step(self, now: datetime) -> None:
        """Begin a mail if a checkpoint waits for one and none is under way."""
        busy = self._thread is not None and self._thread.is_alive()
        if not self._settings.log_mail or busy or self._looked <= now < self._looked + LOOK:
            return
        self._looked = now
        with reading(self._engine) as session:
            waiting = _waiting(session, now)
        if waiting:
            self._thread = threading.Thread(
                target=self._send, args=(waiting, now, language()), name="log mail", daemon=True
            )
            self._thread.start()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until what is under way is through."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _send(self, waiting: tuple[LogCheckpoint, ...], now: datetime, spoken: str) -> None:
        set_language(spoken)
        try:
            outcome = send(self._settings, waiting)
        except CountyError as error:
            outcome = Outcome(NoticeState.QUEUED, translate_error(error))
        except Exception as error:  # how it went is kept whatever happens
            outcome = Outcome(NoticeState.QUEUED, type(error).__name__)
        with transaction(self._engine) as session:
            row = session.get(LogSent, MAIL) or LogSent(place=MAIL, size=0)
            row.tried, row.said = now, ""
            if outcome.state in (NoticeState.SENT, NoticeState.DOUBTFUL):
                row.size, row.at = waiting[-1].size, now
            else:
                row.said = outcome.said
            session.add(row)


def _waiting(session: Session, now: datetime) -> tuple[LogCheckpoint, ...]:
    """Return the checkpoints that are to go now, oldest first; of a log that was never mailed the newest only."""
    sent = session.get(LogSent, MAIL)
    if sent is not None and sent.said and sent.tried <= now < sent.tried + AGAIN:
        return ()
    chosen = select(LogCheckpoint).where(LogCheckpoint.size > (sent.size if sent else 0))
    rows = session.scalars(chosen.order_by(LogCheckpoint.size.desc()).limit(MOST if sent else 1)).all()
    return tuple(reversed(rows))


def send(settings: Settings, checkpoints: tuple[LogCheckpoint, ...]) -> Outcome:
    """Mail checkpoints and return how it went. Raises CountyError when nobody of that name gets mail."""
    rules = load(settings.county)
    recipient = next((one for one in rules.recipients if one.name == settings.log_mail), None) if rules else None
    if rules is None or recipient is None or rules.channel(recipient).kind != MAIL:
        raise CountyError(_("no recipient {name} in {file} gets mail"), name=settings.log_mail,
                          file="monitoring/notices.yml")  # fmt: skip
    last = checkpoints[-1]

    def make() -> Message:
        county = county_name(settings.county)
        subject = translate(_("Checkpoint of the event log: {size} events"), size=last.size)
        hint = _("Keep this mail: it shows later whether anything before it was rewritten.")
        notes = tuple(line for row in checkpoints for line in (*row.note.split("\n")[:-1], ""))
        return Message(f"[{county}] {subject}", (translate(hint), "", *notes))

    return deliver(settings, rules.channel(recipient), recipient, make, f"log-{last.size}")


_posters = Ticking(Poster)


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Mail what is to be mailed. The worker's clockwork calls this."""
    _posters.tick(settings, engine, now)
