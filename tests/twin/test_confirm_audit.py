"""The live test of isolation and the audit on a whole small county: good when it is, and naming what was ruined."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from audit import read
from audit.evidence import load
from audit.export.book import workbook
from audit.export.oscal import document
from audit.export.printed import printed
from audit.export.source import kept
from audit.jobs import run_checks
from audit.look import look
from audit.read import CheckView, RunView
from audit.sample import drawn
from audit.service import audit
from countynet.db import open_database, reading, transaction
from countynet.jobs import JobContext, log_of, submit
from countynet.vocabulary import Access, Role, Verdict
from dashboard.app import create_app
from dashboard.services.real.every import real_services
from inventory.model import Unit
from tests.twin import canaries
from tests.twin.quick_county import QuickCounty, quick_county
from tests.unit.dashboard.browser import Browser
from topology.confirm.report import ConfirmReport, Deviation
from topology.confirm.service import confirm, latest

UNITS = 6


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QuickCounty]:
    with quick_county(tmp_path_factory.mktemp("county"), UNITS) as county:
        yield county


def confirmed(running: QuickCounty) -> ConfirmReport:
    return confirm(running.county, running.settings, lambda done, total: None)


def of(running: QuickCounty, access: Access) -> tuple[Unit, Unit]:
    lines = running.county.circuit_by_unit
    first, second, *_ = (u for u in running.county.units if lines[u.id].access is access)
    return first, second


def pairs(deviations: tuple[Deviation, ...]) -> set[tuple[str, str]]:
    return {(d.source, d.target) for d in deviations}


def let(a: Unit, b: Unit) -> str:
    return f"nft insert rule inet countynet forward ip saddr {a.lan} ip daddr {b.lan} counter accept"


def test_a_whole_county_is_isolated_and_reaches_what_it_may(running: QuickCounty) -> None:
    report = confirmed(running)
    assert report.deviations == ()
    assert report.good
    assert report.pairs == UNITS * (UNITS - 1)
    assert report.expected == report.seen > 50
    assert report.visits == UNITS


def test_the_command_says_so_in_one_document_and_by_its_exit_code(running: QuickCounty) -> None:
    words = [sys.executable, "-m", "countynet.cli", "--county", str(running.settings.county), "confirm", "--json"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    document = json.loads(done.stdout)
    assert done.returncode == 0
    assert {"pairs", "expected", "seen", "deviations"} <= document.keys()
    assert document["deviations"] == []


def test_selected_units_are_tried_against_all_and_the_countys_result_stays(running: QuickCounty) -> None:
    whole, unit = confirmed(running), of(running, Access.ADSL)[0]
    words = [sys.executable, "-m", "countynet.cli", "--county", str(running.settings.county), "confirm", "--json"]
    done = subprocess.run([*words, "--only", f"unit={unit.id}"], capture_output=True, text=True, timeout=120)
    part = json.loads(done.stdout)
    assert done.returncode == 0
    assert (part["units"], part["pairs"], part["visits"]) == ([unit.id], 2 * (UNITS - 1), 1)
    assert part["probes"] < whole.probes
    assert latest(running.settings) == whole


def test_one_device_without_its_rule_is_no_hole_yet(running: QuickCounty) -> None:
    a, b = of(running, Access.FIBER)
    with running.ruined({"core-1": let(a, b), "core-2": let(a, b)}):
        assert confirmed(running).deviations == ()


def test_a_hole_through_every_device_is_named_as_one_way(running: QuickCounty) -> None:
    a, b = of(running, Access.FIBER)
    cpes = [running.county.cpe_by_unit[u.id].name for u in (a, b)]
    with running.ruined({name: let(a, b) for name in ("core-1", "core-2", *cpes)}):
        report = confirmed(running)
    source, target = a.terminals[0].name, b.terminals[0].name
    assert (source, target) in pairs(report.deviations)
    straight = [d for d in report.deviations if (d.source, d.target, d.claimed) == (source, target, "")]
    assert {d.service for d in straight} == {"icmp-echo", "udp"}
    assert all(d.seen_at_target and not d.seen_at_source and not d.expected for d in straight)
    assert {d.target for d in report.deviations} == {target}
    assert not report.good
    assert confirmed(running).deviations == ()


def test_a_hole_between_vpn_clients_is_named(running: QuickCounty) -> None:
    a, b = of(running, Access.ADSL)
    cpes = [running.county.cpe_by_unit[u.id].name for u in (a, b)]
    with running.ruined({name: let(a, b) for name in ("vpn-hub", *cpes)}):
        found = pairs(confirmed(running).deviations)
    assert found == {(a.terminals[0].name, b.terminals[0].name)}


def test_a_terminal_that_reaches_its_own_device_is_named(running: QuickCounty) -> None:
    unit = of(running, Access.FIBER)[0]
    cpe, terminal = running.county.cpe_by_unit[unit.id].name, unit.terminals[0].name
    with running.ruined({cpe: "nft insert rule inet countynet input iifname lan0 counter accept"}):
        found = [d for d in confirmed(running).deviations if not d.claimed]
    assert pairs(tuple(found)) == {(terminal, cpe)}
    assert {d.service for d in found} == {"icmp-echo", "ssh", "snmp"}


def test_the_internet_through_both_firewalls_and_a_cpe_is_named(running: QuickCounty) -> None:
    unit = of(running, Access.FIBER)[0]
    hole = f"nft insert rule inet countynet forward ip saddr 203.0.113.1 ip daddr {unit.lan} counter accept"
    holes = dict.fromkeys(("fw-1", "fw-2", "core-1", "core-2", running.county.cpe_by_unit[unit.id].name), hole)
    with running.ruined(holes):
        found = pairs(confirmed(running).deviations)
    assert found == {("internet", unit.terminals[0].name)}


def test_a_shut_service_is_named_where_policy_allows_it(running: QuickCounty) -> None:
    shut = "nft insert rule inet countynet forward tcp dport 80 ip daddr 10.1.0.20 counter drop"
    with running.ruined({"fw-1": shut, "fw-2": shut}):
        report = confirmed(running)
    terminals = {u.terminals[0].name for u in running.county.units}
    assert {d.source for d in report.deviations if d.service == "http"} >= terminals
    assert {d.source for d in report.deviations if d.service == "portal"} == terminals
    assert all(d.expected for d in report.deviations)


def audited(running: QuickCounty, fresh: bool = True) -> RunView:
    running.fetch()
    return audit(running.settings, open_database(running.settings), "test", lambda line: None, fresh)


def check(run: RunView, name: str) -> CheckView:
    return next(c for c in run.checks if c.info.id == name)


def bad(run: RunView) -> dict[str, str]:
    return {c.info.id: "; ".join(c.findings[:3]) for c in run.checks if c.verdict is not Verdict.PASS}


def test_every_check_passes_on_a_right_county(running: QuickCounty) -> None:
    run = audited(running)
    assert bad(run) == {}
    assert len(run.checks) >= 15
    cited = json.loads(load(running.settings, check(run, "ssh-settings").evidence))
    assert any(line["text"].startswith("PasswordAuthentication no") for p in cited["points"] for line in p["lines"])
    page = load(running.settings, run.page).decode()
    assert run.checks[0].title in page


def test_a_look_at_some_devices_says_the_same_of_them_and_is_not_kept(running: QuickCounty) -> None:
    whole = audited(running, fresh=False)
    cpe = running.county.cpe_by_unit[of(running, Access.FIBER)[0].id].name
    seen = look(running.settings, [cpe, "!role=core"], lambda line: None)
    assert bad(seen) == {}
    assert {point.subject for c in seen.checks for point in c.points} == {cpe}
    with reading(open_database(running.settings)) as session:
        assert read.latest(session) == whole


def test_a_ruined_device_fails_its_checks_by_name(running: QuickCounty) -> None:
    a, b = of(running, Access.FIBER)
    cpe = running.county.cpe_by_unit[a.id].name
    with running.ruined({cpe: f'{let(a, b)} comment \\"hole\\"'}):
        run = audited(running, fresh=False)
    running.fetch()
    assert check(run, "unit-to-unit-denied").verdict is Verdict.FAIL
    assert check(run, "unit-to-unit-denied").points[0].subject == cpe
    assert "hole" in check(run, "unit-to-unit-denied").findings[0]
    assert check(run, "no-drift").points[0].subject == cpe
    assert check(run, "default-deny").verdict is Verdict.PASS


def test_a_line_that_nobody_understands_makes_its_device_unknown(running: QuickCounty) -> None:
    cpe = running.county.cpe_by_unit[of(running, Access.FIBER)[0].id].name
    with running.ruined({cpe: "nft insert rule inet countynet forward meta mark 7 counter accept"}):
        run = audited(running, fresh=False)
    running.fetch()
    deny = check(run, "default-deny")
    assert (deny.verdict, deny.points[0].subject) == (Verdict.UNKNOWN, cpe)
    assert "mark" in deny.findings[0]
    assert check(run, "no-drift").verdict is Verdict.FAIL


def test_the_auditors_button_runs_the_checks_as_a_job(running: QuickCounty) -> None:
    engine = open_database(running.settings)
    with transaction(engine) as session:
        job = submit(session, "audit-run", {}, "auditor")
    figures = run_checks(JobContext(running.settings, engine, job, "auditor"), {"isolation": "latest"})
    assert (figures["failed"], figures["unknown"]) == (0, 0)
    with reading(engine) as session:
        latest = read.latest(session)
        assert log_of(session, job)
    assert latest is not None
    assert (latest.id, latest.actor) == (figures["run"], "auditor")


@pytest.fixture(scope="module")
def commanded(running: QuickCounty, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict[str, Any], Path]:
    """Everything that level 3 asks, of devices and servers: exit code, document and page of the command."""
    running.fetch()
    file = tmp_path_factory.mktemp("report") / "report.html"
    options = ["run", "--profile", "mlps-3", "--json", "--latest-isolation", "--output", str(file)]
    done = subprocess.run([*_command(running), *options], capture_output=True, text=True, timeout=300)
    return done.returncode, json.loads(done.stdout), file


def _command(running: QuickCounty) -> list[str]:
    return [sys.executable, "-m", "countynet.cli", "--county", str(running.settings.county), "audit"]


@pytest.fixture(scope="module")
def whole(running: QuickCounty, commanded: tuple[int, dict[str, Any], Path]) -> RunView:
    with reading(open_database(running.settings)) as session:
        found = read.run(session, commanded[1]["run"])
    assert found is not None
    return found


def test_the_command_lists_its_runs_and_writes_its_file(
    running: QuickCounty, commanded: tuple[int, dict[str, Any], Path]
) -> None:
    code, document, file = commanded
    graded = [document[grade] for grade in ("pass", "fail", "partial", "manual", "unknown", "not_applicable")]
    assert (code, document["checks"], document["fail"] > 0) == (1, sum(graded), True)
    assert "<html" in file.read_text()
    listed = json.loads(
        subprocess.run([*_command(running), "list", "--json"], capture_output=True, text=True, timeout=120).stdout
    )
    assert listed[0]["run"] == document["run"]


def test_the_whole_profile_reads_the_servers_and_names_what_each_lacks(running: QuickCounty, whole: RunView) -> None:
    portal, root = check(whole, "nginx-https-only"), check(whole, "server-one-root")
    assert (portal.verdict, [p.subject for p in portal.points if p.verdict is Verdict.FAIL]) == (
        Verdict.FAIL,
        ["srv-portal"],
    )
    assert portal.points[0].lines[0].text == "listen 10.1.0.20:80 default_server;"
    assert (root.verdict, root.passed) == (Verdict.PASS, 2)
    assert check(whole, "server-firewall").passed == 2, "each behind a filter of its own"
    servers = [c for c in whole.checks if c.info.platforms and c.info.platforms[0] in ("nginx", "sshd", "server")]
    undecided = {c.info.id: c.findings for c in servers if c.verdict is Verdict.UNKNOWN}
    assert (len(servers) > 40, undecided) == (True, {})
    text = load(running.settings, portal.points[0].config_sha256).decode()
    assert "#### /etc/nginx/nginx.conf 0644" in text
    assert "PRIVATE KEY" not in text


def test_a_sample_of_devices_and_servers_is_as_reported(running: QuickCounty, whole: RunView) -> None:
    names = [d.name for d in running.county.devices] + ["srv-infra", "srv-portal"]
    seed = next(n for n in range(10_000) if {"srv-portal", "core-1"} < set(drawn(names, n, 3)))
    done = subprocess.run(
        [*_command(running), "sample", "--seed", str(seed), "--count", "3", "--json"],
        capture_output=True,
        text=True,
        timeout=300,
    )
    told = json.loads(done.stdout)
    assert (told["run"], [one["device"] for one in told["devices"]]) == (whole.id, drawn(names, seed, 3))
    assert [one["error"] for one in told["devices"]] == ["", "", ""]
    wrong = {one["device"]: one["appeared"] + one["gone"] for one in told["devices"] if not one["as_reported"]}
    assert (done.returncode, wrong) == (0, {})


TYPED = {"typed password": "Kornblume-7431-wrong", "own password": "Wegwarte-2290-right"}
PAGES = ("/", "/audit", "/plans", "/drift", "/backups", "/inventory", "/alarms", "/log", "/help", "/topology")


def test_no_secret_stands_anywhere_in_clear(running: QuickCounty, whole: RunView) -> None:
    settings = running.settings
    wanted = canaries.needles(settings, TYPED)
    assert len(wanted) > 10
    with reading(open_database(settings)) as session:
        held = kept(settings, session, whole.id)
        made = {
            "a.pdf": printed(running.county, held),
            "a.xlsx": workbook(held),
            "a.json": document(running.county, held),
        }
    places = [place for name, content in made.items() for place in canaries.opened(name, content)]
    assert canaries.spilt(wanted, iter([*places, *_pages(running)])) == set()
    assert canaries.spilt(wanted, canaries.left(settings)) == set()
    planted = Path(settings.state) / "planted"
    planted.write_bytes(b"key " + next(iter(wanted)))
    try:
        assert len(canaries.spilt(wanted, canaries.left(settings))) == 1
    finally:
        planted.unlink()


def _pages(running: QuickCounty) -> Iterator[tuple[str, bytes]]:
    """Yield pages as an administrator and an auditor see them, after a wrong password was typed."""
    services = real_services(running.settings)
    app = create_app(running.settings, services, rate_limit=False)
    for role in (Role.ADMIN, Role.AUDITOR):
        services.accounts.create(role.value, role, None, "test", TYPED["own password"])
        browser = Browser(app.test_client())
        browser.sign_in(role.value, TYPED["typed password"])
        browser.sign_in(TYPED["typed password"], TYPED["typed password"])
        browser.sign_in(role.value, TYPED["own password"])
        devices = [f"/devices/{device.name}" for device in running.county.devices[:4]]
        for path in (*PAGES, *devices):
            answer = browser.get(path, follow_redirects=True)
            yield f"{role} {path} {answer.status_code}", answer.get_data()
