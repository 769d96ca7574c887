"""Brings a NetBox to what it shall hold, in few requests, and says what it did.

Promises: what is as it should be is not touched, so a second run changes nothing; only what bears our tag (or stands in
what does) is changed, and removed only when asked; an object that NetBox refuses is named with NetBox's words and the
others go on. NetBox does a list whole or not at all: the refused are taken out and the rest is sent again; where it
does not say which, the list is halved until it is known.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from countynet.console import Progress
from inventory.netbox import compare
from inventory.netbox.kinds import KINDS, Kind
from inventory.netbox.mapping import Things
from inventory.netbox.server import Answer, Server
from inventory.netbox.stock import Stock
from inventory.netbox.thing import TAG, Record, Ref, Thing, refs

BATCH = 100
TOGETHER = 4
"""how many lists NetBox works on at once; it has two workers or more"""
Body: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Done:
    """Something that was done, or would be: `made`, `changed`, `removed`, or `theirs` (differs, but is not ours)."""

    what: str
    kind: str
    key: str
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    """field -> what it was in NetBox and what it is now"""


@dataclass(frozen=True)
class Failure:
    """An object that NetBox refused, with its words."""

    kind: str
    key: str
    words: str


@dataclass(frozen=True)
class Waiting:
    """An object that was not tried, because what it names is not there."""

    kind: str
    key: str
    needs: Ref


@dataclass
class Outcome:
    """What an export did."""

    done: list[Done] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    """what follows from the failures; done by itself once they are mended"""
    same: int = 0
    extra: list[tuple[str, str]] = field(default_factory=list)
    """kind and key of what bears our tag and is in the inventory no more; `--prune` removes it"""

    def count(self, what: str) -> int:
        """Return how many were `made`, `changed`, `removed` or are `theirs`."""
        return sum(done.what == what for done in self.done)


@dataclass(frozen=True)
class Options:
    """How an export is done."""

    prune: bool = False
    adopt: bool = False
    """take over what has the same key and not our tag"""
    preview: bool = False


def push(server: Server, things: Things, options: Options, progress: Progress) -> Outcome:
    """Bring a NetBox to `things`. Raises CountyError only when NetBox cannot be reached or refuses us altogether."""
    return _Push(server, options, progress, sum(map(len, things.values()))).all(things)


class _Push:
    """One export."""

    def __init__(self, server: Server, options: Options, progress: Progress, total: int) -> None:
        self.server, self.options, self.progress, self.total = server, options, progress, total
        self.stock = Stock(server)
        self.outcome = Outcome()
        self.passed = 0
        self.invented = 0

    def all(self, things: Things) -> Outcome:
        """Do every kind, then remove from the last kind to the first."""
        for kind in KINDS:
            self._kind(KINDS[kind], kind, things[kind])
        for kind in reversed(list(KINDS)):
            self._leftovers(KINDS[kind], kind, {thing.key for thing in things[kind]})
        return self.outcome

    def _kind(self, kind: Kind, name: str, things: Sequence[Thing]) -> None:
        self.stock.load(name, things)
        left = list(things)
        while left:  # things of a kind may name each other (a region its parent): those that can go first do
            ready = [
                t for t in left if all(r.kind != name or r in self.stock for f in t.fields.values() for r in refs(f))
            ]
            ready = ready or left
            left = [t for t in left if t not in ready] if len(ready) < len(left) else []
            self._some(kind, ready)
        self.progress(self.passed, self.total)

    def _some(self, kind: Kind, things: Sequence[Thing]) -> None:
        """Make or change things whose references are all known; say which are not."""
        new: list[tuple[Thing, Body]] = []
        old: list[tuple[Thing, Body]] = []
        for thing in things:
            record = self.stock.record(thing)
            try:
                fields = compare.differing(thing, record or {}, self.stock.number)
                whole = (
                    {f: compare.resolved(v, self.stock.number) for f, v in thing.fields.items()} if not record else {}
                )
            except KeyError as missing:
                self.outcome.waiting.append(Waiting(thing.kind, thing.key, missing.args[0]))
                continue
            if record is None and kind.made:
                new.append((thing, self._new(kind, whole)))
            elif record is not None:
                self._known(kind, thing, record, fields, old)
        self._send(kind, new, self._create)
        self._send(kind, old, self._change)
        self.passed += len(things)

    def _new(self, kind: Kind, fields: Mapping[str, Any]) -> Body:
        given = {field: value for field, value in fields.items() if value is not None}
        return compare.body(given) | ({"tags": [{"slug": TAG}]} if kind.tagged else {})

    def _known(
        self, kind: Kind, thing: Thing, record: Record, fields: dict[str, Any], old: list[tuple[Thing, Body]]
    ) -> None:
        """Say what to change of an object that is there."""
        ours = self.stock.ours(thing)
        untagged = kind.tagged and kind.made and TAG not in compare.tags(record)
        if not ours and not self.options.adopt:
            if fields and not kind.within:
                self._done("theirs", thing, record, fields)
            else:
                self.outcome.same += 1
            return
        if not fields and not untagged:
            self.outcome.same += 1
            return
        tag: Body = {"tags": compare.with_tag(record)} if untagged else {}
        old.append((thing, {"id": record["id"], **compare.body(fields), **tag}))

    def _done(self, what: str, thing: Thing, record: Record, fields: Iterable[str]) -> None:
        changed = {f: (compare.held(record, f), thing.fields.get(f)) for f in fields if f in thing.fields}
        self.outcome.done.append(Done(what, thing.kind, thing.key, changed))

    def _send(self, kind: Kind, pairs: Sequence[tuple[Thing, Body]], do: Callable[..., Answer]) -> None:
        """Send what there is in lists, several at once where NetBox takes that."""
        lists = [pairs[start : start + BATCH] for start in range(0, len(pairs), BATCH)]
        with ThreadPoolExecutor(1 if kind.alone else TOGETHER) as pool:
            for place, _nothing in enumerate(pool.map(lambda part: self._batch(kind, part, do), lists)):
                self.progress(min(self.passed + place * BATCH, self.total), self.total, kind.path)

    def _batch(self, kind: Kind, pairs: Sequence[tuple[Thing, Body]], do: Callable[..., Answer]) -> None:
        """Send a list; take out what is refused, or halve it, until nothing is left."""
        while pairs:
            answer = do(kind, pairs)
            if answer.good:
                return
            if answer.words and not answer.final and len(pairs) > 1:
                half = len(pairs) // 2
                self._batch(kind, pairs[:half], do)
                pairs = pairs[half:]
                continue
            refused = answer.refused or dict.fromkeys(range(len(pairs)), answer.words)
            for place, words in refused.items():
                thing = pairs[place][0]
                self.outcome.failures.append(Failure(thing.kind, thing.key, words))
            pairs = [pair for place, pair in enumerate(pairs) if place not in refused]

    def _create(self, kind: Kind, pairs: Sequence[tuple[Thing, Body]]) -> Answer:
        if self.options.preview:
            answer = Answer(tuple({**body, "id": self._invent()} for _thing, body in pairs))
        else:
            answer = self.server.create(kind.path, [body for _thing, body in pairs])
        for (thing, _body), record in zip(pairs, answer.records, strict=False):
            self.stock.add(thing, record)
            self.outcome.done.append(Done("made", thing.kind, thing.key))
        return answer

    def _invent(self) -> int:
        """Return an id for something that a preview would make."""
        self.invented -= 1
        return self.invented

    def _change(self, kind: Kind, pairs: Sequence[tuple[Thing, Body]]) -> Answer:
        real = [pair for pair in pairs if pair[1]["id"] > 0]
        answer = Answer() if self.options.preview else self.server.change(kind.path, [body for _thing, body in real])
        if answer.good:
            for thing, body in pairs:
                before = self.stock.record(thing) or {}
                custom = {f"cf.{name}" for name in body.get("custom_fields", ())}
                self._done("changed", thing, before, (f for f in thing.fields if f in body or f in custom))
        return answer

    def _leftovers(self, kind: Kind, name: str, wanted: set[str]) -> None:
        """Remove what is ours and wanted no more, or only say it."""
        gone = self.stock.leftovers(name, wanted)
        if not self.options.prune:
            self.outcome.extra += [(name, key) for key, _number in gone]
            return
        things = [(Thing(name, key, {}), {"id": number}) for key, number in gone]
        self._send(kind, things, self._remove)

    def _remove(self, kind: Kind, pairs: Sequence[tuple[Thing, Body]]) -> Answer:
        ids = [body["id"] for _thing, body in pairs]
        answer = Answer() if self.options.preview else self.server.remove(kind.path, ids)
        if answer.good:
            self.outcome.done += [Done("removed", thing.kind, thing.key) for thing, _body in pairs]
        return answer
