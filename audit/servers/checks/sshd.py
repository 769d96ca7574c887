"""sshd on servers: as it reads its files, so a value in a Match block that weakens one for all is found too."""

import re
from collections.abc import Callable, Iterator

from audit.lines.rules import NOTHING, Flaw, Judged
from audit.model import Line
from audit.servers.checks.base import SSHD, check, judged, says, state
from audit.servers.machine import Machine
from audit.servers.read.sshd import MAIN, Said, Sshd, read
from countynet.i18n import _
from countynet.vocabulary import Severity

CIPHERS = re.compile(r"3des-cbc|.*-cbc(?:@.*)?|arcfour\d*|blowfish-cbc|cast128-cbc|none")
MACS = re.compile(r"hmac-(?:md5|sha1)(?:-96)?(?:-etm@openssh\.com)?|hmac-ripemd160.*|umac-64(?:-etm)?@openssh\.com")
EXCHANGES = re.compile(r"diffie-hellman-group(?:1|14|-exchange)-sha1|gss-.*-sha1-.*")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def _rule(*parts: Callable[[Sshd], Iterator[Flaw]]) -> Callable[[Machine], Judged]:
    def of(machine: Machine) -> Judged:
        held = read(machine)
        if held is None:
            return NOTHING
        return judged([f for part in parts for f in part(held)], [one.line for one in held.said])

    return of


def _value(keyword: str, default: str, good: Callable[[str], bool], wanted: str) -> Callable[[Sshd], Iterator[Flaw]]:
    """Return a rule that a keyword is as wanted for all and in each Match block; `default` counts where none says."""

    def of(held: Sshd) -> Iterator[Flaw]:
        said = held.every(keyword)
        yield from (says(one.line, f"{keyword} {wanted}") for one in said if not good(one.value.lower()))
        if not any(not one.match for one in said):
            counts = (held.default(keyword) or default).lower()
            if not good(counts):
                place = Line(section=MAIN, line=0, text=f"{keyword} {counts}")
                yield state(place, keyword, counts, wanted, f"{keyword} {wanted}")

    return of


def seconds(words: str) -> int:
    """Return the seconds of a time of sshd_config(5): `90`, `2m`, `1h30m`; a large number for what is none."""
    parts = re.findall(r"(\d+)([smhdw]?)", words.lower())
    return sum(int(n) * _SECONDS.get(unit, 1) for n, unit in parts) if parts else 1 << 30


def _within(least: int, most: int) -> Callable[[str], bool]:
    return lambda value: least <= seconds(value) <= most


def _idle(held: Sshd) -> Iterator[Flaw]:
    """Yield a flaw unless a dead session ends within ten minutes: interval times count, both as they count for all."""
    interval, count = (
        next((o.value for o in held.every(word) if not o.match), held.default(word) or default)
        for word, default in (("ClientAliveInterval", "0"), ("ClientAliveCountMax", "3"))
    )
    whole = seconds(interval) * max(seconds(count), 1)
    if not 0 < whole <= 900 or seconds(count) == 0:
        place = next((o.line for o in held.every("ClientAliveInterval") if not o.match),
                     Line(section=MAIN, line=0, text=f"ClientAliveInterval {interval}"))  # fmt: skip
        yield state(place, "ClientAliveInterval", interval, "200", "ClientAliveInterval 200", "ClientAliveCountMax 3")


def _algorithms(keyword: str, weak: re.Pattern[str]) -> Callable[[Sshd], Iterator[Flaw]]:
    """Return a rule that no weak algorithm is offered; a list that begins with `-` takes away and offers nothing."""

    def of(held: Sshd) -> Iterator[Flaw]:
        said = held.every(keyword)
        yield from (
            says(o.line, f"{keyword} -{','.join(sorted(_weak_in(o.value, weak)))}") for o in said if _adds(o, weak)
        )
        if not any((not o.match and o.value[:1] not in "+^-") or _adds(o, weak) for o in said):
            weakest = ",".join(sorted(_weak_in(held.default(keyword), weak)))
            if weakest:
                place = Line(section="$ sshd", line=0, text=f"{keyword.lower()} {weakest}")
                yield state(place, keyword, weakest, f"-{weakest}", f"{keyword} -{weakest}")

    return of


