"""What is kept of running configurations, by whom and why, and what comes back of it."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from countynet import clock
from countynet.errors import BadInput, Conflict
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import running
from inventory.running import Cause, Why
from playbooks.backup import history


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(county=tmp_path, language="en")
    Secrets.create(settings, {"a": "b"})
    return settings


def keep(settings: Settings, masked: str, original: str, why: Why | None = None) -> tuple[str, ...]:
    with running.because(why or Why()):
        return running.save(settings, {"sw-1": (masked, original)})


def test_a_version_says_who_looked_and_why(settings: Settings) -> None:
    why = Why("amy", Cause.PLAN, "7 before")
    keep(settings, "a\n", "a\n", why)
    (version,) = history.versions(settings, "sw-1")
    assert (version.actor, version.cause, version.about) == ("amy", Cause.PLAN, "7 before")
    assert why.changed == ["sw-1"]


@pytest.mark.parametrize("actor", ["", "<>", "shell:root", "王 <x@y>", "a\nCause: manual"])
def test_any_name_can_be_an_author(settings: Settings, actor: str) -> None:
    keep(settings, "a\n", "a\n", Why(actor, Cause.MANUAL))
    assert history.versions(settings, "sw-1")[0].cause == Cause.MANUAL


def test_what_the_device_said_cannot_forge_the_cause(settings: Settings) -> None:
    keep(settings, "a\n", "a\n", Why("x", Cause.SAID, "by y\nCause: plan"))
    (version,) = history.versions(settings, "sw-1")
    assert (version.cause, version.about) == (Cause.SAID, "by y Cause: plan")


def test_ciphertext_salted_again_makes_no_version_yet_the_newest_original_restores(settings: Settings) -> None:
    keep(settings, "key ****\n", "key %^%#one\n")
    assert keep(settings, "key ****\n", "key %^%#two\n") == ()
    (first,) = history.versions(settings, "sw-1")
    assert history.original(settings, first).get_secret_value() == "key %^%#two\n"
    keep(settings, "key ****\nvlan 2\n", "key %^%#three\nvlan 2\n")
    new, old = history.versions(settings, "sw-1")
    assert old == first
    assert history.original(settings, old).get_secret_value() == "key %^%#two\n"
    assert history.original(settings, new).get_secret_value() == "key %^%#three\nvlan 2\n"


def test_times_and_uptime_make_no_version(settings: Settings) -> None:
    first = "! Last configuration change at 08:14:03 UTC Thu Nov 26 2026 by amy\nvlan 2\n"
    second = "! Last configuration change at 09:00:00 UTC Thu Nov 26 2026 by bob\nvlan 2\n"
    keep(settings, first, first)
    assert keep(settings, second, second) == ()
    assert history.text(settings, history.versions(settings, "sw-1")[0]) == "vlan 2\n"


def test_the_version_at_a_time_is_the_one_that_stood_then(settings: Settings) -> None:
    keep(settings, "a\n", "a\n")
    tomorrow = (clock.now() + timedelta(days=1)).astimezone(clock.CHINA).date().isoformat()
    assert history.text(settings, history.at(settings, "sw-1", tomorrow)) == "a\n"
    commit = history.versions(settings, "sw-1")[0].commit
    assert history.at(settings, "sw-1", commit[:8]).commit == commit
    with pytest.raises(BadInput, match="1 problem"):
        history.at(settings, "sw-1", "2020-01-01")
    with pytest.raises(BadInput):
        history.at(settings, "sw-1", "yesterday")


def test_the_difference_of_two_versions_is_masked_text(settings: Settings) -> None:
    keep(settings, "a\nkey ***1\n", "a\nkey s3cret\n")
    keep(settings, "b\nkey ***1\n", "b\nkey s3cret\n")
    new, old = history.versions(settings, "sw-1")
    lines = history.diff(settings, old, new).splitlines()[2:]
    assert lines == ["@@ -1,2 +1,2 @@", "-a", "+b", " key ***1"]


def test_a_look_that_is_not_to_be_kept_is_not(settings: Settings) -> None:
    assert keep(settings, "bare\n", "bare\n", Why(keep=False)) == ()
    assert running.devices(settings) == ()


def test_what_a_killed_process_wrote_joins_the_next_commit(settings: Settings) -> None:
    keep(settings, "a\n", "a\n")
    running.masked_file(settings, "sw-1").write_text("b\n")
    (running.folder(settings) / ".git" / "index.lock").touch()
    running.save(settings, {"sw-2": ("x\n", "x\n")})
    assert [history.text(settings, v) for v in history.versions(settings, "sw-1")] == ["b\n", "a\n"]


def test_hooks_and_signing_of_the_user_do_not_matter(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    home = settings.county / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[commit]\ngpgsign = true\n[core]\nhooksPath = /nowhere\n")
    monkeypatch.setenv("HOME", str(home))
    assert keep(settings, "a\n", "a\n") == ("sw-1",)


def test_before_the_first_backup_it_is_said_how_to_make_one(settings: Settings) -> None:
    with pytest.raises((BadInput, Conflict)):
        history.versions(settings, "sw-1")


def test_no_secret_is_in_any_object_of_the_repository(settings: Settings) -> None:
    keep(settings, "key ***\n", "key s3cret\n")
    keep(settings, "key ***\nb\n", "key s3cret\nb\n")
    words = ["git", "-C", str(running.folder(settings)), "cat-file", "--batch-all-objects", "--batch"]
    assert b"s3cret" not in subprocess.run(words, capture_output=True, check=True).stdout


def test_the_newest_version_of_every_device_in_one_go(settings: Settings) -> None:
    assert history.last_of_all(settings) == ()
    running.save(settings, {"sw-2": ("x\n", "x\n"), "sw-1": ("a\n", "a\n")})
    keep(settings, "b\n", "b\n", Why("amy", Cause.SAID, "amy from 10.0.0.1"))
    newest = history.last_of_all(settings)
    assert newest == tuple(history.versions(settings, name)[0] for name in ("sw-1", "sw-2"))
    assert [(v.device, v.actor) for v in newest] == [("sw-1", "amy"), ("sw-2", "system")]


def test_a_first_version_that_was_never_committed_is_no_version(settings: Settings) -> None:
    running.save(settings, {"sw-2": ("x\n", "x\n")})
    running.masked_file(settings, "sw-1").write_text("a\n")
    with pytest.raises(BadInput):
        history.latest(settings, "sw-1")
    assert history.latest(settings, "sw-2") == history.versions(settings, "sw-2")[0]
