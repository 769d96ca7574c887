"""The page of one alarm: who is on it, and the button that says so."""

from collections.abc import Callable

from dashboard.services.protocols import Services
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
