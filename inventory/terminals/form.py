"""Checks what a unit fills in and what the operator reads off; every problem at once. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.model import County, Unit
from inventory.terminals import mac
from inventory.terminals.model import Application, Connection, Form, Request

LONGEST = {"user": 40, "room": 40, "purpose": 200, "reason": 500, "note": 500}
"""characters"""
LATEST = timedelta(days=366)
"""how far ahead a terminal can be wanted: what lies further is a slip of the pen"""


def check(county: County, said: Form, today: date, open_: Mapping[str, int] | None = None) -> Request:
    """Return what a unit asks for. Raises BadInput with everything that is wrong with it.

    `open_` are the MAC addresses of open applications, with the application's number.
    """
    texts = {name: getattr(said, name).strip() for name in ("user", "room", "purpose")}
    problems = [problem for name, text in texts.items() for problem in _text(name, text)]
    wanted, read = _day(said.wanted_by, today), mac.read(said.mac)
    problems += [found for found in (read, wanted) if isinstance(found, Problem)]
    if isinstance(read, str):
        problems += taken(county, read, open_ or {})
    if problems or isinstance(wanted, Problem):
        raise BadInput(problems)
    return Request(**texts, mac=str(read), wanted_by=wanted)


def text(name: str, said: str) -> str:
    """Return a required text stripped. Raises BadInput when it is empty or too long."""
    if problems := list(_text(name, said.strip())):
        raise BadInput(problems)
    return said.strip()


def _day(said: str, today: date) -> date | Problem:
    """Return the day that a person wrote, or what is wrong with it."""
    where, found = "wanted_by", said.strip()[:20]
    try:
        wanted = date.fromisoformat(said.strip())
    except ValueError:
        return Problem(_("this is no date"), where=where, found=found, wanted=_("a date such as 2026-03-02"))
    if wanted < today:
        return Problem(_("this day is over"), where=where, found=found)
    if wanted > today + LATEST:
        return Problem(_("this day is more than a year ahead"), where=where, found=found)
    return wanted


def pairs(said: Sequence[str]) -> dict[str, str]:
    """Return TERMINAL=MAC pairs as a mapping. Raises BadInput for what is no pair."""
    wrong = [text for text in said if "=" not in text]
    if wrong:
        wanted = _("TERMINAL=MAC, e.g. pc-025=00:1e:c9:5a:00:19")
        raise BadInput([Problem(_("this is no pair"), where="--also", found=text, wanted=wanted) for text in wrong])
    return {name.strip(): mac_.strip() for name, _is, mac_ in (text.partition("=") for text in said)}


def _text(name: str, said: str) -> Iterator[Problem]:
    if not said:
        yield Problem(_("please fill this in"), where=name)
    elif len(said) > LONGEST[name]:
        yield Problem(_("at most {most} characters"), {"most": LONGEST[name]}, where=name, found=str(len(said)))


def taken(
    county: County, address: str, open_: Mapping[str, int], own: int | None = None, where: str = "mac"
) -> Iterator[Problem]:
    """Yield what speaks against an address: a terminal has it, or another open application asks for it."""
    for unit in county.units:
        for terminal in unit.terminals:
            if terminal.mac == address:
                values = {"mac": address, "terminal": terminal.name, "unit": unit.id}
                yield Problem(_("{mac} is the address of {terminal} of {unit} already"), values, where=where)
    if open_.get(address, own) != own:
        message = _("{mac} is asked for already, in application {number}")
        yield Problem(message, {"mac": address, "number": open_[address]}, where=where)


def without_mac(unit: Unit, terminal: str = "") -> tuple[str, ...]:
    """Return the unit's terminals whose address is not known: the port binds nothing until every one is."""
    return tuple(t.name for t in unit.terminals if t.mac is None and t.name != terminal)


def connection(
    county: County, unit: Unit, found: Application, said: Connection, open_: Mapping[str, int]
) -> Mapping[str, str]:
    """Return the addresses that the operator read off, by terminal: of the new one and of those that had none yet.

    Raises BadInput: no address, one that is taken, or the new computer is another than was approved.
    """
    assert found.place is not None
    name, read, needed = found.place.terminal, dict[str, str](), without_mac(unit, found.place.terminal)
    typed = {"mac": (name, said.mac)} | {f"mac-{other}": (other, said.others.get(other, "")) for other in needed}
    message = _("{terminal} is no terminal of the unit without a MAC address")
    problems = [
        Problem(message, {"terminal": other}, where=f"mac-{other}") for other in said.others if other not in needed
    ]
    for where, (terminal, text_) in typed.items():
        got = mac.read(text_, where)
        if isinstance(got, Problem):
            problems.append(got)
            continue
        if got in read.values():
            problems.append(Problem(_("{mac} is given twice"), {"mac": got}, where=where))
        read[terminal] = got
        problems += taken(county, got, open_, found.id, where)
    if name in read and read[name] != found.request.mac:
        message = _("this is another computer than was approved; the center has to decide anew")
        problems.append(Problem(message, where="mac", found=read[name], wanted=found.request.mac))
    if problems:
        raise BadInput(problems)
    return read
