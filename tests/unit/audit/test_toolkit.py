"""What the audit finds at countynet itself: nothing where all is right, and each thing that is broken by its name."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from audit.checks import run
from audit.checks.toolkit import CHECKS
from audit.toolkit import Account, Token, Toolkit, gather
from countynet import clock, events
from countynet.db import open_database, transaction
from countynet.jobs import submit
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Role, Verdict
from dashboard.users.service import Accounts
from inventory import create, load_county
from playbooks.tags import PlanTag
from tests.unit.audit.facts_of import AT, good

BY_ID = {check.info.id: check for check in CHECKS}
OFFICES = (Role.ADMIN, Role.CENTER, Role.OPERATOR, Role.AUDITOR)
DAY = timedelta(days=1)
SETTINGS = Settings(county=Path("county"), language="en", log_outside=Path("elsewhere"), log_tsa="http://tsa.example")
RIGHT = Toolkit(
    at=AT,
    settings=SETTINGS,
    accounts=tuple(Account(role, role, AT - 200 * DAY, AT - 3 * DAY, AT - DAY) for role in OFFICES),
    tokens=(Token("province", AT - 200 * DAY, AT + DAY, AT - DAY),),
    plans={"plan:1": {"plan.made": "operator", "plan.approved": "center", "plan.applying": "operator"}},
    last={"backup.restored": AT - 9 * DAY, "emergency.ended": AT - 99 * DAY},
    looked={"core-1": AT - DAY},
)
OLD = tuple(replace(account, seen=AT - 91 * DAY, changed=AT - 91 * DAY) for account in RIGHT.accounts)
BROKEN = {
    "people-separated": replace(RIGHT, accounts=RIGHT.accounts[:3]),
    "accounts-used": replace(RIGHT, accounts=OLD),
    "countynet-passwords-aged": replace(RIGHT, accounts=OLD),
    "changes-approved": replace(
        RIGHT, plans={"plan:1": {"plan.made": "a", "plan.approved": "a", "plan.applying": "a"}}
    ),
    "backups-fresh": replace(RIGHT, looked={"core-1": AT - DAY, "core-2": None}),
    "restore-tried": replace(RIGHT, last={}),
    "emergency-drilled": replace(RIGHT, last={"emergency.ended": AT - 400 * DAY}),
    "log-outside": replace(RIGHT, settings=SETTINGS.model_copy(update={"log_outside": None})),
    "log-stamped": replace(RIGHT, settings=SETTINGS.model_copy(update={"log_tsa": ""})),
    "pages-encrypted": replace(RIGHT, settings=SETTINGS.model_copy(update={"listen": "0.0.0.0"})),
    "files-private": replace(RIGHT, loose=("vault.yml (0644)",)),
    "secrets-nowhere": replace(RIGHT, spilt=("snmp/auth: job 3",)),
    "tokens-bounded": replace(RIGHT, tokens=(Token("old", AT - 200 * DAY, AT + DAY, None),)),
}


@pytest.mark.parametrize("id_", sorted(BY_ID))
def test_each_check_passes_what_is_right_and_fails_what_is_broken(id_: str) -> None:
    assert run(BY_ID[id_], good(toolkit=RIGHT)).verdict is Verdict.PASS
    assert run(BY_ID[id_], good(toolkit=None)).verdict is Verdict.UNKNOWN
    if id_ in BROKEN:
        assert run(BY_ID[id_], good(toolkit=BROKEN[id_])).verdict is Verdict.FAIL
    assert id_ in BROKEN or id_ == "logs-kept"


def test_a_change_at_once_is_right_once_somebody_else_confirmed_it() -> None:
    by = {"plan.made": "operator", "plan.emergency": "operator", "plan.applying": "operator"}
    verdicts = []
    for confirmed in ({}, {"plan.confirmed": "operator"}, {"plan.confirmed": "center"}):
        held = replace(RIGHT, plans={"plan:7": by | confirmed})
        verdicts.append(run(BY_ID["changes-approved"], good(toolkit=held)).verdict)
    assert verdicts == [Verdict.FAIL, Verdict.FAIL, Verdict.PASS]


def test_a_change_that_nobody_approved_is_named() -> None:
    held = replace(RIGHT, plans={"plan:7": {"plan.made": "operator", "plan.applying": "operator"}})
    assert [p.subject for p in run(BY_ID["changes-approved"], good(toolkit=held)).of(Verdict.FAIL)] == ["plan:7"]


def test_a_canary_is_found_wherever_it_was_spilt_and_a_loose_file_too(tmp_path: Path) -> None:
    settings = Settings(county=tmp_path / "county", language="en")
    create.create_folder(settings)
    create.create_secrets(settings, load_county(settings.county))
    engine = open_database(settings)
    canary = Secrets.load(settings).get("snmp/auth").get_secret_value()
    Accounts(engine).create("center", Role.CENTER, None, "test", "correct-horse-1")
    with transaction(engine) as session:
        events.record(session, PlanTag.MADE, "operator", "plan:1", {"note": f"use {canary}, please"})
        events.record(session, PlanTag.APPROVED, "center", "plan:1", {})
        submit(session, "audit-run", {"isolation": canary}, "auditor")
    (settings.state / "evidence" / "ab").mkdir(parents=True)
    (settings.state / "evidence" / "ab" / ("ab" * 32)).write_text(f"key {canary}\n")
    (settings.state / "vault-password").chmod(0o644)
    found = gather(settings, engine, ["core-1"])
    places = [spilt.partition(": ")[2] for spilt in found.spilt]
    assert [place.split()[0].split("/")[0] for place in places] == ["evidence", "event", "event", "job"]
    assert all(spilt.startswith("snmp/auth: ") and canary not in spilt for spilt in found.spilt)
    assert any(name.startswith("vault-password (0644)") for name in found.loose)
    assert [(a.login, a.role, a.seen) for a in found.accounts] == [("center", "center", None)]
    assert found.plans == {"plan:1": {"plan.made": "operator", "plan.approved": "center"}}
    assert found.looked == {"core-1": None}
    assert clock.now() - found.last["plan.made"] < DAY
    engine.dispose()
