"""A change is one commit, or nothing: whoever else writes, whatever dies."""

import os
import resource
import signal
import subprocess
from functools import partial
from pathlib import Path

import pytest

from countynet.db import open_database, reading
from countynet.errors import BadInput, Conflict, CountyError
from countynet.events import Event, verify
from countynet.secrets import Secrets
from inventory import load_county, names
from inventory.allocate.join import new_secrets
from inventory.create import create_secrets
from inventory.record import Author, Drop, Edit, Put, Repository, Set, worktree
from inventory.record import repository as module
from inventory.tags import InventoryTag
from tests.unit.inventory.children import begun, ended
from tests.unit.inventory.record.conftest import CENTER, OPERATOR


def telephone(number: str) -> Set:
    return Set("units", "u002", "officer.telephone", number)


def git(repository: Repository, *words: str) -> str:
    return repository.git.text(*words)


def test_a_change_is_a_commit_with_author_reason_objects_and_event(repository: Repository) -> None:
    done = repository.commit([telephone("16900000001")], CENTER, "换了电话")
    assert [(c.object, c.field, c.before, c.after) for c in done.changes] == [
        ("units/u002", "officer.telephone", "16946695672", "16900000001")
    ]
    assert git(repository, "log", "-1", "--format=%an|%ae|%s|%b").strip() == "王芳|center|换了电话|Object: units/u002"
    assert git(repository, "status", "--porcelain") == ""
    officer = load_county(repository.folder).unit_by_id["u002"].officer
    assert officer is not None
    assert officer.telephone == "16900000001"
    with reading(open_database(repository.settings)) as session:
        event = session.query(Event).one()
        assert (event.tag, event.actor, event.data["commit"]) == (InventoryTag.CHANGED, "center", done.commit)
        assert verify(session) == ()


def test_the_same_again_makes_no_commit(repository: Repository) -> None:
    repository.commit([telephone("16900000001")], CENTER, "一")
    again = repository.commit([telephone("16900000001")], CENTER, "二")
    assert (again.changed, again.changes) == (False, ())
    assert git(repository, "rev-list", "--count", "HEAD") == "2"


def test_nothing_happens_without_a_reason(repository: Repository) -> None:
    with pytest.raises(BadInput):
        repository.commit([telephone("16900000001")], CENTER, "  ")


BAD: dict[str, list[Edit]] = {
    "no such unit": [Set("units", "u999", "name", "x")],
    "no such section": [Drop("unitz", "u001")],
    "no key": [Put("units", {"id": ""})],
    "a unit that its line needs": [Drop("units", "u001")],
    "an address twice": [Set("units", "u003", "lan", "10.21.2.0/24")],
    "no telephone": [telephone("110")],
    "no such field": [Set("units", "u002", "colour", "red")],
    "a second plan": [Drop("plan", "plan")],
}


@pytest.mark.parametrize("edits", BAD.values(), ids=BAD)
def test_what_is_not_valid_changes_nothing_and_says_everything(repository: Repository, edits: list[Edit]) -> None:
    head, files = repository.head(), {p: p.read_bytes() for p in repository.folder.glob("*.yml")}
    with pytest.raises(BadInput) as caught:
        repository.commit(edits + edits, CENTER, "错的")
    assert caught.value.problems
    assert repository.head() == head
    assert {p: p.read_bytes() for p in repository.folder.glob("*.yml")} == files


def test_all_wrong_edits_are_named_at_once(repository: Repository) -> None:
    edits: list[Edit] = [Set("units", "u901", "name", "x"), Set("units", "u902", "name", "x"), Drop("racks", "none")]
    with pytest.raises(BadInput) as caught:
        repository.commit(edits, CENTER, "错的")
    assert len(caught.value.problems) == 3


