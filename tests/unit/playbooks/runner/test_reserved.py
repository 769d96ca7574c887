"""What the county keeps from the company that runs its network: the certificates' application, by every way."""

from collections.abc import Iterator
from datetime import date, time

import pytest
from sqlalchemy import Engine, update
from typer import Typer
from typer.testing import CliRunner

from countynet.db import open_database, reading
from countynet.errors import BadInput, NotAllowed
from countynet.events import Event
from countynet.i18n import set_language, translate_error
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory import create, load_county
from inventory.model import County
from playbooks.applications import cli as applications
from playbooks.applications.kinds import OWN, SHIPPED
from playbooks.runner import book, catalogue, cli, dispatch, reserved
from playbooks.runner.schedules import book as schedules
from playbooks.runner.schedules import cli as turns
from playbooks.runner.schedules.rhythm import Every, Rhythm
from playbooks.runner.states import RunState
from playbooks.runner.store import RunRow

OPERATOR, CENTER = Actor("amy", Role.OPERATOR), Actor("bob", Role.CENTER)
ACTIONS = ("app-deploy", "app-backup", "app-drill", "app-renew")
AUTHORITY = {"application": "certificates"}
ON = "srv-auth"
RHYTHM = Rhythm(Every.DAILY, 0, time(2), None, date(2026, 1, 1))


@pytest.fixture
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    set_language("en")
    settings = Settings.load(tmp_path_factory.mktemp("reserved") / "county")
    create.create_folder(settings)
    (settings.county / create.APPLICATIONS.name).write_bytes(create.APPLICATIONS.read_bytes())
    return settings


@pytest.fixture
def county(settings: Settings) -> County:
    return load_county(settings.county)