def _adds(one: Said, weak: re.Pattern[str]) -> bool:
    return not one.value.startswith("-") and bool(_weak_in(one.value, weak))


def _weak_in(value: str, weak: re.Pattern[str]) -> set[str]:
    return {name for name in re.split(r"[,\s]+", value.lstrip("+^-").lower()) if weak.fullmatch(name)}


def _named(held: Sshd) -> Iterator[Flaw]:
    if not held.every("AllowUsers") and not held.every("AllowGroups"):
        place = Line(section=MAIN, line=0, text=MAIN)
        yield state(place, "AllowUsers", "-", "AllowUsers ...", "AllowUsers ...")


CHECKS = (
    check("sshd-root", _("Nobody signs in to servers as root by a password"),
          _("An account that all share names nobody in the log."), ("8.1.4.2 b", "8.1.4.2 d"), Severity.CRITICAL, SSHD,
          _rule(_value("PermitRootLogin", "prohibit-password", lambda v: v != "yes", "prohibit-password"))),
    check("sshd-keys-only", _("Servers take keys, no passwords"),
          _("A password can be guessed from afar; a key cannot."),
          ("8.1.4.1 a", "8.1.4.1 b"), Severity.MAJOR, SSHD,
          _rule(_value("PasswordAuthentication", "yes", lambda v: v == "no", "no"))),
    check("sshd-no-empty", _("No account of a server opens without a password"), _("It needs no guessing."),
          ("8.1.4.1 a",), Severity.CRITICAL, SSHD,
          _rule(_value("PermitEmptyPasswords", "no", lambda v: v == "no", "no"))),
    check("sshd-tries", _("Servers end a connection after few wrong tries"), _("Each further try is one more guess."),
          ("8.1.4.1 b",), Severity.MINOR, SSHD, _rule(
              _value("MaxAuthTries", "6", lambda v: v.isdigit() and 0 < int(v) <= 5, "4"),
              _value("LoginGraceTime", "120", _within(1, 120), "60"))),
    check("sshd-idle", _("Dead sessions at servers end"), _("A session left open at a desk is everybody's."),
          ("8.1.4.1 b",), Severity.MINOR, SSHD, _rule(_idle)),
    check("sshd-ciphers", _("SSH of servers uses strong algorithms only"),
          _("Old ciphers let a recorded session be read later."), ("8.1.4.1 c", "8.1.4.7 a"),
          Severity.MAJOR, SSHD, _rule(
              _algorithms("Ciphers", CIPHERS), _algorithms("MACs", MACS), _algorithms("KexAlgorithms", EXCHANGES))),
    check("sshd-no-forwarding", _("SSH of servers carries nobody further"),
          _("A tunnel through a server passes every filter between the zones."), ("8.1.3.1 a", "8.1.4.4 b"),
          Severity.MAJOR, SSHD, _rule(
              lambda held: iter(()) if _is_closed(held) else _forwards(held),
              )),
    check("sshd-named", _("Only named people sign in to servers"),
          _("An account for a service becomes one for people."),
          ("8.1.4.2 c", "8.1.4.4 c"), Severity.MINOR, SSHD, _rule(_named)),
    check("sshd-logged", _("Servers log who signed in with which key"), _("Without it nobody can tell who did it."),
          ("8.1.4.3 a",), Severity.MINOR, SSHD,
          _rule(_value("LogLevel", "INFO", lambda v: v not in ("quiet", "fatal", "error"), "VERBOSE"))),
)  # fmt: skip


def _is_closed(held: Sshd) -> bool:
    said = held.every("DisableForwarding")
    return bool(said) and all(one.value.lower() == "yes" for one in said) and any(not one.match for one in said)


def _forwards(held: Sshd) -> Iterator[Flaw]:
    for keyword, default in (("X11Forwarding", "no"), ("AllowTcpForwarding", "yes"), ("AllowAgentForwarding", "yes"),
                             ("PermitTunnel", "no")):  # fmt: skip
        yield from _value(keyword, default, lambda v: v == "no", "no")(held)
