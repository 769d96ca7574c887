"""The oracle says what the issue says: who reaches whom, by whose right, and nobody else."""

import pytest

from countynet.errors import BadInput
from inventory.model import County
from inventory.policy import expected, memberships, selects

BROWSING, PLAIN = "pc-001", "pc-002"
ALLOWED = [
    (PLAIN, "srv-portal", "https"),
    (PLAIN, "srv-infra", "dns"),
    (PLAIN, "srv-infra", "ntp"),
    (PLAIN, "pub-1", "http"),
    (BROWSING, "internet", "https"),
    ("internet", "pub-1", "http"),
    ("city-1", "srv-portal", "https"),
    ("srv-portal", "city-1", "https"),
    ("station", "cpe-120", "ssh"),
    ("station", "core-2", "snmp"),
    ("station", "srv-infra", "ssh"),
    ("cpe-120", "srv-infra", "syslog"),
    ("fw-2", "station", "snmp-trap"),
    ("station", "sw-dc", "ssh"),
]
FORBIDDEN = [
    (BROWSING, PLAIN, "icmp-echo"),
    (PLAIN, "internet", "https"),
    (PLAIN, "srv-portal", "ssh"),
    (PLAIN, "pub-1", "icmp-echo"),
    (PLAIN, "cpe-002", "icmp-echo"),
    (PLAIN, "core-1", "ssh"),
    (PLAIN, "station", "icmp-echo"),
    (PLAIN, "city-1", "https"),
    ("internet", PLAIN, "icmp-echo"),
    ("internet", "srv-portal", "https"),
    ("internet", "pub-1", "ssh"),
    ("internet", "station", "ssh"),
    ("city-1", PLAIN, "icmp-echo"),
    ("city-1", "srv-portal", "http"),
    ("srv-portal", PLAIN, "http"),
    ("srv-portal", "cpe-001", "ssh"),
    ("srv-infra", "city-1", "https"),
    ("station", PLAIN, "icmp-echo"),
    ("cpe-001", "cpe-002", "ssh"),
    ("cpe-001", PLAIN, "icmp-echo"),
]


@pytest.mark.parametrize(("source", "target", "service"), ALLOWED)
def test_allowed(county: County, source: str, target: str, service: str) -> None:
    assert expected(county, source, target, service)


@pytest.mark.parametrize(("source", "target", "service"), FORBIDDEN)
def test_forbidden(county: County, source: str, target: str, service: str) -> None:
    assert not expected(county, source, target, service)


def test_no_unit_ever_reaches_another_or_a_device(county: County) -> None:
    terminals = [t.name for u in county.units[::10] for t in u.terminals]
    others = [t.name for u in county.units for t in u.terminals] + [d.name for d in county.devices]
    services = [s.name for s in county.services]
    assert not any(expected(county, a, b, s) for a in terminals for b in others for s in services)


def test_selects_names_the_nodes(county: County) -> None:
    assert len(selects(county, "units")) == 120
    assert len(selects(county, "browsing-units")) == sum(u.may_browse for u in county.units)
    assert selects(county, "zone:server") == ("srv-infra", "srv-portal")
    assert selects(county, "zone:management") == ("station", "sw-dc")
    assert len(selects(county, "devices")) == 132
    assert "zone:internet" not in memberships(county, "pc-001")


def test_what_does_not_exist_is_an_error_not_a_no(county: County) -> None:
    for source, target, service in (("pc-999", PLAIN, "ssh"), (PLAIN, "pc-999", "ssh"), (PLAIN, "srv-infra", "telnet")):
        with pytest.raises(BadInput):
            expected(county, source, target, service)
    with pytest.raises(BadInput):
        selects(county, "everybody")
