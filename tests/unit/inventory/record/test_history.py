"""Who changed what, when and why; what differs between two dates; and one change taken back."""

import pytest

from countynet.errors import BadInput, Conflict, NotAllowed
from inventory.record import Drop, Put, Repository, Set, history, proposals
from inventory.record.changes import changes, repeat
from inventory.record.splice import Items
from tests.unit.inventory.record.conftest import CENTER, OPERATOR


def telephone(number: str) -> Set:
    return Set("units", "u002", "officer.telephone", number)


def test_an_object_tells_its_changes_newest_first(repository: Repository) -> None:
    repository.commit([telephone("16900000001")], CENTER, "一")
    repository.commit([Set("units", "u003", "name_en", "Office")], CENTER, "别的单位")
    repository.commit([telephone("16900000002"), Set("units", "u002", "kind", "party")], OPERATOR, "二")
    told = history.of_object(repository, "units/u002")
    assert [(r.entry.reason, r.entry.author) for r in told[:2]] == [("二", "李强"), ("一", "王芳")]
    assert [(c.field, c.before, c.after) for c in told[0].changes] == [
        ("kind", "congress", "party"),
        ("officer.telephone", "16900000001", "16900000002"),
    ]
    assert told[-1].changes[0].before is None, "the first commit brought it"
    assert len(told) == 3


def test_commits_by_hand_are_part_of_the_history(repository: Repository) -> None:
    file = repository.folder / "units.yml"
    file.write_text(file.read_text().replace("16946695672", "16900000009"))
    words = ("-c", "user.name=张", "-c", "user.email=z", "commit", "-qam", "手工\n\nObject: units/u120")
    repository.git.text(*words)
    (revision, _first) = history.of_object(repository, "units/u002")
    assert (revision.entry.author, revision.changes[0].after) == ("张", "16900000009")
    assert len(history.of_object(repository, "units/u120")) == 1, "its trailer is not believed"


@pytest.mark.parametrize("name", ["u002", "units/", "/u002", "wrong/u002", ""])
def test_a_text_that_names_no_object_is_refused(repository: Repository, name: str) -> None:
    with pytest.raises(BadInput):
        history.of_object(repository, name)


def test_the_difference_of_two_commits_and_dates(repository: Repository) -> None:
    first = repository.head()
    repository.commit([telephone("16900000001")], CENTER, "一")
    last = repository.commit([telephone("16900000002"), Drop("policy", "units-public")], CENTER, "二").commit
    found = history.between(repository, first, last)
    assert [(c.object, c.field) for c in found] == [("policy/units-public", ""), ("units/u002", "officer.telephone")]
    assert history.between(repository, last, first)[1].after == "16946695672"
    assert history.between(repository, "2000-01-01", "2000-01-02") == ()
    assert history.between(repository, "2000-01-01") == found
    for wrong in ("yesterday", "2026-13-01", "--all", "-1"):
        with pytest.raises(BadInput):
            history.between(repository, wrong)


def test_undo_takes_back_just_that_change(repository: Repository) -> None:
    first = repository.commit([telephone("16900000001"), Set("units", "u003", "name_en", "Office")], CENTER, "一")
    repository.commit([Set("units", "u002", "name_en", "Other")], CENTER, "后来")
    undone = history.undo(repository, first.commit, OPERATOR, "")
    state = repository.state()
    assert (state["units", "u002"]["name_en"], state["units", "u003"]["name_en"]) == (
        "Other",
        "County Government Office",
    )
    assert {(c.object, c.field) for c in undone.changes} == {
        ("units/u002", "officer.telephone"),
        ("units/u003", "name_en"),
    }
    entry = repository.entry(undone.commit)
    assert (entry.reason, entry.trailers("Reverts")) == ("Undo: 一", (first.commit,))
    redone = history.undo(repository, undone.commit, OPERATOR, "还是要")
    assert repository.state()["units", "u003"]["name_en"] == "Office"
    assert redone.changed


def test_undo_is_refused_when_the_same_was_changed_later(repository: Repository) -> None:
    first = repository.commit([telephone("16900000001")], CENTER, "一")
    later = repository.commit([telephone("16900000002")], OPERATOR, "后来")
    with pytest.raises(Conflict) as caught:
        history.undo(repository, first.commit, CENTER, "")
    assert later.commit[:10] in str(caught.value)
    assert "后来" in str(caught.value)
    history.undo(repository, later.commit, CENTER, "")
    history.undo(repository, first.commit, CENTER, "")
    assert repository.state() == repository.state(first.base)


def test_undo_is_refused_when_something_later_stands_on_it(repository: Repository) -> None:
    building = {**repository.state()["buildings", "fagai"], "id": "fagai-2", "name": "发改局新楼"}
    first = repository.commit([Put("buildings", building)], CENTER, "新楼")  # type: ignore[arg-type]
    moved = [Set("units", "u025", "building", "fagai-2"), Set("devices", "cpe-025", "building", "fagai-2")]
    repository.commit(moved, CENTER, "搬迁")
    with pytest.raises(history.Depends) as caught:
        history.undo(repository, first.commit, CENTER, "")
    assert {p.file for p in caught.value.problems} >= {"units.yml"}