@pytest.fixture
def engine(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setattr(dispatch, "_start", lambda _settings, _number: None)
    engine = open_database(settings)
    for room in (cli, applications, turns):
        monkeypatch.setattr(room, "opened", lambda: (settings, engine))
        monkeypatch.setattr(room, "who", lambda _engine, _login: OPERATOR)
    yield engine
    engine.dispose()


def refused(words: str) -> bool:
    return "certificates is for center alone" in words or "应用系统 certificates 仅由" in words


@pytest.mark.parametrize("name", ACTIONS)
def test_the_operator_may_do_nothing_with_the_application(
    settings: Settings, engine: Engine, county: County, name: str
) -> None:
    with pytest.raises(NotAllowed) as error:
        book.ask(settings, engine, county, name, AUTHORITY, OPERATOR)
    assert refused(translate_error(error.value))
    set_language("zh_CN")
    assert refused(translate_error(error.value))
    assert book.ask(settings, engine, county, name, AUTHORITY, CENTER).targets[0] == ON


@pytest.mark.parametrize("name", ["patch-servers", "renew-certificates", "harden-servers"])
def test_the_operator_may_do_nothing_with_its_host(
    settings: Settings, engine: Engine, county: County, name: str
) -> None:
    with pytest.raises(NotAllowed) as error:
        book.ask(settings, engine, county, name, {"servers": ON}, OPERATOR)
    assert refused(translate_error(error.value))
    assert ON not in book.ask(settings, engine, county, name, {}, OPERATOR).targets
    assert ON in book.ask(settings, engine, county, name, {}, CENTER).targets


def test_the_operator_exchanges_no_key_that_opens_its_host(settings: Settings, engine: Engine, county: County) -> None:
    with pytest.raises(NotAllowed) as error:
        book.ask(settings, engine, county, "rotate-server-keys", {}, OPERATOR)
    assert refused(translate_error(error.value))
    assert ON in book.ask(settings, engine, county, "rotate-server-keys", {}, CENTER).targets


def test_others_on_its_host_are_the_centers_too_and_other_applications_the_operators(
    settings: Settings, engine: Engine, county: County
) -> None:
    shared = County(
        **{name: getattr(county, name) for name in County.model_fields}
        | {
            "applications": tuple(
                one.model_copy(update={"hosts": (ON,)}) if one.id == "wiki" else one for one in county.applications
            )
        }
    )
    assert ON in book.ask(settings, engine, county, "app-deploy", {"application": "wiki"}, OPERATOR).targets
    with pytest.raises(NotAllowed):
        book.ask(settings, engine, shared, "app-deploy", {"application": "wiki"}, OPERATOR)


def test_a_schedule_of_the_operator_is_refused(settings: Settings, engine: Engine, county: County) -> None:
    for name, given in (("app-backup", AUTHORITY), ("patch-servers", {"servers": ON})):
        with pytest.raises(NotAllowed):
            schedules.make(settings, engine, county, name, given, RHYTHM, OPERATOR)


def asked_before(engine: Engine, settings: Settings, county: County, state: RunState) -> int:
    """Return a run that the operator asked for while the description still let them."""
    number = book.ask(settings, engine, county, "app-backup", AUTHORITY, CENTER).number
    with engine.begin() as connection:
        changed = {"actor": "amy", "role": "operator", "state": state.value}
        connection.execute(update(RunRow).where(RunRow.id == number).values(changed))
    return number


def test_a_run_that_the_operator_once_might_ask_for_does_not_begin_nor_is_it_run_again(
    settings: Settings, engine: Engine, county: County
) -> None:
    queued = asked_before(engine, settings, county, RunState.QUEUED)
    dispatch.once(settings, engine)
    found = book.get(engine, queued)
    assert (found.state, refused(found.words)) == (RunState.REFUSED, True)
    with reading(engine) as session:
        last = session.query(Event).filter(Event.subject == f"run:{queued}").order_by(Event.id.desc()).first()
    assert last is not None
    assert (last.tag, last.actor) == ("run.refused", "rights")
    failed = book.get(engine, asked_before(engine, settings, county, RunState.FAILED))
    with pytest.raises(NotAllowed):
        reserved.may_follow(settings, failed, OPERATOR)
    reserved.may_follow(settings, failed, CENTER)


def test_the_command_lines_refuse_the_operator(settings: Settings, engine: Engine, county: County) -> None:
    number = asked_before(engine, settings, county, RunState.FAILED)
    schedule = ["schedule", "app-backup", "--set", "application=certificates", "--every", "daily", "--at", "02:00"]
    lines: list[tuple[Typer, list[str]]] = [
        (cli.app, ["again", str(number)]),
        (cli.app, ["go", str(number)]),
        (cli.app, ["start", "app-renew", "--set", "application=certificates"]),
        (cli.app, ["start", "patch-servers", "--set", f"servers={ON}"]),
        (cli.app, schedule),
        *((applications.app, [action, "certificates"]) for action in ("deploy", "backup", "drill")),
    ]
    for room, words in lines:
        answer = CliRunner().invoke(room, [*words, "--as", "amy"])
        said = " ".join((answer.stdout + answer.stderr).split())
        assert (answer.exit_code, refused(said)) == (1, True), (words, said)


def test_where_the_centers_vault_is_closed_the_center_starts_nothing_on_its_host_either(
    settings: Settings, engine: Engine, county: County
) -> None:
    queued = book.ask(settings, engine, county, "app-backup", AUTHORITY, CENTER).number
    vault = settings.county / "secrets" / "center.yml"
    vault.parent.mkdir(exist_ok=True)
    vault.write_text("closed here")
    for name, given in (*((action, AUTHORITY) for action in ACTIONS), ("patch-servers", {"servers": ON})):
        with pytest.raises(BadInput) as error:
            book.ask(settings, engine, county, name, given, CENTER)
        assert "closed on this machine" in translate_error(error.value)
    assert ON not in book.ask(settings, engine, county, "patch-servers", {}, CENTER).targets
    assert book.ask(settings, engine, county, "app-backup", {"application": "wiki"}, CENTER).number
    assert list(reserved.closed(settings, county, Role.CENTER)) == ["certificates"]
    dispatch.once(settings, engine)
    found = book.get(engine, queued)
    assert (found.state, "closed on this machine" in found.words) == (RunState.REFUSED, True)


def test_a_kind_of_the_countys_own_says_it_too(settings: Settings, county: County) -> None:
    assert list(reserved.closed(settings, county, Role.OPERATOR)) == ["certificates"]
    assert not reserved.closed(settings, county, Role.CENTER)
    own = settings.county / OWN / "wiki"
    own.mkdir(parents=True)
    text = (SHIPPED / "wiki" / "application.yml").read_text(encoding="utf-8")
    (own / "application.yml").write_text(f"{text}may_run: [center]\n", encoding="utf-8")
    assert list(reserved.closed(settings, county, Role.OPERATOR)) == ["certificates", "wiki"]
    patches = catalogue.playbook(settings.county, "patch-servers")
    with pytest.raises(NotAllowed):
        book.touches(settings, county, patches, {"servers": "srv-dept"}, OPERATOR)