def test_the_second_is_told_who_changed_the_same_and_why(repository: Repository) -> None:
    base = repository.head()
    repository.commit([telephone("16900000001")], OPERATOR, "信息员换人")
    with pytest.raises(Conflict) as caught:
        repository.commit([telephone("16900000002")], CENTER, "另一个", base=base)
    for words in ("李强", "信息员换人", "16946695672", "16900000001", "officer.telephone"):
        assert words in str(caught.value)


def test_two_people_at_other_fields_do_not_meet(repository: Repository) -> None:
    base = repository.head()
    repository.commit([telephone("16900000001")], OPERATOR, "一")
    unit = dict(repository.state(base)["units", "u002"])
    unit["name_en"] = "Standing Committee Office"
    done = repository.commit([Put("units", unit)], CENTER, "二", base=base)  # type: ignore[arg-type]
    assert [c.field for c in done.changes] == ["name_en"]
    assert repository.state()["units", "u002"]["officer"]["telephone"] == "16900000001"  # type: ignore[index, call-overload]


def test_the_same_change_by_both_is_no_conflict(repository: Repository) -> None:
    base = repository.head()
    repository.commit([telephone("16900000001")], OPERATOR, "一")
    assert not repository.commit([telephone("16900000001")], CENTER, "二", base=base).changed


def test_an_item_that_somebody_removed_is_not_brought_back(repository: Repository) -> None:
    base = repository.head()
    repository.commit([Drop("policy", "units-public")], OPERATOR, "不再需要")
    with pytest.raises(Conflict):
        repository.commit([Set("policy", "units-public", "reason", "别的")], CENTER, "改", base=base)


def test_files_edited_by_hand_are_neither_lost_nor_mixed_in(repository: Repository) -> None:
    file = repository.folder / "units.yml"
    by_hand = file.read_text().replace("16946695672", "16900000009")
    file.write_text(by_hand)
    with pytest.raises(Conflict) as caught:
        repository.commit([telephone("16900000001")], CENTER, "改")
    assert "units.yml" in str(caught.value)
    assert file.read_text() == by_hand
    done = repository.commit_by_hand(CENTER, "手工改的")
    assert [(c.object, c.after) for c in done.changes] == [("units/u002", "16900000009")]
    assert git(repository, "status", "--porcelain") == ""
    assert not repository.commit_by_hand(CENTER, "再来").changed


def test_a_broken_file_is_not_committed_by_hand(repository: Repository) -> None:
    head = repository.head()
    (repository.folder / "units.yml").write_text("units: [")
    with pytest.raises(BadInput):
        repository.commit_by_hand(CENTER, "坏的")
    assert repository.head() == head


def test_a_reason_cannot_forge_what_was_changed(repository: Repository) -> None:
    repository.commit([telephone("16900000001")], CENTER, "理由\n\nObject: units/u120")
    entry = repository.git.log("-1")[0]
    assert entry.trailers("Object") == ("units/u002",)
    assert entry.reason == "理由\n\nObject: units/u120"


def test_a_folder_on_another_branch_or_without_git_is_refused(repository: Repository, tmp_path: Path) -> None:
    git(repository, "checkout", "-q", "-b", "other")
    with pytest.raises(Conflict):
        repository.commit([telephone("16900000001")], CENTER, "改")
    git(repository, "checkout", "-q", "main")
    (repository.folder / ".git").rename(tmp_path / "gone")
    with pytest.raises(Conflict):
        repository.head()


def test_a_symbolic_link_among_the_files_is_refused(repository: Repository) -> None:
    (repository.folder / "link.yml").symlink_to("/etc/hostname")
    git(repository, "add", "link.yml")
    git(repository, "-c", "user.name=x", "-c", "user.email=x", "commit", "-q", "-m", "link")
    with pytest.raises(CountyError, match=r"link\.yml"):
        repository.commit([telephone("16900000001")], CENTER, "改")


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _two_files(repository: Repository) -> None:
    edits: list[Edit] = [telephone("16900000001"), Set("circuits", "line-002", "rent", 950)]
    repository.commit(edits, CENTER, "两个文件")


POINTS = ("before the journal", "before any file", "after one file", "before the branch", "after the branch")


