"""The SNMP engine against Debian's snmpd, in a network namespace of its own."""

import asyncio
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pydantic import SecretStr

from countynet.agents import Login
from countynet.vantage import within
from monitoring.agents.trial import asked
from monitoring.snmp.community import Community
from monitoring.snmp.engine import Engine
from monitoring.snmp.exchange import Options
from monitoring.snmp.questions import HC_IN, IF_NAME, INTERFACES, SYS_UPTIME
from monitoring.snmp.seam import Answer, Target
from monitoring.snmp.session import Session
from monitoring.snmp.usm import Credentials

pytestmark = [
    pytest.mark.twin,
    pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("snmpd"), reason="needs root and snmpd"),
]
NAME = "h6-snmp"
TARGET = Target("agent", "10.99.0.1")
CREDENTIALS = Credentials("countynet", SecretStr("auth-password-1"), SecretStr("priv-password-1"))
ROWS = 40
KEPT_ENGINE = "exactEngineID 0x80001f8804616263646566\n"
THEIRS = {"SHA-1": "SHA", "SHA-224": "SHA-224", "SHA-256": "SHA-256", "SHA-384": "SHA-384", "SHA-512": "SHA-512"}
"""the hashes, as Debian's snmpd calls them; of ciphers it has AES-128"""
T = TypeVar("T")


def name(auth: str) -> str:
    """The user of a hash."""
    return auth.lower().replace("-", "")


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


class Agent:
    """A snmpd with forty interfaces."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, more: str = "") -> None:
        (self.folder / "snmpd.conf").write_text(
            "agentaddress udp:10.99.0.1:161,udp:10.99.0.2:161\n"
            "createUser countynet SHA-256 auth-password-1 AES priv-password-1\nrouser countynet priv\n"
            "rocommunity local-secret\ncreateUser bare\nrouser bare noauth\n"
            "createUser barred SHA-256 auth-password-1 AES priv-password-1\n"
            + "".join(
                f"createUser {name(auth)} {theirs} auth-password-1 AES priv-password-1\nrouser {name(auth)} auth\n"
                for auth, theirs in THEIRS.items()
            )
            + more
        )
        environment = {**os.environ, "SNMP_PERSISTENT_DIR": str(self.folder), "MIBS": ""}
        command = ["ip", "netns", "exec", NAME, "snmpd", "-f", "-Ln", "-C", "-c", str(self.folder / "snmpd.conf")]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    subprocess.run(["ip", "netns", "del", NAME], check=False, capture_output=True)
    ip("netns", "add", NAME)
    ip("-n", NAME, "link", "set", "lo", "up")
    for address in ("10.99.0.1/32", "10.99.0.2/32"):
        ip("-n", NAME, "addr", "add", address, "dev", "lo")
    for number in range(1, ROWS):
        ip("-n", NAME, "link", "add", f"port{number}", "type", "bridge")
    running = Agent(tmp_path_factory.mktemp("snmpd"))
    running.start()
    time.sleep(1.0)
    yield running
    running.stop()
    ip("netns", "del", NAME)


def inside(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine in the namespace, in a thread of its own."""
    result: list[T] = []

    def run() -> None:
        with within(Path("/run/netns") / NAME):
            result.append(asyncio.run(work()))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return result[0]


async def ask(
    *targets: Target, credentials: Credentials | Community = CREDENTIALS, options: Options | None = None
) -> list[Answer]:
    engine = Engine(credentials, options)
    try:
        answers = await engine.ask(targets, INTERFACES)
        return [answers[target.device] for target in targets]
    finally:
        engine.close()


@pytest.mark.parametrize(("user", "why"), [("barred", "error"), ("nobody", "user")])
def test_a_login_is_let_in_only_where_it_sees_something(agent: Agent, user: str, why: str) -> None:
    known = Login("countynet", SecretStr("auth-password-1"), SecretStr("priv-password-1"))
    assert inside(lambda: asked({"agent": TARGET.address}, known)) == {}
    refused = inside(lambda: asked({"agent": TARGET.address}, replace(known, user=user)))
    assert why in refused["agent"]


def test_reads_every_interface_with_its_uptime(agent: Agent) -> None:
    (answer,) = inside(lambda: ask(TARGET))
    assert answer.error == ""
    names = {value for value in answer.columns[IF_NAME].values() if isinstance(value, bytes)}
    assert names >= {b"lo", b"port1", f"port{ROWS - 1}".encode()}
    assert set(answer.columns[HC_IN]) == set(answer.columns[IF_NAME]) == set(answer.stamps)
    assert isinstance(answer.scalars[SYS_UPTIME], int)


