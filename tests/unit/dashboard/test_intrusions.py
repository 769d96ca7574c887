"""The pages of intrusions: who sees which, what is said to them, and that a hostile line stays text."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from countynet import clock
from countynet.db import reading, transaction
from dashboard.services.protocols import Services
from monitoring.intrusions.collect import Collector
from monitoring.intrusions.store import Intrusion, keep
from monitoring.intrusions.whose import Whose
from monitoring.receive.syslog.keep import Line
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK

Enter = Callable[[str], Browser]
NAME = "ET MALWARE <b>x</b>"


@pytest.fixture
def told(services: Services) -> Services:
    """A county in which a unit's terminal attacked, and another one's was attacked."""
    county, collector = services.county.whole(), Collector()
    ends = [str(county.unit_by_id[unit].terminals[0].address) for unit in (CLERK, OTHER_CLERK)]
    for source, target in ((ends[0], "203.0.113.5"), ("203.0.113.5", ends[1])):
        words = (
            f'{{"event_type":"alert","src_ip":"{source}","dest_ip":"{target}","alert":{{"signature_id":1,'
            f'"signature":"{NAME}","severity":1,"action":"allowed"}}}}'
        )
        collector.take([Line(clock.now(), "core-1", "10.0.0.9", "udp", 16, 6, None, "i", "suricata", words, words)] * 3)
    with transaction(services.accounts.engine) as session:
        keep(session, collector.drain(), Whose(county))
    return services


def test_each_role_sees_what_concerns_it_and_nobody_else_opens_it(told: Services, signed_in: Enter) -> None:
    page = signed_in("center").get("/intrusions")
    assert f"/faults/new?unit={CLERK}" in signed_in("center").get("/intrusions/1").text
    assert page.text.count("ET MALWARE &lt;b&gt;x&lt;/b&gt;") == 2
    assert NAME not in page.text
    for login in ("auditor", "operator"):
        assert "/intrusions/1" in signed_in(login).get("/intrusions").text
    clerk = signed_in(CLERK)
    text = clerk.get("/intrusions").text
    assert "/intrusions/1" in text
    assert "/intrusions/2" not in text
    assert clerk.get("/intrusions/1").status_code == 200
    assert clerk.get("/intrusions/2").status_code == 404
    assert '<form method="post"' not in clerk.get("/intrusions/1").text.partition("<main")[2]
    assert signed_in("admin").get("/intrusions").status_code == 403


def test_only_who_may_answers_or_takes_for_a_false_alarm(told: Services, signed_in: Enter) -> None:
    words = {"answer": "cleaned and checked", "reason": "the scanner of the center", "until": clock.today().isoformat()}
    for browser in map(signed_in, (CLERK, "auditor", "admin")):
        for what in ("1/answer", "1/accept", "false-alarms/1/withdraw"):
            assert browser.post(f"/intrusions/{what}", **words).status_code == 403
    operator = signed_in("operator")
    assert operator.post("/intrusions/1/accept", **words).status_code == 403
    assert operator.post("/intrusions/1/answer", **words).status_code == 303
    assert signed_in("center").post("/intrusions/1/answer", **words).status_code == 422
    with reading(told.accounts.engine) as session:
        answers = {row.id: row.answered_by for row in session.scalars(select(Intrusion))}
    assert answers == {1: "operator", 2: ""}


def test_a_false_alarm_is_taken_with_all_that_is_wrong_at_once_and_taken_back(told: Services, signed_in: Enter) -> None:
    center = signed_in("center")
    past = (clock.today() - timedelta(days=1)).isoformat()
    refused = center.post("/intrusions/2/accept", reason="short", until=past)
    assert refused.status_code == 422
    assert refused.text.count('role="alert"') == 2
    assert "short" in refused.text, "what was typed stays"
    right = {"reason": "the scanner of the center", "until": clock.today().isoformat(), "everywhere": "1"}
    assert center.post("/intrusions/2/accept", **right).status_code == 303
    assert "/intrusions/1" not in center.get("/intrusions").text
    assert "/intrusions/1" in center.get("/intrusions?all=1").text
    assert center.post("/intrusions/false-alarms/1/withdraw").status_code == 303
    assert "/intrusions/1" in center.get("/intrusions?kind=virus").text
    assert "/intrusions/1" not in center.get("/intrusions?kind=anomaly").text
