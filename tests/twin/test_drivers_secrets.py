"""A secret that alone was changed in the inventory: vendors' devices show only ciphertext, and get the new one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from countynet.errors import DeviceError
from countynet.i18n import set_language
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import confirmed, create, load_county, names
from inventory.intent.adapt import VENDOR_PRIVATE_KEY, VENDOR_PUBLIC_KEY
from inventory.model import County, Device
from playbooks.device import drivers
from playbooks.device.drivers.vendor import VendorDriver
from playbooks.device.intended import renderer
from playbooks.device.vouched import Reason, Vouched
from playbooks.plan.guarded import Outcome
from playbooks.plan.guards import choose
from playbooks.plan.model import DeviceState, Steps
from tests.twin.drivers_lab import LIMITS, NAME, Box, Nothing
from topology.twin.vendor.dialogues import DIALOGUES


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    set_language("en")
    found = Settings.load(tmp_path_factory.mktemp("mixed") / "county")
    create.create_folder(found, mixed=True)
    create.create_secrets(found, load_county(found.county))
    return found


@pytest.fixture(scope="module")
def county(settings: Settings) -> County:
    return load_county(settings.county)


def one_of(county: County, platform: str, render: Callable[[str], str]) -> Device:
    """Return the device of a platform that says least, of those with a tunnel where there is one."""
    said = {d.name: render(d.name) for d in county.devices if d.platform == platform}
    name = min(said, key=lambda name: ("pre-shared-key" not in said[name], len(said[name])))
    return county.device_by_name[name]


@dataclass
class Driven:
    """A device on loopback, as the inventory says, with what is known of its secrets."""

    settings: Settings
    box: Box
    device: Device
    driver: VendorDriver
    intended: str
    secrets: tuple[str, ...]
    """plain, as they stand in the intended text"""

    @property
    def vouched(self) -> Vouched:
        return Vouched(self.settings, self.device.name)

    def rotated(self) -> str:
        """Return what is intended once every secret was changed."""
        text = self.intended
        for secret in self.secrets:
            text = text.replace(secret, turned(secret))
        return text

    def bring(self, intended: str) -> bool:
        session = self.box.open()
        try:
            done = self.driver.bring(session, self.device, intended, LIMITS, vouched=self.vouched)
        finally:
            session.close()
        return done.changed

    def shows(self, intended: str) -> str:
        session = self.box.open()
        try:
            return self.driver.bring(session, self.device, intended, LIMITS, check=True, vouched=self.vouched).diff
        finally:
            session.close()

    def guarded(self, intended: str, checks: Nothing | None = None) -> tuple[Steps, Outcome]:
        """Change the device under guard, with what a plan's apply notes before and after."""
        running = self.box.read()
        due = self.driver.due(self.vouched, running, intended)
        steps = choose(self.device, running).steps(self.device, running, intended, due)
        assert steps
        self.vouched.begin(due)
        outcome = self.box.guarded(steps, checks)
        if outcome.state is DeviceState.DONE:
            self.vouched.end(due)
        return steps, outcome

    def in_force(self, secrets: tuple[str, ...]) -> bool:
        """Whether the device itself knows these secrets, and still does after a restart."""
        now = self.box.order(ask="running")["text"]
        self.box.order(do="reboot")
        then = self.box.order(ask="running")["text"]
        return all(secret in text for secret in secrets for text in (now, then))


def turned(secret: str) -> str:
    return secret[::-1] if secret[::-1] != secret else f"{secret}x"


@pytest.fixture(params=sorted(DIALOGUES), scope="module")
def brought_up(
    request: pytest.FixtureRequest, county: County, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Driven]:
    tmp_path = tmp_path_factory.mktemp(request.param)
    secrets = Secrets.load(settings)
    render = renderer(county, secrets)
    device = one_of(county, request.param, render)
    for name, file in ((VENDOR_PRIVATE_KEY, "key"), (VENDOR_PUBLIC_KEY, "key.pub")):
        (tmp_path / file).write_text(secrets.get(name).get_secret_value())
    box = Box(tmp_path, device.platform, device.model, known_as=device)
    box.start("--management", names.staging(device), *(word for port in device.ports for word in ("--port", port)))
    driver = drivers.of(device)
    assert isinstance(driver, VendorDriver)
    intended = render(device.name)
    values = [secrets.get(name).get_secret_value().strip() for name in secrets.names() if "ssh/" not in name]
    found = Driven(settings, box, device, driver, intended, tuple(v for v in values if v in intended))
    assert found.secrets
    assert found.bring(intended)
    yield found
    box.stop()


@pytest.fixture
def driven(brought_up: Driven) -> Driven:
    """The device as the inventory says, whatever the test before did."""
    brought_up.bring(brought_up.intended)
    assert not brought_up.bring(brought_up.intended)
    return brought_up


def test_a_secret_that_alone_was_changed_is_shown_masked_sent_and_in_force(driven: Driven) -> None:
    assert driven.in_force(driven.secrets)
    assert not driven.bring(driven.intended)
    new = tuple(turned(secret) for secret in driven.secrets)
    shown = driven.shows(driven.rotated())
    assert "********" in shown
    assert not any(secret in shown for secret in (*driven.secrets, *new))
    assert driven.bring(driven.rotated())
    assert driven.in_force(new)
    assert not driven.bring(driven.rotated())
    assert driven.shows(driven.intended), "the old ones are others now"


def test_a_guarded_change_of_secrets_alone_brings_them(driven: Driven) -> None:
    steps, outcome = driven.guarded(driven.rotated())
    assert set(steps.anew.values()) == {Reason.CHANGED}
    assert (outcome.error, outcome.state) == (None, DeviceState.DONE)
    assert driven.in_force(tuple(turned(secret) for secret in driven.secrets))


def test_a_guarded_change_of_secrets_alone_that_fails_gives_the_old_ones_back(driven: Driven) -> None:
    steps, outcome = driven.guarded(driven.rotated(), Nothing(DeviceError(NAME, "nobody answers")))
    assert outcome.state is DeviceState.REVERTED
    hidden = driven.device.platform == "cisco_ios"  # the keys of SNMP users, which IOS tells nobody
    text = driven.box.order(ask="running")["text"]
    assert all(secret in text for secret in driven.secrets if not (hidden and f" {secret}" in snmp(driven.intended)))
    due = driven.driver.due(driven.vouched, driven.box.read(), driven.intended)
    assert set(due.anew) == set(due.unconfirmed) == set(steps.anew), "what a broken change left is not believed"


def snmp(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if line.startswith("snmp-server user"))


def test_what_nobody_knows_is_sent_again_and_said(driven: Driven) -> None:
    confirmed.forget(driven.settings, driven.device.name)
    due = driven.driver.due(driven.vouched, driven.box.read(), driven.intended)
    assert due.unconfirmed
    assert due.unconfirmed == tuple(due.anew)
    assert driven.bring(driven.intended)
    assert not driven.bring(driven.intended)
    assert driven.in_force(driven.secrets)
