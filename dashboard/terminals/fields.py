"""The inputs of the two forms: what a unit asks, and what the operator reads off."""

from collections.abc import Mapping

from countynet.i18n import _, translate
from dashboard.inventory.fields import Input, typed
from dashboard.language import named
from inventory.model import Unit
from inventory.terminals.form import LONGEST
from inventory.terminals.model import Application
from inventory.terminals.order import WorkOrder

MAC_HINT = _("As the computer shows it, e.g. 00-1E-C9-5A-00-19 (Windows: getmac; label on the case)")


def asked(form: Mapping[str, str], units: tuple[Unit, ...], earliest: str) -> tuple[Input, ...]:
    """Return the inputs of the application; `units` is the choice of who asks for others."""
    choices = (("", translate(_("choose"))), *((unit.id, f"{unit.id} {named(unit)}") for unit in units))
    unit = Input("unit", translate(_("Unit")), form.get("unit", ""), "choice", choices, required=True)
    return (
        *((unit,) if units else ()),
        _text(form, "user", _("Who will use it?")),
        _text(form, "room", _("Which room?")),
        _text(form, "purpose", _("What for?")),
        _text(form, "mac", _("MAC address"), MAC_HINT),
        Input("wanted_by", translate(_("Wanted by")), typed(form, "wanted_by") or earliest, "date", required=True),
    )


def read_off(
    form: Mapping[str, str], found: Application, order: WorkOrder, ports: tuple[str, ...]
) -> tuple[Input, ...]:
    """Return the inputs of the operator: the new computer's address, the port, and addresses that are still unknown."""
    held = found.place.port if found.place else ""
    port = typed(form, "port") or held
    choices = tuple((name, name) for name in dict.fromkeys((*ports, port)) if name)
    others = (
        _text(form, f"mac-{name}", _("MAC address of {terminal}"), MAC_HINT, terminal=name) for name in order.read_off
    )
    return (
        _text(form, "mac", _("MAC address of the new computer"), MAC_HINT),
        Input("port", translate(_("LAN port of {cpe}"), cpe=order.place.cpe), port, "choice", choices, required=True),
        *others,
    )


def _text(form: Mapping[str, str], name: str, label: str, hint: str = "", **values: str) -> Input:
    said = typed(form, name, LONGEST.get(name, 60) + 60)
    return Input(name, translate(label, **values), said, required=True, hint=translate(hint))