def test_a_dead_address_and_wrong_passwords_delay_nobody(agent: Agent) -> None:
    options = Options(timeout=0.3, retries=1)
    dead = Target("dead", "10.99.0.9")
    answer, silent = inside(lambda: ask(TARGET, dead, options=options))
    assert answer.error == ""
    assert answer.seconds < 0.3
    assert silent.error == "no answer"

    wrong = Credentials("countynet", SecretStr("not-the-password"), SecretStr("priv-password-1"))
    (refused,) = inside(lambda: ask(TARGET, credentials=wrong, options=options))
    assert refused.error == "the authentication password is wrong"
    unknown = Credentials("nobody", SecretStr("auth-password-1"), SecretStr("priv-password-1"))
    (refused,) = inside(lambda: ask(TARGET, credentials=unknown, options=options))
    assert refused.error == "the agent does not know the user"


def test_every_hash_with_and_without_encryption_and_who_has_none(agent: Agent) -> None:
    """Version 2c, and version 3 at its three levels, all asked by one engine one after the other."""
    auth, priv = SecretStr("auth-password-1"), SecretStr("priv-password-1")
    secrets: dict[str, Credentials | Community] = {
        "v2c": Community(SecretStr("local-secret")),
        "bare": Credentials("bare"),
        **{f"{hashed} alone": Credentials(name(hashed), auth, None, hashed) for hashed in THEIRS},
        **{f"{hashed} with AES": Credentials(name(hashed), auth, priv, hashed) for hashed in THEIRS},
    }

    async def each() -> dict[str, tuple[str, int]]:
        engine = Engine(secrets.__getitem__)
        found = {}
        for way in secrets:
            answer = (await engine.ask([Target(way, TARGET.address)], INTERFACES))[way]
            found[way] = answer.error, len(answer.columns[IF_NAME])
        engine.close()
        return found

    assert inside(each) == dict.fromkeys(secrets, ("", ROWS))


def test_a_user_without_encryption_is_not_answered_in_clear_by_who_has_it(agent: Agent) -> None:
    """`countynet` may only ask encrypted; and another community is silence."""
    wrong = Credentials("countynet", SecretStr("auth-password-1"))
    options = Options(timeout=0.3, retries=1)
    (refused,) = inside(lambda: ask(TARGET, credentials=wrong, options=options))
    assert refused.error != ""
    assert refused.values == 0
    (silent,) = inside(lambda: ask(TARGET, credentials=Community(SecretStr("public")), options=options))
    assert silent.error == "no answer"


def test_two_questions_to_one_agent_wait_for_each_other(agent: Agent) -> None:
    async def twice() -> list[str]:
        engine = Engine(CREDENTIALS)
        first, second = await asyncio.gather(engine.ask([TARGET], INTERFACES), engine.ask([TARGET], INTERFACES))
        engine.close()
        return sorted([first["agent"].error, second["agent"].error])

    assert inside(twice) == ["", ""]


def test_a_restarted_agent_is_asked_on(agent: Agent) -> None:
    async def over_a_restart() -> list[str]:
        engine = Engine(CREDENTIALS)
        errors = [(await engine.ask([TARGET], INTERFACES))["agent"].error]
        agent.stop()
        agent.start()
        await asyncio.sleep(1.0)
        errors.append((await engine.ask([TARGET], INTERFACES))["agent"].error)
        agent.stop()
        shutil.rmtree(agent.folder)  # a replaced device: another engine id, boots from 1
        agent.folder.mkdir()
        agent.start()
        await asyncio.sleep(1.0)
        errors.append((await engine.ask([TARGET], INTERFACES))["agent"].error)
        engine.close()
        return errors

    assert inside(over_a_restart) == ["", "", ""]


def test_who_lost_its_state_but_not_its_engine_id_is_asked_on(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its boots are as few as before, and its seconds less: the days that it ran are put into the poller's clock."""

    async def over_a_restart() -> list[tuple[str, int]]:
        engine = Engine(CREDENTIALS)
        first = (await engine.ask([TARGET], INTERFACES))["agent"]
        monkeypatch.setattr(Session, "_time", lambda session: real(session) + (days.pop() if days else 0))
        agent.stop()
        agent.start(KEPT_ENGINE)
        await asyncio.sleep(1.0)
        second = (await engine.ask([TARGET], INTERFACES))["agent"]
        engine.close()
        return [(answer.error, answer.boots or 0) for answer in (first, second)]

    days, real = [1_000_000], Session._time
    agent.stop()
    agent.start(KEPT_ENGINE)
    time.sleep(1.0)
    assert inside(over_a_restart) == [("", 1), ("", 1)]
    assert not days
