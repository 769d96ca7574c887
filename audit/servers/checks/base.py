"""How a check of servers is made: which software it asks, and one short function over a server that was read. Pure.

A server without the software is not applicable; one that could not be read whole is never passed.
"""

from collections.abc import Callable, Iterator, Sequence

from audit.facts import Facts
from audit.lines.checks import pointed
from audit.lines.rules import NOTHING, Flaw, Judged
from audit.model import Check, Info, Line, Point, not_applicable, unknown
from audit.servers.machine import NOT_READ, Machine
from countynet.i18n import _
from countynet.vocabulary import Severity, Verdict

NO_SERVERS = _("no server was looked at")
SAYS = _("{file}, line {line} says: {text}")
LACKS = _("{where} does not say: {wanted}")
STATE = _("{name} is {value}, wanted: {wanted}")
MEND = _("Enter what each finding gives in the file that it names and reload the service; then run the check again.")
NGINX, POSTGRES, SWAN, SSHD, SYSTEM = "nginx", "postgresql", "strongswan", "sshd", "server"
UNTOLD = _("{command} told nothing on it")
Rule = Callable[[Machine], Judged]
Pick = Callable[[Machine], Iterator[Flaw]]


def check(
    id_: str, title: str, why: str, clauses: tuple[str, ...], severity: Severity, of: str, rule: Rule
) -> Check:  # fmt: skip
    """Return a check of servers: `of` is the software it asks about, `rule` judges one server."""
    info = Info(
        id=id_, title=title, clauses=clauses, severity=severity, rationale=why, remedy=MEND, platforms=(of,)
    )  # fmt: skip
    return Check(info, lambda facts: _points(facts, rule))


def _points(facts: Facts, rule: Rule) -> Iterator[Point]:
    if not facts.servers:
        yield not_applicable("county", NO_SERVERS)
    for name, machine in facts.servers.items():
        yield from told(name, machine, rule)


def told(name: str, machine: Machine, rule: Rule) -> Iterator[Point]:
    """Yield what a rule says of one server; what was not read whole may hold what would fail, so it does not pass."""
    if not machine.files:
        yield unknown(name, machine.reason or NOT_READ, **machine.values)
        return
    try:
        found = rule(machine)
    except UndecidedError as error:
        yield unknown(name, UNTOLD, command=str(error))
        return
    for point in pointed(name, found, machine.sha256):
        if point.verdict is Verdict.PASS and machine.reason:
            yield unknown(name, machine.reason, **machine.values)
        else:
            yield point


class UndecidedError(Exception):
    """A command that a check needs told nothing on this server; its words are the command's name."""


def says(line: Line, *fix: str) -> Flaw:
    """Return the flaw that a line says what it must not."""
    shown = {"file": line.section, "line": line.line, "text": line.text}
    return Flaw(SAYS, shown, fix, (line,))


def lacks(line: Line, wanted: str) -> Flaw:
    """Return the flaw that something is not said in what begins with a line."""
    where = f"{line.section}:{line.line} {line.text}" if line.line else line.section
    return Flaw(LACKS, {"where": where, "wanted": wanted}, (wanted,), (line,))


def state(line: Line, name: str, value: str, wanted: str, *fix: str) -> Flaw:
    """Return the flaw that something stands otherwise than it should; the line shows it."""
    return Flaw(STATE, {"name": name, "value": value, "wanted": wanted}, fix, (line,))


def judged(flaws: Sequence[Flaw], seen: Sequence[Line] = ()) -> Judged:
    """Return a judgement of something that is there."""
    return Judged(True, tuple(flaws), tuple(seen))


def on(command: str, flaws: Pick) -> Callable[[Machine], Judged]:
    """Return a rule about what a command said; where that command told nothing, nothing is decided."""

    def of(machine: Machine) -> Judged:
        if command not in machine.told:
            raise UndecidedError(command)
        return judged(list(flaws(machine)), list(machine.said(command)))

    return of


def of_files(patterns: tuple[str, ...], flaws: Pick) -> Callable[[Machine], Judged]:
    """Return a rule about files; without one of them it is not asked."""

    def of(machine: Machine) -> Judged:
        seen = [f.rights() for f in machine.like(*patterns)]
        return judged(list(flaws(machine)), seen) if seen else NOTHING

    return of


def lines_of(machine: Machine, *patterns: str) -> Iterator[Line]:
    """Yield the lines of files that are no comment."""
    for file in machine.like(*patterns):
        for number, text in enumerate(file.lines, 1):
            if text.strip() and not text.lstrip().startswith("#"):
                yield file.line(number)
