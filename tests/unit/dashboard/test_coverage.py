"""The pages of coverage, sensors and cabling: who sees them, what they say, in both languages, whatever was found."""

import re
from collections.abc import Callable

import pytest

from countynet import clock
from countynet.db import transaction
from countynet.vocabulary import LineState
from dashboard.services.protocols import Services
from monitoring.capability import keep
from monitoring.capability.model import Capability
from monitoring.capability.probe import Sensed
from monitoring.capability.quantity import Condition, Quantity
from monitoring.capability.read import Reading
from monitoring.sighting import keep as sighting
from monitoring.state.store import DeviceRow
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK
from tests.unit.topology.discovery.hearing import evidence, seeing, swapped
from topology.discovery.evidence import CHASSIS_MAC, PORT_LOCAL, Heard, Sighting

Enter = Callable[[str], Browser]
PATHS = ("/coverage", "/coverage/core-1", "/cabling")
NEW = "a4:5e:60:c1:22:33"


@pytest.fixture
def found(services: Services) -> Services:
    """A county in which something was read, two cables are exchanged, and two are unknown."""
    engine, county = services.sensing.engine, services.county.county()
    now = clock.now()
    with transaction(engine) as session:
        session.add(DeviceRow(device="core-1", state=LineState.UP, since=now, polled=now, interfaces=9, snmp_error=""))
        session.add(DeviceRow(device="core-2", state=LineState.DOWN, since=now, snmp_error="no answer"))
    present = frozenset(("1.3.6.1.2.1.2.2.1.8",))
    keep.capabilities(engine, [Capability("core-1", "huawei", "1.3.6.1.4.1.2011.1", at=now, present=present)])
    said = (
        Reading("core-1", Quantity.RX_POWER, "trunk1", -21.5, "trunk1"),
        Reading("core-1", Quantity.FAN, "fan 1", 2.0, condition=Condition.FAILED, word="abnormal"),
        Reading("core-1", Quantity.TEMPERATURE, "<b>board</b>", 41.0),
    )
    keep.sensed(engine, {"core-1": Sensed(said)})
    between = [c.id for c in county.cables if {c.a.node, c.b.node} <= county.device_by_name.keys()]
    around = evidence(county, swapped(county, between[0], between[1]))
    cpe = county.cpe_by_unit["u001"]
    around = seeing(around, cpe.name, Sighting(cpe.ports[-1], NEW, "arp", address="10.99.0.7"))
    stranger = Heard(cpe.ports[-1], CHASSIS_MAC, "d8:0d:17:00:00:01", PORT_LOCAL, "1", "", "TL-SG108", ("192.168.0.1",))
    devices = [
        d if d.name != cpe.name else type(d)(**{**d.__dict__, "heard": (*d.heard, stranger)})
        for d in around.devices.values()
    ]
    sighting.around(engine, county, devices, {})
    return services


def test_who_watches_the_county_sees_them_and_nobody_else(signed_in: Enter, stranger: Browser) -> None:
    for login, status in (("operator", 200), ("auditor", 200), (CLERK, 403), ("admin", 403)):
        browser = signed_in(login)
        assert {browser.get(path).status_code for path in PATHS} == {status}, login
    assert {stranger.get(path).status_code for path in PATHS} == {302}


def test_a_county_about_which_nothing_is_known_yet(signed_in: Enter) -> None:
    browser = signed_in("center")
    assert "设备无应答" in browser.get("/coverage").text
    assert "设备尚未报告任何读数" in browser.get("/coverage/core-1").text
    assert "没有线缆与台账不符" in browser.get("/cabling").text
    assert browser.get("/coverage/nobody").status_code == 404


def test_what_is_watched_and_why_not(found: Services, signed_in: Enter) -> None:
    browser = signed_in("auditor")
    page = browser.get("/coverage").text
    row = re.search(r"<tr><td><a href=\"/coverage/core-1\">.*?</tr>", page)
    assert row
    assert "Huawei VRP" in row[0]
    assert "光模块" not in row[0]
    assert "尚未查询" not in row[0]
    assert "没有此类数据表" in row[0]
    browser.post("/language", language="en")
    assert "the device is silent" in browser.get("/coverage").text


def test_a_devices_sensors_with_their_units_and_states(found: Services, signed_in: Enter) -> None:
    browser = signed_in("operator")
    page = browser.get("/coverage/core-1").text
    assert all(
        said in page for said in ("-21.5 dBm", "接收光功率", "失效 (abnormal)", "41 °C", "&lt;b&gt;board&lt;/b&gt;")
    )
    browser.post("/language", language="en")
    english = browser.get("/coverage/core-1").text
    assert all(said in english for said in ("light received", "out of order (abnormal)", "Since"))


def test_cabling_names_cables_neighbours_and_strangers(found: Services, signed_in: Enter) -> None:
    browser = signed_in("center")
    page = browser.get("/cabling").text
    assert page.count("接线不符</span>") == 2
    assert all(said in page for said in (NEW, "10.99.0.7", "未知硬件地址", "TL-SG108", "192.168.0.1"))
    browser.post("/language", language="en")
    assert all(
        said in browser.get("/cabling").text for said in ("cabled differently", "Strangers", "Unknown neighbours")
    )
