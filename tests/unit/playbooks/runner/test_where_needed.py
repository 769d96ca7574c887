"""A playbook whose look finds all that there is to do: servers without anything are left alone and not announced."""

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from countynet.errors import BadInput, DeviceError
from countynet.i18n import set_language
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory import load_county
from inventory.create import EXAMPLE
from playbooks.runner import catalogue
from playbooks.runner.programs import ansible
from playbooks.runner.programs.ansible import AnsibleProgram
from playbooks.runner.programs.work import Ended, Work
from playbooks.servers.run import Heard, HostResult, Play, RunResult

BOTH = ("srv-infra", "srv-portal")
NOWHERE = Path("/nowhere")
SERVERS = f"{BOTH[0]},{BOTH[1]}"


class Ansible:
    """Hosts of which some have something to change, until a run that is no look has done it."""

    def __init__(self, due: Sequence[str], fails: str = "", unseen: str = "") -> None:
        self.due, self.fails, self.unseen = set(due), fails, unseen
        self.played, self.cut = list[tuple[bool, tuple[str, ...]]](), list[tuple[str, ...]]()
        self.said = list[Heard]()

    def play(
        self, _settings: object, play: Play, heard: Callable[[Heard], None], _cancelled: threading.Event
    ) -> RunResult:
        self.played.append((play.check, play.hosts))
        hosts = tuple(self._host(name, play.check, heard) for name in play.hosts)
        good = not any(host.error for host in hosts)
        return RunResult("successful" if good else "failed", 1.0, hosts)

    def _host(self, name: str, check: bool, heard: Callable[[Heard], None]) -> HostResult:
        if name == self.fails:
            return HostResult(name, error=DeviceError(name, "does not answer"))
        if name == self.unseen:
            return HostResult(name)
        heard(Heard("Look", name, "ok", "looks" if check else "does"))
        return HostResult(name, ok=1, changed=int(name in self.due))

    def run(self, looks: bool = False, book: Mapping[str, Any] | None = None) -> Ended:
        found = catalogue.playbook(NOWHERE, "patch-servers").model_copy(update=book or {})
        work = Work(
            cast(Settings, SimpleNamespace(county=NOWHERE)), cast(Any, None), found, {"servers": SERVERS}, BOTH,
            Actor("bob", Role.CENTER), looks, heard=self.said.append, cuts=lambda names: self.cut.append(tuple(names)),
        )  # fmt: skip
        return AnsibleProgram().run(work)


@pytest.fixture
def standing(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ansible]:
    set_language("en")
    county = load_county(EXAMPLE)
    monkeypatch.setattr(ansible, "present_county", lambda _s: county)
    monkeypatch.setattr(ansible, "_mask", lambda _work: lambda words: words)

    def made(*due: str, **more: str) -> Ansible:
        found = Ansible(due, **more)
        monkeypatch.setattr(ansible, "run_play", found.play)
        return found

    return made


def test_nothing_is_announced_where_nothing_is_to_be_installed(standing: Callable[..., Ansible]) -> None:
    found = standing()
    end = found.run()
    assert (end.good, end.words, [host.host for host in end.hosts]) == (True, "nothing to install", [*BOTH])
    assert (found.cut, found.played) == ([], [(True, BOTH)])
    assert [(line.host, line.task) for line in found.said if line.task != "Look"] == [
        (name, "nothing to install") for name in BOTH
    ]


def test_only_who_has_something_to_install_is_announced_and_run(standing: Callable[..., Ansible]) -> None:
    found = standing("srv-portal")
    end = found.run()
    assert (found.cut, found.played) == ([("srv-portal",)], [(True, BOTH), (False, ("srv-portal",))])
    assert {host.host: host.changed for host in end.hosts} == {"srv-infra": 0, "srv-portal": 1}
    told = [(line.host, line.words or line.task) for line in found.said]
    assert told == [("srv-infra", "looks"), ("srv-infra", "nothing to install"), ("srv-portal", "does")]


def test_a_server_that_is_silent_is_named_and_nothing_announced_for_it(standing: Callable[..., Ansible]) -> None:
    found = standing(fails="srv-portal")
    end = found.run()
    assert (end.good, found.cut, len(found.played)) == (False, [], 1)
    assert "srv-portal" in end.words
    found = standing("srv-infra", fails="srv-portal")
    assert not found.run().good
    assert (found.cut, found.played[1]) == ([("srv-infra",)], (False, BOTH))


def test_what_a_look_that_failed_did_not_come_to_is_announced(standing: Callable[..., Ansible]) -> None:
    found = standing(fails="srv-infra", unseen="srv-portal")
    found.run()
    assert (found.cut, found.played[1]) == ([("srv-portal",)], (False, BOTH))


def test_a_look_is_one_look_and_other_playbooks_are_run_as_they_are(standing: Callable[..., Ansible]) -> None:
    found = standing()
    found.run(looks=True)
    assert found.played == [(True, BOTH)]
    found = standing()
    found.run(book={"nothing": "", "nothing_en": ""})
    assert (found.cut, found.played) == ([BOTH], [(False, BOTH)])


def test_what_is_said_of_nothing_is_said_in_both_languages_of_what_can_look(tmp_path: Path) -> None:
    shipped = catalogue.SHIPPED.read_text(encoding="utf-8")
    for wrong in (("  nothing_en: nothing to install\n", ""), ("  nothing: 没有可安装的更新\n", "  checks: false\n")):
        with pytest.raises(BadInput) as refused:
            catalogue._read("playbooks.yml", shipped.replace(*wrong).encode(), catalogue.SHIPPED_FOLDER)
        assert "both languages" in refused.value.problems[0].message
