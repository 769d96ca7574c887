"""The recheck names what a certificate says wrong that was forged in one place."""

from pathlib import Path

import pytest

from tests.unit.audit.certificates import (
    Document,
    Forge,
    check,
    configs,
    forward_rules,
    honest,
    lines_of,
    made,
    pairs,
    told,
)
from tests.unit.topology.reach.planted import HOLES


def _drop_rule(document: Document) -> None:
    for device in ("fw-1", "fw-2"):
        rules = forward_rules(document, device)
        rules[:] = [rule for rule in rules if rule["name"] != "internet-spoof"]


def _accept_first(document: Document) -> None:
    for device in ("fw-1", "fw-2"):
        forward_rules(document, device).insert(0, {"name": "planted", "action": "accept"})


def _route(document: Document) -> None:
    """The cores lose the way to the management address of a CPE."""
    for device in ("core-1", "core-2"):
        for route in told(document)["devices"][device]["routes"]:
            route["to"] = [prefix for prefix in route["to"] if prefix != "10.255.16.1/32"]


def _move_rule(document: Document) -> None:
    for device in ("fw-1", "fw-2"):
        rules = forward_rules(document, device)
        rules.append(rules.pop(next(n for n, rule in enumerate(rules) if rule["name"] == "internet-spoof")))


def _no_session(document: Document) -> None:
    for device in ("fw-1", "fw-2"):
        rules = forward_rules(document, device)
        rules[:] = [rule for rule in rules if "session" not in rule]


def _wrong_master(document: Document) -> None:
    """While nothing fails, what comes back from the servers' segment goes to the firewall that has no sessions."""
    zone = next(one for one in told(document)["domains"] if "zone:server" in one["places"])
    for address, ports in zone["owners"].items():
        zone["speaking"][address] = [port for port in ports if len(ports) == 1 or port[0] == "fw-2"]


def _six(document: Document) -> None:
    """Both units' CPEs and their core are said to let all IPv6 by, and to know the way."""
    stated = told(document, "ipv6")
    stated["devices"]["cpe-001"]["filters"]["input"]["rules"].insert(0, {"name": "planted", "action": "accept"})


def _widen(document: Document) -> None:
    for line in lines_of(document, "units-public"):
        line["service"] = "0-255:0-65535:0-65535:0-2"


def _narrow(document: Document) -> None:
    for line in lines_of(document, "units-public"):
        told(document)["policy"].remove(line)


def _flip(document: Document) -> None:
    told(document)["verdicts"]["unit:u001"]["unit:u002"] = "allowed"


def _missing(document: Document) -> None:
    del told(document)["verdicts"]["unit:u001"]["unit:u002"]


def _tunnel(document: Document) -> None:
    told(document)["devices"]["cpe-030"].update(tunnel="", draws="", ends=[], far=[])


def _one_domain(document: Document) -> None:
    city = next(one for one in told(document)["domains"] if "zone:city" in one["places"])
    city["places"].append("zone:server")


LIES: dict[str, tuple[Forge, tuple[str, str], str]] = {
    "a rule is moved": (_move_rule, ("zone:internet", "zone:public"), "open"),
    "a rule for answers is left out": (_no_session, ("unit:u001", "zone:server"), "blocked"),
    "answers come back by the wrong firewall": (_wrong_master, ("unit:u001", "zone:server"), "blocked"),
    "a rule that accepts IPv6 is put in": (_six, ("unit:u001", "devices"), "open"),
    "a rule that drops is left out": (_drop_rule, ("zone:internet", "zone:public"), "open"),
    "a rule that accepts is put in": (_accept_first, ("zone:city", "zone:server"), "open"),
    "a route is left out": (_route, ("zone:management", "devices"), "blocked"),
    "an allowed line is widened": (_widen, ("unit:u001", "zone:public"), "blocked"),
    "an allowed line is left out": (_narrow, ("unit:u001", "zone:public"), "open"),
    "a verdict is flipped": (_flip, ("unit:u001", "unit:u002"), "isolated"),
    "a verdict is left out": (_missing, ("unit:u001", "unit:u002"), "isolated"),
    "a tunnel is left out": (_tunnel, ("unit:u030", "zone:server"), "blocked"),
    "two zones are one domain": (_one_domain, ("zone:city", "zone:server"), "open"),
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_a_certificate_that_was_forged_in_one_place_is_disagreed_with(name: str, tmp_path: Path) -> None:
    forge, pair, found = LIES[name]
    document = honest()
    forge(document)
    report = check(tmp_path, document)
    assert pair in pairs(report), report["disagreed"][:5]
    assert next(one["found"] for one in report["disagreed"] if (one["from"], one["to"]) == pair) == found


def test_a_packet_that_shows_nothing_is_disagreed_with(tmp_path: Path) -> None:
    planted, source, target = HOLES["a policy rule that is too wide"]
    document = made(planted(configs()))
    (shown,) = told(document)["findings"][source][target]
    shown["packet"]["target"] = "10.2.0.10"
    report = check(tmp_path, document)
    assert pairs(report) == {(source, target)}
    assert report["disagreed"][0]["says"] == report["disagreed"][0]["found"] == "open"
