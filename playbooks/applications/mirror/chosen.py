"""Which kinds a command means: by the names of kinds or of a county's applications; all when none is named."""

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.settings import Settings
from inventory import load_county
from playbooks.applications.gate import GATE
from playbooks.applications.kinds import Found, kinds


def chosen(settings: Settings, text: str) -> list[Found]:
    """Return the kinds in the catalogue's order. Raises BadInput for a name that is neither, and for a bad county."""
    known = kinds(settings.county)
    names = [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]
    applications = _applications(settings) if set(names) - set(known) else {}
    wanted = {applications.get(name, name) for name in names}
    if wrong := sorted(wanted - set(known)):
        message = _("there is no kind of application {kind}")
        raise BadInput([Problem(message, {"kind": name}, found=name, wanted=", ".join(known)) for name in wrong])
    found = [one for name, one in known.items() if not names or name in wanted]
    return [*found, *([GATE] if any(one.kind.people and one.kind.people.gate for one in found) else [])]


def images_of(settings: Settings) -> dict[str, str]:
    """Return the container image of every application of a county that is run from one; none without a county."""
    if not settings.county.is_dir():
        return {}
    county = load_county(settings.county)
    return {a.id: a.deployment.image for a in county.applications if a.deployment and a.deployment.image}


def _applications(settings: Settings) -> dict[str, str]:
    if not settings.county.is_dir():
        return {}
    county = load_county(settings.county)
    return {a.id: a.deployment.kind for a in county.applications if a.deployment}
