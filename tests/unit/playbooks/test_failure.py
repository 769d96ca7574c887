"""Faults of runs as people are told of them, by the words that ansible-core 2.19 and its modules said of real ones."""

from collections.abc import Iterator

import pytest

from countynet.i18n import language, set_language, translate_error
from playbooks.servers import failure
from playbooks.servers.run import HostResult, RunResult, _Tally

DISK = (
    "Task failed: Module failed: Failed to replace '/srv/out' with b'/root/.ansible/tmp/.source': [Errno 28] No space "
    "left on device: b'/root/.source' -> b'/srv/.ansible_tmpout'"
)
EXPIRED = (
    "Status code was -1 and not [200]: Request failed: <urlopen error [SSL: CERTIFICATE_VERIFY_FAILED] certificate "
    "verify failed: certificate has expired (_ssl.c:992)> https://10.1.0.1:4443/x"
)
MIRROR = (
    "Failed to update apt cache after 1 retries: W:Failed to fetch http://10.1.0.1:81/dists/x/InRelease  Could not "
    "connect to 10.1.0.1:81 (10.1.0.1). - connect (111: Connection refused), E:Some index files failed to download"
)


@pytest.fixture(autouse=True)
def spoken() -> Iterator[None]:
    before = language()
    set_language("en")
    yield
    set_language(before)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (DISK, "failed the task T: a disk of the server is full"),
        ("non-zero return code dd: error writing '/z': No space left on device", "a disk of the server is full"),
        (EXPIRED, "a certificate has expired (https://10.1.0.1:4443/x)"),
        (MIRROR, "the package source does not answer (http://10.1.0.1:81/dists/x/InRelease)"),
        ("E: Temporary failure resolving 'deb.example.cn'", "the package source does not answer (deb.example.cn)"),
        (
            "Task failed: Finalization of task args for 'ansible.builtin.debug' failed: Error while resolving value "
            "for 'msg': 'nosuchvar' is undefined",
            "the variable nosuchvar is missing (site.yml:9)",
        ),
        ("Task failed: object of type 'dict' has no attribute 'upstream'", "the variable upstream is missing"),
        ("E: Could not get lock /var/lib/dpkg/lock-frontend", "another program on the server installs packages"),
        ("no such unit", "failed the task T"),
    ],
)
def test_a_failed_task_says_what_it_is_about(answer: str, told: str) -> None:
    tally = _Tally({"a": HostResult("a")})
    tally.take({"host": "a", "task": "T", "outcome": "failed", "words": answer, "place": "/c/playbooks/site.yml:9"})
    error = tally.hosts["a"].error
    assert error is not None
    assert told in translate_error(error)
    assert answer in translate_error(error), "what the program said stands there too"
    set_language("zh_CN")
    assert "失败" in translate_error(error)


def test_a_server_that_goes_away_in_the_middle_is_told_apart_from_one_that_never_answered() -> None:
    tally = _Tally()
    tally.take({"host": "a", "task": "Packages", "outcome": "changed", "words": ""})
    for host in ("a", "b"):
        tally.take({"host": host, "task": "Site", "outcome": "unreachable", "words": "Connection closed"})
    assert [translate_error(host.error).splitlines()[0] for host in tally.hosts.values() if host.error] == [
        "a: went away in the middle, at the task Site",
        "b: does not answer SSH",
    ]
    assert tally.hosts["a"].changes == ["Packages"]


def test_who_reads_of_a_server_that_went_is_not_asked_to_tell_the_makers_of_a_library() -> None:
    began = "Task failed: Mitogen was disconnected from the remote environment while a call was in-progress."
    words = f"{began} If you feel this is in error, please file a bug. Original error was: the Context is gone"
    tally = _Tally()
    tally.take({"host": "a", "task": "Packages", "outcome": "changed", "words": ""})
    tally.take({"host": "a", "task": "Site", "outcome": "unreachable", "words": words})
    error = tally.hosts["a"].error
    assert error is not None
    assert translate_error(error) == f"a: went away in the middle, at the task Site\n  the device said: {began}"


@pytest.mark.parametrize(
    "words",
    [
        "Failed to connect to the host via ssh: @@@@@@@@@@@\r\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!   "
        "  @\r\nHost key verification failed.",
        "Task failed: Host key checking is enabled, and SSH reported an unrecognized or mismatching host key.",
    ],
)
def test_a_server_that_was_installed_anew_is_told_with_the_command_that_trusts_it(words: str) -> None:
    tally = _Tally()
    tally.take({"host": "srv-1", "task": "Gathering Facts", "outcome": "unreachable", "words": words})
    error = tally.hosts["srv-1"].error
    assert error is not None
    assert "another host key" in translate_error(error)
    assert "countynet config trust srv-1" in translate_error(error)


def test_a_playbook_that_cannot_be_read_is_told_with_its_file_line_and_column() -> None:
    said = (
        "Identity added: /dev/shm/cn-run-x/key (root@vm)\n\x1b[0;31m[ERROR]: YAML parsing failed: While scanning a\n"
        "quoted scalar found unexpected end of stream.\x1b[0m\n\x1b[0;31mOrigin: "
        "/c/playbooks/ansible/own.yml:8:1\x1b[0m\n"
    )
    found = failure.unreadable(said)
    assert found.place == "/c/playbooks/ansible/own.yml:8:1"
    assert found.words == "YAML parsing failed: While scanning a quoted scalar found unexpected end of stream."
    assert failure.unreadable("Identity added: x\nsh: ansible-playbook: not found\n").words == (
        "sh: ansible-playbook: not found"
    )


def test_what_had_been_changed_is_told_and_that_a_rerun_heals() -> None:
    tasks = [f"T{number}" for number in range(12)]
    told = failure.changed([("a", tasks), ("b", ()), *((f"c{n}", ("X", "X")) for n in range(12))])
    assert told.splitlines()[0] == "a: changed before that: T0; T1; T2; T3; T4; T5; T6; T7; …"
    assert "b:" not in told
    assert told.splitlines()[-2:] == [
        "And 3 more servers.",
        "What is done stays. Run it again: what is missing is made up for.",
    ]
    assert failure.changed([("a", ())]) == "Nothing was changed."
    set_language("zh_CN")
    assert failure.changed([("a", ["T"])]).splitlines()[0] == "a：在此之前已更改：T"


def test_a_run_has_begun_when_a_task_ended_somewhere() -> None:
    assert not RunResult("failed", 1.0, (HostResult("a"),)).begun
    assert RunResult("failed", 1.0, (HostResult("a", 1),)).begun
