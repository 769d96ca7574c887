"""What a plan opens and closes is proven from its own texts and kept under its hash."""

import json
from ipaddress import IPv4Network

import pytest
from typer.testing import CliRunner

from countynet.db import transaction
from countynet.errors import BadInput
from countynet.i18n import set_language
from countynet.jobs import submit
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.worker import handlers, run_one
from inventory import create, load_county, running
from inventory.deviceconfig import DeviceConfig, FilterRule
from inventory.intent.adapt import adapted
from inventory.platforms.registry import platform
from inventory.record import Repository
from playbooks.plan.book import Book
from playbooks.plan.cli import app as plans
from playbooks.plan.model import Plan, Steps, Way
from playbooks.plan.proving import kept, lines_of, planned, prove_plan, proven, try_to_prove
from tests.unit.playbooks.plan.samples import plan
from topology.reach.cli import app
from topology.reach.planned import planned as asked_for

LANS = (IPv4Network("10.21.0.0/16"),)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings.load(tmp_path_factory.mktemp("proving") / "county")
    create.create_folder(settings)
    create.create_secrets(settings, load_county(settings.county))
    create.create_repository(settings)
    return settings


@pytest.fixture(scope="module")
def configs(settings: Settings) -> dict[str, DeviceConfig]:
    return adapted(Repository(settings).county(), Secrets.load(settings).get)


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


def text(config: DeviceConfig) -> str:
    return platform("linux").render(config)


def holed(config: DeviceConfig) -> DeviceConfig:
    """Everything may reach the device itself."""
    rule = FilterRule(action="accept", name="planted")
    chains = (f.model_copy(update={"rules": (rule, *f.rules)}) if f.hook == "input" else f for f in config.filters)
    return config.model_copy(update={"filters": tuple(chains)})


def added(settings: Settings, before: DeviceConfig, after: DeviceConfig) -> Plan:
    steps = Steps(running=text(before), intended=text(after), do=Way(), undo=Way())
    commit = Repository(settings).head()
    return Book.open(settings).add(lambda n: plan(n).model_copy(update={"commit": commit}), {"cpe-001": steps})


@pytest.fixture(scope="module")
def hole(settings: Settings, configs: dict[str, DeviceConfig]) -> Plan:
    return added(settings, configs["cpe-001"], holed(configs["cpe-001"]))


def test_a_plan_that_opens_a_device_is_told_with_a_packet(settings: Settings, hole: Plan) -> None:
    change = proven(settings, hole.number).change
    assert change.devices == ("cpe-001",)
    assert ("unit:u001", "devices", False) in {(s.source, s.target, s.allowed) for s in change.opens}
    assert (change.closes, change.unsure, change.good) == ((), (), False)
    assert "cpe-001" not in change.assumed
    assert "fw-1" in change.assumed
    found = kept(settings, hole.hash)
    assert found
    assert found.change == change
    words = [*lines_of(settings, Book.open(settings).get(hole.number))]
    assert any("opens: unit:u001 > devices" in line and "not allowed by the policy" in line for line in words)
    assert any(line.startswith("  never fetched, taken as the inventory intends: agg-1") for line in words)


def test_a_description_opens_nothing_and_closes_nothing(settings: Settings, configs: dict[str, DeviceConfig]) -> None:
    made = added(settings, configs["cpe-001"], configs["cpe-001"].model_copy(update={"banner": "hello"}))
    assert proven(settings, made.number).change.harmless
    assert "  opens nothing, closes nothing" in lines_of(settings, Book.open(settings).get(made.number))


def test_what_another_device_runs_counts_as_it_was_fetched(
    settings: Settings, configs: dict[str, DeviceConfig]
) -> None:
    strange = text(configs["cpe-002"]) + "\nnobody knows this\n"
    running.save(settings, {"cpe-002": (platform("linux").mask(strange), strange)})
    made = added(settings, configs["cpe-001"], configs["cpe-001"].model_copy(update={"banner": "other"}))
    change = proven(settings, made.number).change
    assert "cpe-002" not in change.assumed
    assert "unit:u002" in change.unsure
    assert change.lines
    assert all(line.startswith("cpe-002: ") for line in change.lines)


def test_the_job_proves_and_says_what_it_found(settings: Settings, hole: Plan) -> None:
    assert handlers()["plan-prove"] is prove_plan
    book = Book.open(settings)
    with transaction(book.engine) as session:
        submit(session, "plan-prove", {"plan": hole.number}, "amy")
    assert run_one(settings, book.engine, {"plan-prove": prove_plan})


def test_the_proof_asks_whoever_keeps_plans(settings: Settings, hole: Plan) -> None:
    assert asked_for(settings, hole.number).texts == planned(settings, hole.number).texts
    with pytest.raises(BadInput):
        asked_for(settings, 999)
    assert try_to_prove(settings, 999).startswith("there is no plan 999")


def test_the_command_gives_the_packets_and_the_exit_code(
    settings: Settings, hole: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("countynet.settings.Settings.load", lambda *_given: settings)
    result = CliRunner().invoke(app, ["--change", str(hole.number), "--json"])
    assert result.exit_code == 1, result.output
    told = json.loads(result.stdout)
    assert (told["plan"], told["good"], told["closes"]) == (hole.number, False, [])
    assert told["opens"][0]["packet"]
    assert told["opens"][0]["path"]
    words = CliRunner().invoke(app, ["--change", str(hole.number)]).stdout
    assert "opens: unit:u001 > devices" in words
    result = CliRunner().invoke(app, ["--of", "plan", "--plan", str(hole.number), "--json"])
    assert result.exit_code == 1, result.output
    assert any(v["to"] == "devices" and v["verdict"] == "open" for v in json.loads(result.stdout)["violations"])
    assert CliRunner().invoke(app, ["--of", "plan"]).exit_code == 2


def test_a_plan_that_is_shown_says_what_it_opens_and_closes(
    settings: Settings, configs: dict[str, DeviceConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("countynet.settings.Settings.load", lambda *_given: settings)
    made = added(settings, holed(configs["cpe-001"]), configs["cpe-001"])
    assert kept(settings, made.hash) is None
    shown = CliRunner().invoke(plans, ["show", str(made.number)])
    assert shown.exit_code == 0, shown.output
    assert "closes: unit:u001 > devices" in shown.output
    told = json.loads(CliRunner().invoke(plans, ["show", str(made.number), "--json"]).stdout)
    assert (told["proof"]["opens"], told["proof"]["devices"]) == ([], ["cpe-001"])
