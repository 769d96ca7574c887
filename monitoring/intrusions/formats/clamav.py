"""ClamAV's lines: `FILE: NAME FOUND` of clamd and clamscan, and the mail filter's `Message from ... infected by NAME`.

Sources: clamd's own log (docs.clamav.net; with `ExtendedDetectionInfo` a hash and a size follow the name) and
`clamav-milter/clamfi.c` (`LogInfected Basic` and `Full`). clamd says `instream(ADDRESS@PORT)` of what came by its
socket: that address asked, and it is the source. Only lines of ClamAV's own programs count: others end in FOUND, too.
Pure.
"""

import re

from monitoring.intrusions.model import Detection, Feed, IntrusionKind, Level, address, cut

_APPS = ("clam", "freshclam")
_TAG = re.compile(r"(?P<app>[\w.-]{1,48})(?:\[\d+\])?: ")
_NAME = re.compile(r"(?P<name>[\w./-]+)(?:\([0-9a-fA-F]{32,64}:\d+\))?")
_STREAM = re.compile(r"(?:in)?stream\((?P<address>[^@()]{1,64})@\d+\)")
_MAIL = re.compile(r"Message (?:\S{1,64} )?from <(?P<sender>[^<>]{0,320})> to <(?P<to>[^<>]{0,320})>")
FOUND, INFECTED = " FOUND", " infected by "


def found(text: str, _mark: int, app: str) -> Detection | None:
    """Return the virus of a line of clamd or clamscan."""
    said = _own(text, app)
    what, colon, rest = said.removesuffix(FOUND).rpartition(": ")
    name = _NAME.fullmatch(rest.strip()) if colon else None
    if name is None or not said.endswith(FOUND):
        return None
    what = what.removeprefix("ScanOnAccess: ")
    stream = _STREAM.fullmatch(what)
    return _virus(name["name"], "" if stream else what, address(stream["address"]) if stream else "", None)


def mail(text: str, _mark: int, app: str) -> Detection | None:
    """Return the virus of a line of the mail filter."""
    head, infected, name = _own(text, app).rpartition(INFECTED)
    said = _MAIL.match(head)
    if said is None or not infected or not name or " " in name:
        return None
    return _virus(name, f"{said['sender']} > {said['to']}", "", None)


def _own(text: str, app: str) -> str:
    """Return a line of ClamAV's own without its tag; empty for another program's."""
    tag = _TAG.match(text)
    if tag is not None and "clam" in tag["app"].lower():
        return text[tag.end() :].rstrip()
    return text.rstrip() if app.lower().startswith(_APPS) else ""


def _virus(name: str, detail: str, source: str, blocked: bool | None) -> Detection:
    return Detection(
        feed=Feed.CLAMAV,
        kind=IntrusionKind.VIRUS,
        signature=cut("signature", name),
        name=cut("name", name),
        level=Level.HIGH,
        source=source,
        blocked=blocked,
        detail=cut("detail", detail),
    )
