"""strongSwan on servers: how keys are exchanged, with whom, and until when certificates last."""

import re
from collections.abc import Callable, Iterator

from audit.lines.rules import NOTHING, Flaw, Judged
from audit.servers.checks.base import SWAN, check, judged, says, state
from audit.servers.machine import Machine
from audit.servers.read.swan import Connection, Value, connections
from countynet.i18n import _
from countynet.vocabulary import Severity

CIPHERS = re.compile(r"des|3des|null|cast128|blowfish\d*|idea")
HASHES = re.compile(r"(?:prf)?(?:md5|sha1?)(?:_\d+)?")
GROUPS = re.compile(r"modp(?:768|1024|1536)(?:s160)?|modp1024s160|ecp192")
ANY_GROUP = re.compile(r"modp\w+|ecp\w+|curve\w+|x25519|x448|ke\d_\w+|mlkem\w+")
GOOD = "aes256gcm16-prfsha384-ecp384"


def _each(flaws: Callable[[Connection], Iterator[Flaw]]) -> Callable[[Machine], Judged]:
    def of(machine: Machine) -> Judged:
        held = connections(machine)
        if not held:
            return NOTHING
        found = {str(flaw.values): flaw for one in held for flaw in flaws(one)}
        return judged(list(found.values()), [one.line for one in held])

    return of


def _proposals(one: Connection) -> list[Value]:
    return [*([one.values["proposals"]] if "proposals" in one.values else []), *one.esp]


def _weak(pattern: re.Pattern[str]) -> Callable[[Connection], Iterator[Flaw]]:
    def flaws(one: Connection) -> Iterator[Flaw]:
        for value in _proposals(one):
            if any(pattern.fullmatch(word) for word in re.split(r"[-,!\s]+", value.value.lower()) if word):
                yield says(value.line, f"proposals = {GOOD}")

    return flaws


def _secrecy(one: Connection) -> Iterator[Flaw]:
    for value in one.esp:
        offered = [p.strip() for p in value.value.lower().rstrip("!").split(",") if p.strip()]
        if any(p != "default" and not any(ANY_GROUP.fullmatch(w) for w in p.split("-")) for p in offered):
            yield says(value.line, "esp_proposals = aes256gcm16-ecp384")


def _signs_by_key(one: Connection) -> bool:
    return any(v.value.lower() in ("psk", "secret") for v in one.auth)


def _aggressive(one: Connection) -> Iterator[Flaw]:
    if one.value("aggressive") in ("yes", "true", "1", "enabled"):
        yield says(one.values["aggressive"].line, "aggressive = no")


def _version(one: Connection) -> Iterator[Flaw]:
    if "version" not in one.values:
        if "/swanctl/" in one.line.section:
            yield says(one.line, "version = 2")
    elif one.value("version") != "2":
        yield says(one.values["version"].line, "version = 2")


def _anybody(one: Connection) -> Iterator[Flaw]:
    place = one.values.get("remote_addrs")
    if _signs_by_key(one) and (place is None or re.search(r"%any|0\.0\.0\.0/0|::/0", place.value)):
        yield says(place.line if place else one.line, "remote_addrs = 198.51.100.1")


def _watched(one: Connection) -> Iterator[Flaw]:
    if re.fullmatch(r"0s?", one.value("dpd_delay", "30s" if "/swanctl/" not in one.line.section else "0s")):
        place = one.values.get("dpd_delay")
        yield says(place.line if place else one.line, "dpd_delay = 30s")


def _private(machine: Machine) -> Judged:
    if connections(machine) is None:
        return NOTHING
    files = list(machine.like("/etc/ipsec.secrets", "/etc/swanctl/private/*", "/etc/ipsec.d/private/*"))
    flaws = [
        state(f.rights(), f.path, f"{f.mode:04o}", "0600", f"chmod 0600 {f.path}") for f in files if f.mode & 0o077
    ]
    return judged(flaws, [f.rights() for f in files]) if files else NOTHING


CHECKS = (
    check("swan-ciphers", _("Tunnels of servers use strong ciphers"),
          _("A recorded tunnel can be opened in years to come."),
          ("8.1.2.2 b", "8.1.4.7 a"), Severity.MAJOR, SWAN, _each(_weak(CIPHERS))),
    check("swan-hashes", _("Tunnels of servers use SHA-2"), _("MD5 is broken; SHA-1 goes."), ("8.1.2.2 a", "8.1.4.7 a"),
          Severity.MAJOR, SWAN, _each(_weak(HASHES))),
    check("swan-groups", _("Tunnels of servers use groups of 2048 bits and more"),
          _("Groups of 1024 bits are within reach of states."), ("8.1.2.2 b", "8.1.4.7 a"), Severity.MAJOR, SWAN,
          _each(_weak(GROUPS))),
    check("swan-forward-secrecy", _("Tunnels of servers make a fresh key each time"),
          _("One stolen key would open all that was recorded."), ("8.1.2.2 b",), Severity.MINOR, SWAN, _each(_secrecy)),
    check("swan-no-aggressive", _("Tunnels of servers never use aggressive mode"),
          _("It shows the hash of the shared key to whoever asks."), ("8.1.2.2 b",), Severity.CRITICAL, SWAN,
          _each(_aggressive)),
    check("swan-version-2", _("Tunnels of servers use IKEv2"), _("Version 1 has more ways to be asked wrongly."),
          ("8.1.2.2 b",), Severity.MINOR, SWAN, _each(_version)),
    check("swan-no-key-for-anybody", _("No shared key of a server is for any peer"),
          _("A key for anybody lets one stolen router be all of them."), ("8.1.2.2 a",), Severity.MAJOR, SWAN,
          _each(_anybody)),
    check("swan-keys-private", _("Keys of tunnels are root's alone"), _("Who has the key is the tunnel's end."),
          ("8.1.4.8 b",), Severity.CRITICAL, SWAN, _private),
)  # fmt: skip
