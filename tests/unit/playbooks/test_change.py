import shlex
import subprocess

import pytest

from countynet.errors import DeviceError
from playbooks.device import change
from playbooks.device.change import bring
from playbooks.device.results import Limits
from playbooks.device.transport import Answer, File
from playbooks.device.transport.fake import FakeDevice, FakeTransport
from tests.unit.playbooks.toy import PATH, Toy, ToyDevice

LIMITS = Limits(settle=0.0)


def session(toy: ToyDevice, refused: frozenset[str] = frozenset()) -> FakeTransport:
    return FakeTransport("cpe-001", FakeDevice(toy, refused=refused))


def test_a_device_that_runs_what_is_intended_is_left_alone() -> None:
    transport = session(ToyDevice(running="new"))
    done = bring(transport, Toy(), "new", LIMITS)
    assert (done.changed, done.diff, transport.behind.commands) == (False, "", ["fetch"])
    assert done.closing == ()


def test_a_change_is_written_run_and_read_back() -> None:
    transport = session(ToyDevice(running="old"))
    done = bring(transport, Toy(), "new", LIMITS)
    assert (done.changed, done.diff, done.running) == (True, "-old\n+new\n", "new")
    assert transport.behind.files[PATH].mode == 0o600
    first, steps, last = transport.behind.commands
    assert (first, last) == ("fetch", "fetch")
    assert "step 0 'rm -f -- '\"'\"'/etc/old file'\"'\"''" in steps
    assert "step 2 " in steps


CLOSING = ("ip link set stg0 down",)


def test_over_staging_the_port_is_left_open_and_its_closing_handed_back() -> None:
    done = bring(session(ToyDevice(running="bare", staging_open=True)), Toy(), "new", LIMITS, in_band=False)
    assert (done.changed, done.running, done.closing) == (True, "new, staging open", CLOSING)


def test_a_rerun_over_staging_only_arms_again() -> None:
    transport = session(ToyDevice(running="new, staging open", staging_open=True))
    done = bring(transport, Toy(), "new", LIMITS, in_band=False)
    assert (done.changed, done.diff, done.closing) == (False, "", CLOSING)
    assert transport.behind.commands == ["fetch"]


def test_a_port_found_open_in_band_is_shut_at_once() -> None:
    transport = session(ToyDevice(running="new, staging open", staging_open=True))
    transport.behind.files[PATH] = File(0o600, "new")
    done = bring(transport, Toy(), "new", LIMITS)
    assert (done.changed, done.running, done.closing) == (True, "new", ())


def test_a_port_that_does_not_shut_is_no_success() -> None:
    with pytest.raises(DeviceError, match="still differs"):
        bring(session(ToyDevice(running="new, staging open", deaf=True)), Toy(), "new", LIMITS)


def test_checking_touches_nothing() -> None:
    transport = session(ToyDevice(running="old"))
    done = bring(transport, Toy(), "new", LIMITS, check=True)
    assert (done.changed, done.diff, transport.behind.files) == (False, "-old\n+new\n", {})


def test_a_rejected_command_is_named_with_the_words_of_the_device() -> None:
    with pytest.raises(DeviceError) as caught:
        bring(session(ToyDevice(rejects=(2, 1, "syntax error, line 3"))), Toy(), "new", LIMITS)
    assert (caught.value.command, caught.value.answer) == ("check 'it'", "syntax error, line 3")
    assert caught.value.values["status"] == "1"


def test_a_hanging_command_is_named() -> None:
    with pytest.raises(DeviceError, match="did not finish") as caught:
        bring(session(ToyDevice(rejects=(1, 124, ""))), Toy(), "new", LIMITS)
    assert caught.value.command == "systemctl restart toy"


def test_a_device_that_stays_different_is_no_success() -> None:
    with pytest.raises(DeviceError, match="still differs") as caught:
        bring(session(ToyDevice(deaf=True, running="old")), Toy(), "new", LIMITS)
    assert caught.value.values["difference"] == "-old\n+new\n"


def test_a_refused_file_stops_before_any_command() -> None:
    transport = session(ToyDevice(), frozenset({PATH}))
    with pytest.raises(DeviceError):
        bring(transport, Toy(), "new", LIMITS)
    assert transport.behind.commands == ["fetch"]


def test_a_device_without_a_shell_says_so() -> None:
    class Mute(ToyDevice):
        def __call__(self, device: FakeDevice, command: str) -> Answer:
            return Answer(0, "") if command == "fetch" else Answer(127, "", "sh: mktemp: not found")

    with pytest.raises(DeviceError, match="could not run") as caught:
        bring(session(Mute()), Toy(), "new", LIMITS)
    assert caught.value.answer == "sh: mktemp: not found"


@pytest.mark.parametrize(
    ("commands", "said"),
    [
        (["true", "echo 'it''s'; echo wrong >&2; exit 7", "touch never"], "1 7\nits\nwrong\n"),
        (["true", "sleep 120"], "1 124\n"),
        (["sleep 120 & echo daemon started", "read x || true"], ""),
    ],
)
def test_the_steps_in_a_real_shell(commands: list[str], said: str) -> None:
    steps = "".join(f"step {n} {shlex.quote(c)}\n" for n, c in enumerate(commands))
    script = f"limit=1\n{change.STEPS}{steps}"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == said
    assert done.returncode == (1 if said else 0)
