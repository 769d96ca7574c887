"""The page of one alarm: who is on it, and the button that says so."""

from collections.abc import Callable
from dataclasses import replace

from countynet.vocabulary import FaultDomain
from dashboard.services.fake import FakeAlarms, FakeWatch
from dashboard.services.protocols import Services
from monitoring.cause.verdict import Said, Verdict
from tests.unit.dashboard.browser import Browser

Enter = Callable[[str], Browser]


def test_center_and_operator_say_that_they_are_on_it(signed_in: Enter, services: Services) -> None:
    operator = signed_in("operator")
    assert 'action="/alarms/2/acknowledge"' in operator.get("/alarms/2").text
    assert operator.post("/alarms/2/acknowledge", hours="4", note="on <my> way").status_code == 303
    assert services.alarms.acknowledged()[2].login == "operator"
    assert "on &lt;my&gt; way" in operator.get("/alarms/2").text
    assert operator.get("/alarms").text.count(">operator，至") == 1


def test_what_is_over_has_no_button_and_what_is_none_no_page(signed_in: Enter) -> None:
    center = signed_in("center")
    assert "/acknowledge" not in center.get("/alarms/1").text
    assert center.get("/alarms/99").status_code == 404
    assert center.post("/alarms/99/acknowledge", hours="4").status_code == 404


def test_the_auditor_reads_who_is_on_it_and_gets_no_button(signed_in: Enter) -> None:
    auditor = signed_in("auditor")
    assert "/acknowledge" not in auditor.get("/alarms/2").text
    assert auditor.post("/alarms/2/acknowledge", hours="4").status_code == 403


def test_hours_that_the_page_does_not_offer_are_refused(signed_in: Enter) -> None:
    center = signed_in("center")
    for hours in ("0", "-4", "9999", "four", ""):
        assert center.post("/alarms/2/acknowledge", hours=hours).status_code == 400


def judged(services: Services) -> Verdict:
    verdict = Verdict(
        "line-dark",
        FaultDomain.UNCLEAR,
        Said("the operator's fiber, or the unit's power"),
        (Said("port {port} of {device} has no carrier", {"port": "<p01>", "device": "sw-admin"}),),
        (Said("whether it restarts: known when it is back"),),
    )
    assert isinstance(services.alarms, FakeAlarms)
    assert isinstance(services.watch, FakeWatch)
    services.alarms.verdicts[2] = verdict
    services.watch.verdicts["u025"] = verdict
    return verdict


def test_the_page_says_whose_it_is_on_what_evidence_and_what_is_missing(signed_in: Enter, services: Services) -> None:
    assert "责任范围" not in signed_in("center").get("/alarms/2").text
    judged(services)
    for role in ("center", "operator", "auditor"):
        text = signed_in(role).get("/alarms/2").text
        assert all(said in text for said in ("责任范围", "尚不明确", "运营商光纤，或单位停电", "恢复后可知"))
        assert "sw-admin 的端口 &lt;p01&gt; 无信号" in text


def test_the_page_offers_what_is_known_and_leads_to_the_fault(signed_in: Enter, services: Services) -> None:
    assert isinstance(services.alarms, FakeAlarms)
    lamp = replace(services.alarms.all[0], id=9, message="光猫红灯", values={})
    services.alarms.all.append(lamp)
    services.alarms.faults[9] = 5
    page = signed_in("center").get("/alarms/9").text
    assert "报障，写明光灯红" in page
    assert "尚无人试过" in page
    assert 'href="/faults/5"' in page
    assert "这条有用" not in page, "it is said of a fault"


def test_the_units_page_says_what_is_seen(signed_in: Enter, services: Services) -> None:
    judged(services)
    text = signed_in("center").get("/units/u025").text
    assert "运营商光纤，或单位停电" in text


def test_a_line_that_is_well_is_not_called_an_applications_trouble_until_somebody_reports(
    signed_in: Enter, services: Services
) -> None:
    assert isinstance(services.watch, FakeWatch)
    services.watch.verdicts["u025"] = replace(judged(services), domain=FaultDomain.APPLICATION)
    center = signed_in("center")
    assert "运营商光纤，或单位停电" not in center.get("/units/u025").text
    center.post("/faults", title="打不开公文", unit="u025")
    assert "运营商光纤，或单位停电" in center.get("/units/u025").text
