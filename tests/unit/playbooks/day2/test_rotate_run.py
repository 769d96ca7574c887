"""How a rotation goes on over runs: only what devices themselves show counts, and the silent are not taken along."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pydantic import SecretStr

from countynet.errors import BadInput, Conflict, NotAllowed, Problem
from countynet.i18n import set_language, translate_error
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory import load_county
from inventory.create import random_text
from inventory.intent import rotation
from inventory.intent.hardened import time_keys
from inventory.intent.rotation import Stage
from inventory.model import County, Hardening
from inventory.names import TIME_KEY, secret_of_tunnel
from inventory.subset import subset
from playbooks.day2.credentials import rotate, vault
from playbooks.day2.credentials.members import of_kind
from playbooks.day2.credentials.rotate import Rotation
from playbooks.runner.catalogue import playbook
from playbooks.runner.programs.work import Ended, Work

TOP = Path(__file__).parents[4]
SILENT, OTHER, HUB, SERVER = "cpe-025", "cpe-027", "vpn-hub", "srv-infra"
SSH = {rotation.PRIVATE: "old-private", rotation.PUBLIC: "ssh-ed25519 AAAAold"}
WAITS = "plan 1 needs 1 approval and has none yet"


def _there(values: Mapping[str, str], name: str) -> str:
    if name not in values:
        raise BadInput([Problem("missing", where=name)])
    return values[name]


class Fleet:
    """Devices that take what they are told, but those that are silent; plans that are approved after they were made."""

    def __init__(self, county: County, values: dict[str, str]) -> None:
        self.county, self.values, self.silent = county, values, {SILENT}
        self.waiting, self.waits, self.broken, self.plans = True, True, False, 0
        self.deaf, self.known, self.behind = False, list[list[int]](), set[str]()

    def carried(self, work: Work, making: object) -> Ended:
        if self.waiting and self.waits:
            self.waiting = False
            return Ended(False, words=WAITS, plan=1, waits=True)
        self.waiting = True
        if self.broken and self.plans:
            raise Conflict("no device could be planned")
        self.plans += 1
        return Ended(not self.silent, plan=2)

    def carried_at_once(self) -> None:
        """Approve every plan as it is made."""
        self.waits = False

    def settled(self, settings: Settings, actor: str, names: Sequence[str]) -> tuple[frozenset[str], Mapping[str, str]]:
        why = {name: "silent" for name in names if name in self.silent}
        return frozenset(names) - set(why) - self.behind, why

    def told(self, _work: object, _county: object, values: Mapping[str, str]) -> dict[str, str]:
        if self.deaf:
            return {SERVER: "silent"}
        self.known.append([key.number for key in time_keys(lambda name: SecretStr(_there(values, name)))])
        return {}

    def change(self, _s: object, make: Callable[[dict[str, str]], dict[str, str]], *_rest: object) -> str:
        before = self.values
        self.values = make(dict(before))
        return "commit" if self.values != before else ""

    def refused(self, _s: object, _c: object, _k: object, names: Collection[str]) -> dict[str, str]:
        return {name: "refused" for name in names if name in self.silent}


@pytest.fixture
def fleet(monkeypatch: pytest.MonkeyPatch) -> Fleet:
    set_language("en")
    county = subset(load_county(TOP / "inventory" / "example"), 2)
    keys = {secret_of_tunnel(cpe): random_text() for cpe in of_kind(county, "vpn")}
    found = Fleet(county, {rotation.AUTH: random_text(), rotation.PRIV: random_text(), **SSH, **keys})
    for name, to in (
        ("carried", found.carried), ("settled", found.settled), ("change_vault", found.change),
        ("refused", found.refused), ("told", found.told),
        ("present_county", lambda _s: found.county), ("_values", lambda _s: dict(found.values)),
        ("_begun_already", lambda _w, plan: plan == 2),
    ):  # fmt: skip
        monkeypatch.setattr(rotate, name, to)
    return found


def run(
    folder: Path, kind: str, times: int, chosen: tuple[str, ...] = (), within: str = "", way: str = "go-on"
) -> Ended:
    book = playbook(folder, "rotate-credentials").model_copy(
        update={"within": {Role.OPERATOR: within} if within else {}}
    )
    actor = Actor("amy", Role.OPERATOR if within else Role.CENTER)
    settings = cast(Settings, SimpleNamespace())
    end = Ended(False)
    for _time in range(times):
        work = Work(settings, cast(Any, None), book, {"kind": kind, "way": way}, chosen, actor, False)
        end = Rotation().run(work)
        if end.good:
            break
    return end


def test_a_tunnel_whose_end_is_silent_stays_while_another_goes_all_the_way(fleet: Fleet, tmp_path: Path) -> None:
    old = fleet.values[secret_of_tunnel(SILENT)]
    end = run(tmp_path, "vpn", 6)
    found = vault.stages(fleet.values, "vpn")
    assert found == {SILENT: Stage.BOTH, OTHER: Stage.NEW}
    assert fleet.values[secret_of_tunnel(SILENT)] == old
    assert (end.good, SILENT in {host.host for host in end.hosts if host.error}) == (False, True)


def test_once_it_answers_a_rerun_ends_it(fleet: Fleet, tmp_path: Path) -> None:
    old = fleet.values[secret_of_tunnel(SILENT)]
    run(tmp_path, "vpn", 6)
    fleet.silent = set()
    end = run(tmp_path, "vpn", 6)
    assert end.good, end
    assert vault.running(fleet.values) == ()
    assert fleet.values[secret_of_tunnel(SILENT)] != old


def test_a_plan_that_waits_takes_nobody_a_step_on(fleet: Fleet, tmp_path: Path) -> None:
    end = run(tmp_path, "snmp", 1)
    assert end.words == WAITS
    assert set((vault.stages(fleet.values, "snmp") or {}).values()) == {Stage.BOTH}


def said(end: Ended) -> dict[str, str]:
    errors = {host.host: translate_error(host.error) for host in end.hosts if host.error}
    return {name: words.removeprefix(f"{name}: ") for name, words in errors.items()}


def test_who_failed_in_an_earlier_round_is_named_at_the_end_of_one_that_waits(fleet: Fleet, tmp_path: Path) -> None:
    run(tmp_path, "snmp", 1)
    end = run(tmp_path, "snmp", 1)
    assert (end.waits, end.plan, end.words.splitlines()[0]) == (True, 1, WAITS)
    assert said(end) == {SILENT: "silent"}
    assert SILENT in end.words


def test_who_failed_in_an_earlier_round_is_named_when_the_next_plan_cannot_be_made(
    fleet: Fleet, tmp_path: Path
) -> None:
    fleet.broken = True
    fleet.carried_at_once()
    end = run(tmp_path, "snmp", 1)
    everybody = set(fleet.county.device_by_name)
    assert said(end) == {
        name: "silent" if name == SILENT else "SNMP users: both, opened by the new one" for name in everybody
    }
    assert end.words.startswith("no device could be planned\n")
    assert f"{len(everybody)} of {len(everybody)} devices are not done" in end.words


def test_a_part_is_exchanged_and_the_rest_ends_it(fleet: Fleet, tmp_path: Path) -> None:
    fleet.silent = set()
    fleet.carried_at_once()
    before, everybody = fleet.values[rotation.AUTH], set(fleet.county.device_by_name)
    end = run(tmp_path, "snmp", 1, (SILENT, OTHER))
    assert (end.good, {host.host for host in end.hosts}) == (True, {SILENT, OTHER})
    assert "the vault keeps the old one until" in end.words
    assert vault.stages(fleet.values, "snmp") == {SILENT: Stage.NEW, OTHER: Stage.NEW}
    assert fleet.values[rotation.AUTH] == before

    rest = tuple(sorted(everybody - {SILENT, OTHER}))
    fleet.silent = {SILENT}
    end = run(tmp_path, "snmp", 1, rest)
    assert (end.good, SILENT in end.words, rest[0] in end.words) == (True, True, False)
    assert fleet.values[rotation.AUTH] == before
    fleet.silent = set()
    end = run(tmp_path, "snmp", 1, rest)
    assert (end.good, vault.running(fleet.values)) == (True, ())
    assert fleet.values[rotation.AUTH] != before


def test_one_tunnel_is_exchanged_alone_and_its_hub_comes_along(fleet: Fleet, tmp_path: Path) -> None:
    fleet.silent = set()
    fleet.carried_at_once()
    before = dict(fleet.values)
    end = run(tmp_path, "vpn", 1, (OTHER,))
    assert {host.host for host in end.hosts} == {OTHER, HUB}
    assert (end.good, vault.running(fleet.values)) == (True, ())
    changed = {name for name, value in fleet.values.items() if before.get(name) != value}
    assert changed == {secret_of_tunnel(OTHER)}


def test_of_every_kind_a_device_without_a_tunnel_has_two(fleet: Fleet, tmp_path: Path) -> None:
    fleet.carried_at_once()
    assert run(tmp_path, "snmp", 1, ("agg-1",)).good
    with pytest.raises(BadInput) as wrong:
        run(tmp_path, "vpn", 1, ("agg-1",))
    assert [(problem.where, problem.found) for problem in wrong.value.problems] == [("devices", "agg-1")]


def test_a_role_that_may_not_touch_the_hub_exchanges_no_tunnels(fleet: Fleet, tmp_path: Path) -> None:
    fleet.silent = set()
    fleet.carried_at_once()
    before = dict(fleet.values)
    with pytest.raises(NotAllowed, match=HUB):
        run(tmp_path, "vpn", 1, (OTHER,), within="role=cpe")
    with pytest.raises(NotAllowed):
        run(tmp_path, "snmp", 1, within="role=cpe")
    assert fleet.values == before
    assert run(tmp_path, "snmp", 1, (OTHER,), within="role=cpe").good


def test_a_part_is_given_up(fleet: Fleet, tmp_path: Path) -> None:
    before = dict(fleet.values)
    run(tmp_path, "vpn", 1)
    run(tmp_path, "vpn", 1, (OTHER,), way="give-up")
    assert vault.stages(fleet.values, "vpn") == {SILENT: Stage.BOTH}
    assert rotation.next_of_tunnel(OTHER) not in fleet.values
    run(tmp_path, "vpn", 1, (SILENT,), way="give-up")
    assert fleet.values == before


def asking(fleet: Fleet) -> None:
    """Have the county ask for time with a key."""
    plan = fleet.county.plan.model_copy(update={"hardening": Hardening(ntp_keys=True)})
    fleet.county = fleet.county.model_copy(update={"plan": plan})
    fleet.values[TIME_KEY] = random_text()


def test_the_servers_of_time_know_both_keys_before_devices_turn_and_forget_the_old_one_last(
    fleet: Fleet, tmp_path: Path
) -> None:
    asking(fleet)
    fleet.silent = set()
    before = fleet.values[TIME_KEY]
    run(tmp_path, "time", 1)
    assert fleet.known == [[1, 2, 3, 4]]
    fleet.carried_at_once()
    assert run(tmp_path, "time", 1).good
    assert fleet.known[1:] == [[1, 2, 3, 4], [3, 4]]
    assert (vault.running(fleet.values), fleet.values[TIME_KEY] == before) == ((), False)


def test_a_server_of_time_that_cannot_be_told_keeps_that_key_alone_from_going_on(fleet: Fleet, tmp_path: Path) -> None:
    asking(fleet)
    fleet.silent, fleet.deaf = set(), True
    fleet.carried_at_once()
    end = run(tmp_path, "all", 1)
    assert not end.good
    assert said(end)[SERVER] == "silent"
    assert vault.running(fleet.values) == ("time",)
    assert set((vault.stages(fleet.values, "time") or {}).values()) == {Stage.BOTH}
    fleet.deaf = False
    assert run(tmp_path, "time", 1).good
    assert vault.running(fleet.values) == ()


def test_without_the_plan_there_is_no_key_of_time_to_exchange(fleet: Fleet, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        run(tmp_path, "time", 1)
    fleet.silent = set()
    fleet.carried_at_once()
    assert run(tmp_path, "all", 1).good
    assert fleet.known == []


def test_the_key_of_time_is_given_up_as_long_as_no_device_shows_it(fleet: Fleet, tmp_path: Path) -> None:
    asking(fleet)
    before = dict(fleet.values)
    fleet.values = vault.with_stages(vault.begun(before, "time", [OTHER]), "time", {OTHER: Stage.TURNED})
    with pytest.raises(Conflict, match=OTHER):
        run(tmp_path, "time", 1, way="give-up")
    fleet.behind, fleet.silent = {OTHER}, set()
    run(tmp_path, "time", 2, way="give-up")
    assert (fleet.values, fleet.known) == (before, [[1, 2]])
