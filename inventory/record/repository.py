"""Commits edits: one commit, valid, with author and reason, or nothing at all.

Order of a commit, under one lock per county: finish what a killed process left; refuse if somebody edited the files by
hand; fold the edits onto the last commit; judge the county that results; make the commit's objects; write the files;
move the branch together with the event. A disk that is full, or kill -9 at any point, leaves the last commit whole.
Two people at once: edits name fields, so they only meet when both changed the same field since the second one looked;
then the second is told who changed what, when and why.
"""

import fcntl
import getpass
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from countynet import db, events
from countynet.canonical import JSON
from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _
from countynet.settings import Settings
from inventory.load import county_of
from inventory.model import County
from inventory.record import worktree
from inventory.record.changes import Change, Key, State, changes, repeat
from inventory.record.draft import Committed, Draft
from inventory.record.edit import Author, Edit
from inventory.record.fold import fold
from inventory.record.git import Entry, Git
from inventory.record.splice import Items, items, splice
from inventory.tags import InventoryTag

BRANCH = "refs/heads/main"
Target = Mapping[Key, "Items | None"]
Extra = Callable[[County], Mapping[str, bytes]]
"""further files that a new state of the county needs, e.g. the vault with a new tunnel's key"""


def shell_author() -> Author:
    """Return who sits at the shell."""
    return Author(f"shell:{getpass.getuser()}", getpass.getuser())


