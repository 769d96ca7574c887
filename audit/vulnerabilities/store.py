"""The list in force: the county's own in the state folder, else the one that comes with this version.

A county's list takes the last one's place whole, with an event that names its hash, day and source. One that cannot be
read any more (somebody edited it) is BadInput, never silently the shipped one.
"""

from hashlib import sha256
from importlib import resources
from pathlib import Path

from sqlalchemy import Engine

from audit.tags import AuditTag
from audit.vulnerabilities.model import Listed, read
from countynet import clock
from countynet.db import transaction
from countynet.errors import BadInput, Problem
from countynet.events import JSON, record
from countynet.i18n import _
from countynet.settings import Settings

FILE = "vulnerabilities.yml"
LARGEST = 20 << 20
"""bytes of a list"""


def current(settings: Settings) -> tuple[Listed, bool]:
    """Return the list in force, and whether it is the county's own. Raises BadInput for one that cannot be read."""
    own = settings.state / FILE
    if own.is_file():
        return read(str(own), own.read_bytes()), True
    return read(FILE, (resources.files("audit.vulnerabilities") / "list.yml").read_bytes()), False


def bring(settings: Settings, engine: Engine, actor: str, file: Path) -> Listed:
    """Take a list over. Raises BadInput with everything wrong with it: unreadable, too large, dated in the future."""
    try:
        content = file.read_bytes()
    except OSError as error:
        problem = Problem(
            _("the file cannot be read: {error}"), {"error": error.strerror or str(error)}, file=str(file)
        )
        raise BadInput([problem]) from error
    if len(content) > LARGEST:
        raise BadInput([Problem(_("a list of more than {most} bytes"), {"most": LARGEST}, file=str(file))])
    found = read(str(file), content)
    if found.about.dated > clock.today():
        message = _("the list is dated {dated}, which is yet to come")
        raise BadInput([Problem(message, {"dated": found.about.dated}, file=str(file))])
    settings.state.mkdir(parents=True, exist_ok=True)
    with transaction(engine) as session:
        data: dict[str, JSON] = {"sha256": sha256(content).hexdigest(), "dated": found.about.dated.isoformat(),
                "source": found.about.source, "count": len(found.vulnerabilities)}  # fmt: skip
        record(session, AuditTag.VULNERABILITIES, actor, "vulnerabilities", data)
        fresh = settings.state / f"{FILE}.new"
        fresh.write_bytes(content)
        fresh.replace(settings.state / FILE)
    return found