@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_the_last_commit_is_whole(
    repository: Repository, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, real_write, real_move = repository.head(), worktree.write_whole, repository.git.move
    written: list[Path] = []

    def write(path: Path, content: bytes) -> None:
        if point == "before the journal":
            _die()
        real_write(path, content)
        if path.suffix == ".yml":
            written.append(path)
        if (point == "before any file" and path.suffix == ".json") or (point == "after one file" and written):
            _die()

    def move(reference: str, to: str, before: str) -> None:
        if point == "before the branch":
            _die()
        real_move(reference, to, before)
        _die()

    with monkeypatch.context() as patch:
        patch.setattr(worktree, "write_whole", write)
        patch.setattr(repository.git, "move", move)
        assert ended(lambda: _two_files(repository)) == signal.SIGKILL
    with repository.locked() as head:
        assert (head != base) is (point == "after the branch")
    files = {p.name: p.read_bytes() for p in repository.folder.glob("*.yml")}
    assert files == repository.git.files(head)
    assert not list(repository.folder.glob(".*.new"))
    load_county(repository.folder)
    _two_files(repository)
    assert git(repository, "status", "--porcelain") == ""
    assert git(repository, "fsck", "--no-dangling") == ""
    with reading(open_database(repository.settings)) as session:
        assert [event.subject for event in session.query(Event)] == [f"commit:{repository.head()}"]


def test_a_disk_that_is_full_leaves_everything_as_it_was(repository: Repository) -> None:
    """The kernel refuses every file above 20 KB, as a full disk would (RLIMIT_FSIZE)."""
    head, files = repository.head(), {p.name: p.read_bytes() for p in repository.folder.glob("*.yml")}

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        try:
            _two_files(repository)
        except OSError:
            _die()

    assert ended(work) == signal.SIGKILL
    assert repository.head() == head
    assert {p.name: p.read_bytes() for p in repository.folder.glob("*.yml")} == files
    _two_files(repository)


def test_ten_people_at_once_make_ten_commits(repository: Repository) -> None:
    def name(n: int) -> None:
        edit = Set("units", f"u{n:03d}", "name_en", f"Office {n}")
        Repository(repository.settings).commit([edit], Author(f"u{n:03d}"), f"第 {n} 人")

    pids = [begun(partial(name, n)) for n in range(1, 11)]
    assert [os.waitpid(pid, 0)[1] for pid in pids] == [0] * 10
    state = repository.state()
    assert [state["units", f"u{n:03d}"]["name_en"] for n in range(1, 11)] == [f"Office {n}" for n in range(1, 11)]
    assert git(repository, "rev-list", "--count", "HEAD") == "11"
    with reading(open_database(repository.settings)) as session:
        assert verify(session) == ()


def test_nobody_s_git_settings_or_hooks_take_part(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    hook = repository.folder / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nonexistent")
    assert repository.commit([telephone("16900000001")], CENTER, "改").changed
    assert subprocess.run(["git", "-C", repository.folder, "status"], check=False, capture_output=True).returncode


def test_the_module_says_who_sits_at_the_shell() -> None:
    assert module.shell_author().login.startswith("shell:")


def test_a_commit_by_hand_makes_the_secrets_that_it_needs(repository: Repository) -> None:
    create_secrets(repository.settings, repository.county())
    file = repository.folder / "county.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("\nplan:\n", "\nplan:\n  hardening: {ntp_keys: true}\n"), encoding="utf-8")
    assert names.TIME_KEY not in Secrets.load(repository.settings).names()
    done = repository.commit_by_hand(CENTER, "加固", new_secrets(repository.settings))
    assert {change.field for change in done.changes} == {"hardening"}
    assert names.TIME_KEY in Secrets.load(repository.settings).names()
    assert git(repository, "show", "--name-only", "--format=", done.commit).split() == [
        "county.yml", "secrets/vault.yml"
    ]  # fmt: skip
    assert git(repository, "status", "--porcelain") == ""