class Repository:
    """The county folder's git repository."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = settings.county
        self.git = Git(settings.county)

    def head(self) -> str:
        """Return the last commit. Raises Conflict when the folder is in no repository, or not on its main branch."""
        if not (self.folder / ".git").exists() or (head := self.git.find("HEAD")) is None:
            raise Conflict(_("{folder} is in no git repository; run: countynet inventory init"), folder=self.folder)
        if (branch := self.git.text("symbolic-ref", "-q", "HEAD")) not in (BRANCH, "refs/heads/master"):
            message = _("{folder} stands on the branch {branch}; git switch main")
            raise Conflict(message, folder=self.folder, branch=branch)
        return head

    def state(self, commit: str | None = None) -> State:
        """Return every item at a commit (the last one)."""
        return items(self.git.files(commit or self.head()))

    @contextmanager
    def locked(self) -> Iterator[str]:
        """Hold the county's record; gives the last commit, with the files as it says."""
        self.settings.state.mkdir(parents=True, exist_ok=True)
        with (self.settings.state / "record.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            head = self.head()
            if worktree.recover(self.folder, self.settings.state, self.git, head):
                self._recover_event(head)
            yield head

    def preview(self, edits: Iterable[Edit]) -> Draft:
        """Return what edits would do. Raises BadInput for what is wrong with them or with the county they make."""
        head = self.head()
        files = self.git.files(head)
        return self._draft(head, files, fold(items(files), edits))

    def county(self, commit: str | None = None) -> County:
        """Return the county as it is at a commit (the last one). Raises BadInput."""
        return county_of(self.git.files(commit or self.head()))

    def draft(self, target: Target, base: str | None = None) -> Draft:
        """Return what items would do, on top of a commit. Raises BadInput."""
        head = base or self.head()
        return self._draft(head, self.git.files(head), target)

    def _draft(self, head: str, files: Mapping[str, bytes], target: Target) -> Draft:
        new = splice(files, target)
        before = items({name: files[name] for name in new if name in files})
        after = county_of({**files, **new})
        return Draft(head, after, changes(before, items(new)), new, files)

    def commit(
        self, edits: Iterable[Edit], author: Author, reason: str, base: str | None = None, extra: Extra | None = None
    ) -> Committed:
        """Make one commit of edits and return it; without any difference, make none.

        `base` is the commit that the person looked at. Raises BadInput (all problems at once), Conflict (somebody else
        changed the same meanwhile, or edited the files by hand), CountyError (git or disk); then nothing has changed.
        """
        return self.change(lambda: edits, author, reason, base, extra)

    def change(
        self,
        make: Callable[[], Iterable[Edit]],
        author: Author,
        reason: str,
        base: str | None = None,
        extra: Extra | None = None,
    ) -> Committed:
        """Do as `commit`, with edits that are made while the lock is held: nobody allocates the same meanwhile."""
        need_reason(reason)
        with self.locked() as head:
            files = self.git.files(head)
            self._no_hand(files)
            edits = make()
            moved = base is not None and base != head
            target = self._rebased(str(base), items(files), edits) if moved else fold(items(files), edits)
            return self.write(head, target, author, reason, extra=extra)

    def write(
        self,
        head: str,
        target: Target,
        author: Author,
        reason: str,
        trailers: Sequence[str] = (),
        parents: tuple[str, ...] = (),
        extra: Extra | None = None,
    ) -> Committed:
        """Commit items on top of `head`, with the lock held. Raises as `commit`."""
        draft = self.draft(target, head)
        if not draft.changes and not parents:
            return Committed("", head)
        files: dict[str, bytes] = {**draft.files, **(extra(draft.after) if extra else {})}
        named = dict.fromkeys(f"Object: {change.object}" for change in draft.changes)
        message = f"{reason.strip()}\n\n" + "\n".join([*named, *trailers]) if named or trailers else reason.strip()
        new = self.git.make((head, *parents), files, author, message + "\n")
        self._switch(head, new, files, author, reason, draft.changes)
        return Committed(new, head, draft.changes, draft.diff)

    def _switch(
        self, head: str, new: str, files: Mapping[str, bytes], author: Author, reason: str, done: Sequence[Change]
    ) -> None:
        """Write the files and move the branch; take the files back if that fails."""
        old = self.git.files(head)
        worktree.begin(self.settings.state, head, new)
        try:
            worktree.put(self.folder, files)
            with db.transaction(db.open_database(self.settings)) as session:
                _event(session, new, author.login, reason, {change.object for change in done})
                self.git.move(self.git.text("symbolic-ref", "HEAD"), new, head)
        except BaseException:
            worktree.put(self.folder, {name: old.get(name) for name in files if "/" not in name})
            worktree.end(self.settings.state)
            raise
        worktree.end(self.settings.state)
        self.git.run("read-tree", new, environment={"GIT_OPTIONAL_LOCKS": "1"})

    def _recover_event(self, head: str) -> None:
        """Record the event of a commit whose process died when the branch had moved and the event was not written."""
        entry = self.entry(head)
        with db.transaction(db.open_database(self.settings)) as session:
            known = select(events.Event.id).where(events.Event.subject == f"commit:{head}")
            if entry.ours and session.scalar(known) is None:
                _event(session, head, entry.login, entry.reason, set(entry.trailers("Object")))

    def refuse_hand_edits(self, head: str) -> None:
        """Raise Conflict if files were edited by hand since the last commit."""
        self._no_hand(self.git.files(head))

    def _no_hand(self, files: Mapping[str, bytes]) -> None:
        if names := worktree.by_hand(self.folder, files):
            message = _(
                "{files} was edited by hand and not committed; commit it first (countynet inventory commit), or take "
                "it back with git checkout"
            )
            raise Conflict(message, files=", ".join(names))

    def _rebased(self, base: str, now: State, edits: Iterable[Edit]) -> Target:
        """Return what edits of an older state make of today's; refuse if somebody changed the same fields since."""
        if self.git.find(base) is None:
            raise BadInput([Problem(_("there is no commit {commit}"), {"commit": base})])
        then = self.state(base)
        mine = fold(then, edits)
        wanted = changes({k: then[k] for k in mine if k in then}, {k: i for k, i in mine.items() if i is not None})
        target, refused = repeat(wanted, now)
        if refused:
            theirs = {(c.section, c.key, c.field): c for c in changes(then, now)}
            self._refuse(base, [theirs.get((c.section, c.key, c.field), c) for c in refused])
        return target

    def _refuse(self, base: str, both: Sequence[Change]) -> None:
        """Raise Conflict naming who changed each of the fields since `base`."""
        entries = self.git.log(f"{base}..HEAD")
        words = []
        for change in both:
            who = next((e for e in entries if change.object in e.trailers("Object")), entries[0])
            told = f"{change.object} {change.field}: {change.before} -> {change.after}"
            words.append(f"{told} ({who.author}, {who.when}, {who.reason})")
        message = _("somebody else changed the same meanwhile: {changes}; look at it and save again")
        raise Conflict(message, changes="; ".join(words))

    def commit_by_hand(self, author: Author, reason: str, extra: Extra | None = None) -> Committed:
        """Commit what somebody edited in the files with an editor. Raises BadInput if it is not valid."""
        need_reason(reason)
        with self.locked() as head:
            files = self.git.files(head)
            names = worktree.by_hand(self.folder, files)
            if not names:
                return Committed("", head)
            present = {path.name: path.read_bytes() for path in self.folder.glob("[!.]*.yml")}
            county = county_of(present)
            done = changes(items(files), items(present))
            named = dict.fromkeys(f"Object: {change.object}" for change in done)
            message = f"{reason.strip()}\n\n" + "\n".join(named) if named else reason.strip()
            beside = extra(county) if extra else {}
            new = self.git.make((head,), {**{n: present.get(n) for n in names}, **beside}, author, message + "\n")
            self._switch(head, new, {}, author, reason, done)
            return Committed(new, head, done)

    def repeat(self, wanted: Sequence[Change], head: str) -> tuple[dict[Key, "Items | None"], tuple[Change, ...]]:
        """Return the items that changes make of a commit's, and the changes that do not apply there any more."""
        return repeat(wanted, self.state(head))

    def entry(self, commit: str) -> Entry:
        """Return one commit. Raises BadInput when there is none of that name."""
        if self.git.find(commit) is None:
            raise BadInput([Problem(_("there is no commit {commit}"), {"commit": commit})])
        return self.git.log("-1", "--end-of-options", commit)[0]


def _event(session: Session, commit: str, login: str, reason: str, objects: set[str]) -> None:
    data: dict[str, JSON] = {"commit": commit, "reason": reason, "objects": sorted(objects)}
    events.record(session, InventoryTag.CHANGED, login, f"commit:{commit}", data)


def need_reason(reason: str) -> None:
    """Raise BadInput without a reason."""
    if not reason.strip():
        raise BadInput([Problem(_("say why: a change needs a reason"))])
