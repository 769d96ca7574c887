"""What the knowledge base has for an alarm that opens, as a line of its notice: read it before you drive there.

Only what helped with the same cause, or is very much alike, goes along: whoever is woken by a text message reads no
guesses. In the language of the context, which is the recipient's.
"""

from collections.abc import Sequence

from sqlalchemy import Engine

from countynet.db import reading
from countynet.i18n import _, translate
from monitoring.knowledge.likely import Likely, likely
from monitoring.knowledge.model import Audience
from monitoring.notices.model import OPENED, kind
from monitoring.notices.words import Item

MOST = 2
"""hints of one message"""
LONGEST = 80
"""characters of a remedy"""


def hints(engine: Engine, items: Sequence[Item]) -> tuple[str, ...]:
    """Return the hints for the alarms that opened, each once."""
    opened = [item for item in items if kind(item.step) == OPENED]
    found = dict[int, str]()
    with reading(engine) as session:
        for item in opened[:10]:  # of a storm the first ones tell
            asked = translate(item.message, **item.values)
            for one in likely(session, asked, tuple(Audience), item.alarm, 1):
                if one.sure:
                    found.setdefault(one.entry.id, _line(one))
    return tuple(found.values())[:MOST]


def _line(one: Likely) -> str:
    remedy = " ".join(one.entry.text.remedy.split())
    values = {
        "entry": one.entry.id,
        "remedy": remedy if len(remedy) <= LONGEST else remedy[: LONGEST - 1] + "…",
        "helped": one.entry.helped,
        "used": one.entry.used,
    }
    if one.entry.used:
        return translate(_("Knowledge {entry}, helped {helped} of {used} times: {remedy}"), **values)
    return translate(_("Knowledge {entry}, not tried yet: {remedy}"), **values)
