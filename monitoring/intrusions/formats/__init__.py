"""What one log line says of an intrusion: each sensor's own format, one function a format. Pure; raises nothing.

`read` is asked of every line of every device, so it first looks for a word that only such lines have: an ordinary line
costs one search. A line that has the word and says nothing sensible is no intrusion; it stays in the log like any
other.
"""

import re

from monitoring.intrusions.formats import clamav, common, eve, vendors
from monitoring.intrusions.model import Detection

_MARKS = re.compile(
    r'"event_type"|%%\d\d(?:\[\w{1,32}\]| SN:\S{1,40} )?\s?(?:IPS|AV|ANTI-VIR|ANTIVIRUS)/\d|\b(?:CEF:[01]|LEEF:[12])'
)
_WORDS = ('"event_type"', "IPS/", "AV/", "ANTI", "CEF:", "LEEF:", clamav.FOUND, clamav.INFECTED)
_HEAD = re.compile(r"[\w .:/@&+\-\[\]]{0,120}")
"""what may stand in front: a host, an application, a prefix. No quotes: what others only quote is not their word"""
_READERS = {
    '"': eve.read,
    "%": vendors.read,
    "C": common.cef,
    "L": common.leef,
}


def read(text: str, app: str = "") -> Detection | None:
    """Return what a line says of an intrusion or a virus; None where it says nothing of the kind.

    `text` is the message as `monitoring.receive.syslog.parse` leaves it, `app` the application that it names.
    """
    if not any(word in text for word in _WORDS):
        return None
    mark = _MARKS.search(text)
    if mark is None:
        return clamav.found(text, 0, app) or clamav.mail(text, 0, app)
    sign = mark[0][0]
    start = text.find("{") if sign == '"' else mark.start()
    if not _HEAD.fullmatch(text, 0, max(start, 0)):
        return None
    return _READERS[sign](text, max(start, 0), app)
