"""Hardening run as a playbook on a twin: a device that somebody loosened is planned back, and then nothing is left."""

from collections.abc import Iterator

import pytest

from countynet.db import open_database
from countynet.i18n import set_language
from countynet.vocabulary import Role
from dashboard.users.service import Accounts
from playbooks.backup.around import apply
from playbooks.plan.book import Book
from playbooks.plan.model import PlanState
from tests.applications.day2.scene import AMY, Scene, standing

UNIT, CPE = "u025", "cpe-025"
SSHD = "/etc/ssh/sshd_config.d/countynet.conf"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    set_language("en")
    with standing(tmp_path_factory.mktemp("harden"), UNIT) as found:
        Accounts(open_database(found.settings)).create(AMY.name, Role.CENTER, None, "test", "correct-horse-1")
        yield found


def admits_passwords(scene: Scene) -> bool:
    return "passwordauthentication yes" in scene.on(CPE, "sshd -T 2>/dev/null").lower()


def test_what_was_loosened_by_hand_is_planned_back_and_then_nothing_is_left_for_a_plan(scene: Scene) -> None:
    loose = (
        f"sed -i 's/^PasswordAuthentication no/PasswordAuthentication yes/; s/^MaxAuthTries .*/MaxAuthTries 20/' {SSHD}"
    )
    scene.on(CPE, f"{loose}; systemctl reload ssh")
    assert admits_passwords(scene)
    known = {plan.plan.number for plan in Book.open(scene.settings).newest(50)}

    end = scene.run("harden", {})
    assert end.good, (end, scene.words)
    made = [one.plan for one in Book.open(scene.settings).newest(50) if one.plan.number not in known]
    (plan,) = [one for one in made if CPE in {change.device for change in one.devices}]
    assert f"plan {plan.number} is made" in scene.words
    assert admits_passwords(scene), "a plan is made, not applied"

    scene.approve(plan.number)
    done = apply(scene.settings, plan.number, lambda _device, _text: None, actor="amy")
    assert done.state is PlanState.DONE, done.devices
    assert not admits_passwords(scene)
    known |= {one.number for one in made}
    end = scene.run("harden", {})
    fresh = [one.plan for one in Book.open(scene.settings).newest(50) if one.plan.number not in known]
    assert CPE not in {change.device for one in fresh for change in one.devices}, scene.words
