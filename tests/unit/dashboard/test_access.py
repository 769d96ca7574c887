"""A wrong role and a wrong unit get nothing (every route as every role: test_routes)."""

from collections.abc import Callable

from sqlalchemy import text

from dashboard.services.protocols import Services
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK

Enter = Callable[[str], Browser]


def rows(services: Services) -> list[tuple[str, int]]:
    """Every table with its number of rows and the newest event: what a write would change."""
    with services.accounts.engine.connect() as connection:
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")).scalars()
        return [(name, connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()) for name in names]


def test_the_auditor_running_the_checks_only_submits_the_job(signed_in: Enter, services: Services) -> None:
    before = rows(services)
    assert signed_in("auditor").post("/audit/run").status_code == 303
    after = dict(rows(services))
    assert {name for name, count in before if after[name] != count} <= {"event", "user_sessions"}
    assert services.audits.job() is not None


def test_a_clerk_sees_only_the_own_unit(signed_in: Enter) -> None:
    clerk = signed_in(CLERK)
    assert clerk.get(f"/units/{CLERK}").status_code == 200
    for path in (
        f"/units/{OTHER_CLERK}",
        f"/units/{OTHER_CLERK}/live",
        "/board",
        "/map",
        "/alarms",
        "/log",
        "/accounts",
    ):
        assert clerk.get(path).status_code == 403, path


def test_a_clerk_neither_sees_nor_reports_nor_closes_another_units_fault(signed_in: Enter, services: Services) -> None:
    other, clerk = signed_in(OTHER_CLERK), signed_in(CLERK)
    other.post("/faults", title="printer")
    assert clerk.get("/faults/1").status_code == 403
    assert clerk.post("/faults/1/confirm", rating="5").status_code == 403
    clerk.post("/faults", title="mine", unit=OTHER_CLERK)
    assert services.faults.of_unit(OTHER_CLERK)[0].title == "printer"
    assert services.faults.of_unit(CLERK)[0].title == "mine"


def test_the_center_issues_passwords_to_clerks_only(signed_in: Enter) -> None:
    center = signed_in("center")
    assert center.post(f"/accounts/{OTHER_CLERK}/password").status_code == 200
    for login in ("admin", "auditor", "operator", "center"):
        assert center.post(f"/accounts/{login}/password").status_code == 403
    assert "admin" not in [row.split("<")[0] for row in center.get("/accounts").text.split("<td>")]
    assert signed_in("admin").post("/accounts/auditor/password").status_code == 200


def test_an_unknown_unit_or_fault_is_404(signed_in: Enter) -> None:
    center = signed_in("center")
    for path in ("/units/u999", "/faults/99", "/audit/99/report.json", "/audit/evidence/none", "/nowhere"):
        assert center.get(path).status_code == 404, path