def test_an_item_that_was_removed_comes_back_whole(repository: Repository) -> None:
    before = repository.state()["policy", "units-public"]
    gone = repository.commit([Drop("policy", "units-public")], CENTER, "不要")
    history.undo(repository, gone.commit, CENTER, "")
    assert repository.state()["policy", "units-public"] == before


def test_the_first_commit_and_no_commit_cannot_be_undone(repository: Repository) -> None:
    with pytest.raises(Conflict):
        history.undo(repository, repository.head(), CENTER, "")
    for wrong in ("0" * 40, "--help", "HEAD~99", ""):
        with pytest.raises(BadInput):
            history.undo(repository, wrong, CENTER, "")


def test_a_proposal_changes_nothing_until_it_is_merged(repository: Repository) -> None:
    head, files = repository.head(), {p: p.read_bytes() for p in repository.folder.glob("*.yml")}
    made = proposals.propose(repository, [telephone("16900000001")], OPERATOR, "换信息员")
    assert (made.number, made.state, made.entry.author) == (1, "open", "李强")
    assert repository.head() == head
    assert {p: p.read_bytes() for p in repository.folder.glob("*.yml")} == files
    assert [c.after for c in proposals.changes_of(repository, made)] == ["16900000001"]
    assert "+    officer: {name: 孙亮, title: 信息员, telephone: 16900000001}" in proposals.diff_of(repository, made)
    repository.commit([Set("units", "u003", "name_en", "Office")], CENTER, "其间别的变更")
    done = proposals.merge(repository, 1, CENTER, "同意")
    assert repository.state()["units", "u002"]["officer"]["telephone"] == "16900000001"  # type: ignore[index, call-overload]
    assert repository.state()["units", "u003"]["name_en"] == "Office"
    assert len(repository.entry(done.commit).parents) == 2
    assert proposals.get(repository, 1).state == "merged"
    assert repository.git.text("status", "--porcelain") == ""
    told = history.of_object(repository, "units/u002")
    assert told[0].entry.reason == "换信息员\n\n同意"


def test_nobody_merges_their_own(repository: Repository) -> None:
    proposals.propose(repository, [telephone("16900000001")], CENTER, "自己的")
    with pytest.raises(NotAllowed):
        proposals.merge(repository, 1, CENTER)


def test_a_proposal_that_others_overtook_is_refused(repository: Repository) -> None:
    proposals.propose(repository, [telephone("16900000001")], OPERATOR, "一")
    repository.commit([telephone("16900000002")], CENTER, "抢先")
    with pytest.raises(Conflict, match="units/u002"):
        proposals.merge(repository, 1, CENTER)
    proposals.decline(repository, 1, CENTER, "已经改过")
    assert proposals.get(repository, 1).state == "declined"


def test_an_ended_proposal_stays_ended(repository: Repository) -> None:
    proposals.propose(repository, [telephone("16900000001")], OPERATOR, "一")
    with pytest.raises(BadInput):
        proposals.decline(repository, 1, CENTER, " ")
    proposals.decline(repository, 1, CENTER, "不同意")
    for end in (lambda: proposals.merge(repository, 1, CENTER), lambda: proposals.decline(repository, 1, CENTER, "再")):
        with pytest.raises(Conflict):
            end()
    assert proposals.propose(repository, [telephone("16900000001")], OPERATOR, "二").number == 2
    assert [p.number for p in proposals.every(repository)] == [2, 1]


def test_what_is_not_valid_or_nothing_is_not_proposed(repository: Repository) -> None:
    with pytest.raises(BadInput):
        proposals.propose(repository, [telephone("110")], OPERATOR, "错的")
    with pytest.raises(Conflict):
        proposals.propose(repository, [telephone("16946695672")], OPERATOR, "没有变化")
    with pytest.raises(BadInput):
        proposals.propose(repository, [telephone("16900000001")], OPERATOR, "")
    with pytest.raises(BadInput):
        proposals.get(repository, 7)


def test_a_change_repeats_where_its_field_is_as_it_was_and_nowhere_else() -> None:
    old: dict[tuple[str, str], Items] = {("units", "a"): {"id": "a", "x": "1", "p": {"q": "1", "r": "1"}}}
    new: dict[tuple[str, str], Items] = {("units", "a"): {"id": "a", "y": "2", "p": {"q": "2", "r": "1"}}}
    wanted = changes(old, new)
    assert repeat(wanted, old)[0] == new
    assert repeat([c.inverse() for c in wanted], new)[0] == old
    moved: dict[tuple[str, str], Items] = {("units", "a"): {"id": "a", "x": "9", "p": {"q": "1", "r": "5"}}}
    target, refused = repeat(wanted, moved)
    assert [c.field for c in refused] == ["x"]
    assert target["units", "a"] == {"id": "a", "x": "9", "y": "2", "p": {"q": "2", "r": "5"}}


def test_merging_brings_the_keys_that_the_new_state_needs(repository: Repository) -> None:
    proposals.propose(repository, [telephone("16900000001")], OPERATOR, "换信息员")
    done = proposals.merge(repository, 1, CENTER, extra=lambda county: {"secrets/note.txt": b"x"})
    assert repository.git.text("show", f"{done.commit}:secrets/note.txt") == "x"
    assert repository.git.text("status", "--porcelain") == ""
