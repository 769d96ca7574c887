"""How a rotation goes on over runs: only what devices themselves show counts, and the silent are not taken along."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory import load_county
from inventory.create import random_text
from inventory.intent import rotation
from inventory.intent.rotation import Stage
from inventory.model import County
from inventory.names import secret_of_tunnel
from inventory.subset import subset
from playbooks.day2.credentials import rotate, vault
from playbooks.day2.credentials.rotate import Rotation, of_kind
from playbooks.runner.catalogue import playbook
from playbooks.runner.programs.work import Ended, Work

TOP = Path(__file__).parents[4]
SILENT, OTHER = "cpe-025", "cpe-027"
WAITS = "plan 1 has 0 of the 1 approvals that it needs"


class Fleet:
    """Devices that take what they are told, but those that are silent; plans that are approved after they were made."""

    def __init__(self, county: County, values: dict[str, str]) -> None:
        self.county, self.values, self.silent = county, values, {SILENT}
        self.waiting, self.has = True, set[str]()

    def carried(self, work: Work, making: object) -> Ended:
        if self.waiting:
            self.waiting = False
            return Ended(False, words=WAITS, plan=1)
        self.waiting = True
        return Ended(not self.silent, plan=2)

    def settled(self, settings: Settings, actor: str, names: Sequence[str]) -> tuple[frozenset[str], Mapping[str, str]]:
        why = {name: "silent" for name in names if name in self.silent}
        return frozenset(names) - set(why), why

    def change(self, _s: object, make: Callable[[dict[str, str]], dict[str, str]], *_rest: object) -> str:
        before = self.values
        self.values = make(dict(before))
        return "commit" if self.values != before else ""

    def refused(self, _s: object, _c: object, _k: object, names: Collection[str]) -> dict[str, str]:
        return {name: "refused" for name in names if name in self.silent}


@pytest.fixture
def fleet(monkeypatch: pytest.MonkeyPatch) -> Fleet:
    county = subset(load_county(TOP / "inventory" / "example"), 2)
    keys = {secret_of_tunnel(cpe): random_text() for cpe in of_kind(county, "vpn")}
    found = Fleet(county, {rotation.AUTH: random_text(), rotation.PRIV: random_text(), **keys})
    for name, to in (
        ("carried", found.carried), ("settled", found.settled), ("change_vault", found.change),
        ("refused", found.refused), ("present_county", lambda _s: county), ("_values", lambda _s: dict(found.values)),
        ("_begun_already", lambda _w, plan: plan == 2),
    ):  # fmt: skip
        monkeypatch.setattr(rotate, name, to)
    return found


def run(folder: Path, kind: str, times: int) -> Ended:
    book = playbook(folder, "rotate-credentials")
    settings = cast(Settings, SimpleNamespace())
    end = Ended(False)
    for _time in range(times):
        work = Work(
            settings, cast(Any, None), book, {"kind": kind, "way": "go-on"}, (), Actor("amy", Role.CENTER), False
        )
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
