"""The grammar that block-structured vendors share: lines with an identity, blocks, negation by the first words.

A platform derives `LineGrammar` and gives tables. `KEYS` say which words of a line are its identity: a line whose
identity stands there already takes that line's place (a single value); a line that no key names is its own identity
(one of several). A negation takes out every line that it is, or whose first words it is; lines that the platform shows
negated (`undo lldp enable`) are in `TOGGLES`. What needs more (lists of VLANs, numbers given by the device) is a
`special`. Nothing here asks a renderer, and nothing asks a driver.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from topology.twin.vendor.grammar import Outcome, Refused, Tables, understood
from topology.twin.vendor.secrets import Cipher
from topology.twin.vendor.tree import Entry, Path, Tree, indented

Special = Callable[["LineGrammar", Tree, Path, str, bool], "Outcome | None"]
"""takes the tree, the view, the line without its negation, and whether it is negated; None: the usual way"""


class LineGrammar:
    """A platform's grammar from tables; see the module."""

    NEGATION: ClassVar[str] = "undo"
    KEYS: ClassVar[Sequence[tuple[str, str]]] = ()
    """pattern of the last head of the view ("" is the top), pattern of the line's identifying beginning"""
    TOGGLES: ClassVar[Sequence[tuple[str, str, bool]]] = ()
    """pattern of the view's last head, pattern of the line without negation, whether it holds where nothing is said"""
    SPECIALS: ClassVar[Sequence[tuple[str, str, Special]]] = ()
    """pattern of the view's last head, pattern of the line without negation, what does it"""
    ASKS: ClassVar[Sequence[tuple[str, str, str]]] = ()
    """pattern of the view's last head, pattern of the whole line, the question that comes before it"""
    SAYS: ClassVar[Sequence[tuple[str, str, str]]] = ()
    """pattern of the view's last head, pattern of the whole line, what is said after it"""
    FIXED: ClassVar[str] = r"(?!)"
    """heads at the top that cannot be taken out"""
    RANKS: ClassVar[Sequence[str]] = ()
    """patterns of top lines in the order of the print; lines of one rank without blocks share a section"""
    INNER: ClassVar[Sequence[tuple[str, Sequence[str]]]] = ()
    """pattern of a head, patterns of the lines below it in the order of the print"""
    BESIDE: ClassVar[Sequence[tuple[str, str]]] = ()
    """pattern of the view's last head, pattern of a line that a device takes although our parser does not read it"""
    STEP: ClassVar[str] = " "
    ALONE: ClassVar[str] = r"acl |ip access-list |security-policy|nat-policy|object-group "
    """beginnings of heads whose lines touch nothing outside of their block"""
    STRICT: ClassVar[bool] = False
    """whether a negation has to be whole: a line, an identity, or one of `SHORT`; else any beginning will do"""
    SHORT: ClassVar[Sequence[tuple[str, str]]] = ()
    """pattern of the view's last head, pattern of a negation that is whole although no line is"""

    release: str = ""
    """the version that the device's software says; empty: what its model comes with"""
    model: str = ""
    """the device's model, where the grammar depends on it"""

    def __init__(self, tables: Tables, cipher: Cipher) -> None:
        self.tables = tables
        self.cipher = cipher
        self._known: dict[tuple[Path, str], tuple[bool, bool]] = {}

    # for a platform to say

    def normal(self, path: Path, line: str) -> str:
        """Return a line as the device keeps it: words joined, masks written out, abbreviations replaced."""
        return re.sub(r"\s+", " ", line)

    def check(self, tree: Tree, path: Path, line: str) -> None:
        """Raise Refused for a line that is understood but that the device, as it stands, does not take."""

    def hidden(self, path: Path, entry: Entry) -> bool:
        """Whether a line is not printed although it is there."""
        return False

    def unrecognized(self, line: str, at: int) -> Refused:
        """Return the refusal of a line that is not understood from a column on."""
        return Refused("Unrecognized command", at)

    def software(self, model: str) -> tuple[str, tuple[str, ...]]:
        """Return the version that a model comes with, and the files of its image; none where there are no images."""
        return "", ()

    INSTALLS: ClassVar[bool] = False
    """whether software is installed from packages, and started from no file of the flash"""
    BY_SCP: ClassVar[bool] = False
    """whether files are copied by SCP and not by SFTP"""
    FULL: ClassVar[str] = "Not enough space on the flash"
    """what is said when a file does not fit"""

    def boots(self, tree: Tree) -> tuple[str, ...] | None:
        """Return the images that a configuration starts from; None where it does not say so."""
        return None

    def files_open(self, tree: Tree) -> bool:
        """Return whether the configuration lets files be copied by SFTP, or by SCP."""
        return False

    def password(self, tree: Tree, user: str) -> str:
        """Return the password that the configuration gives an account, or nothing."""
        return ""

    def syslog(self, tree: Tree, moment: datetime, message: str) -> str:
        """Return a log message as it is sent to a log host."""
        return f"<189>{moment:%b %d %Y %H:%M:%S} {message}"

    # what a line does

    def apply(self, tree: Tree, path: Path, line: str, *, sure: bool = False) -> Outcome:
        """Change the tree by a line typed in a view; see Grammar."""
        negated = line.split(" ", 1)[0] == self.NEGATION
        body = self.normal(path, line.split(None, 1)[1] if negated and " " in line.strip() else line)
        body = self.cipher.plain(body)
        last = path[-1] if path else ""
        if negated and not body:
            raise self.unrecognized(line, len(line))
        whole = f"{self.NEGATION} {body}" if negated else body
        if not sure:
            self._ask(tree, path, last, whole)
        for view, pattern, act in self.SPECIALS:
            if re.fullmatch(view, last) and re.fullmatch(pattern, body):
                outcome = act(self, tree, path, body, negated)
                if outcome is not None:
                    return self._spoken(last, whole, outcome)
        outcome = self.negate(tree, path, body, line) if negated else self.put(tree, path, body, line)
        return self._spoken(last, whole, outcome)

    def _ask(self, tree: Tree, path: Path, last: str, whole: str) -> None:
        from topology.twin.vendor.grammar import Question

        for view, pattern, words in self.ASKS:
            if re.fullmatch(view, last) and re.fullmatch(pattern, whole) and self.asks(tree, path, whole):
                raise Question(words)

    def asks(self, tree: Tree, path: Path, whole: str) -> bool:
        """Whether a question of `ASKS` is really asked; a platform may know when it is not."""
        return True

    def _spoken(self, last: str, whole: str, outcome: Outcome) -> Outcome:
        for view, pattern, words in self.SAYS:
            if not outcome.words and re.fullmatch(view, last) and re.fullmatch(pattern, whole):
                outcome.words = words
        return outcome

    def put(self, tree: Tree, path: Path, body: str, typed: str = "") -> Outcome:
        """Add a line, or open a block. Raises Refused."""
        head = self.head(tree, path, body)
        good, block = self.known(path, body) if head is None else (True, True)
        if not good:
            raise self.unrecognized(typed or body, self.column(path, typed or body))
        self.check(tree, path, head or body)
        if head is not None and head != body and not self.known(path, body)[0]:
            return Outcome(enter=(*path, head))
        key = self.key(path, body)
        toggled = self._toggle(tree, path, body, negated=False)
        if toggled is not None:
            return toggled
        entry = tree.replace(path, lambda text: self.key(path, text) == key, body) if head is None else None
        if block or head is not None:
            return self._enter(tree, path, head, body, entry)
        return Outcome()

    def _enter(self, tree: Tree, path: Path, head: str | None, body: str, entry: Entry | None) -> Outcome:
        if entry is None:
            entry = tree.find(path, head or body)
            assert entry is not None
            if self.renames(entry.text, body):
                entry.text = body
        entry.block = True
        return Outcome(enter=(*path, entry.text))

    def renames(self, old: str, new: str) -> bool:
        """Whether a head typed again says more than the one that stands (`ospf 1 router-id X` after `ospf 1`)."""
        return len(new) > len(old) or (len(new.split()) == len(old.split()) and new != old)

    def head(self, tree: Tree, path: Path, body: str) -> str | None:
        """Return the head of the block that stands there already and that a line opens, or None."""
        key = self.key(path, body)
        return next((e.text for e in tree.below(path) if e.block and self.key(path, e.text) == key), None)

    def known(self, path: Path, body: str) -> tuple[bool, bool]:
        """Return whether the parser understands a line in a view, and whether it opens a block."""
        found = self._known.get((path, body))
        if found is None:
            if len(self._known) > 20000:
                self._known.clear()
            last = path[-1] if path else ""
            beside = any(re.fullmatch(view, last) and re.fullmatch(line, body) for view, line in self.BESIDE)
            found = (True, False) if beside else understood(self.tables, path, body)
            self._known[path, body] = found
        return found

    def key(self, path: Path, text: str) -> str:
        """Return the identity of a line in a view."""
        last = path[-1] if path else ""
        for view, pattern in self.KEYS:
            if re.fullmatch(view, last) and (match := re.match(pattern, text)):
                return " ".join(match.groups()) if match.groups() else match[0]
        return text

    def column(self, path: Path, typed: str) -> int:
        """Return where in a typed line the parser no longer follows: the first word that no beginning explains."""
        return len(typed) - len(typed.lstrip())

    def negate(self, tree: Tree, path: Path, body: str, typed: str) -> Outcome:
        """Take out what a negation names. Raises Refused."""
        toggled = self._toggle(tree, path, body, negated=True)
        if toggled is not None:
            return toggled
        if not path and re.fullmatch(self.FIXED, body):
            raise self.unrecognized(typed, self.column(path, typed))
        key = self.key(path, body)

        def named(text: str) -> bool:
            if not path and re.fullmatch(self.FIXED, text):
                return False
            return text == body or text.startswith(f"{body} ") or (self.key(path, text) == key != body)

        self.check(tree, path, f"{self.NEGATION} {body}")
        if self.STRICT and not self.could_stand(path, body) and any(named(e.text) for e in tree.below(path)):
            raise Refused("Incomplete command", len(typed.rstrip()))
        gone = tree.remove(path, named)
        if not gone and not self.could_stand(path, body):
            raise self.unrecognized(typed, self.column(path, typed))
        if not gone:
            self.missing(path, body)
        return Outcome()

    def missing(self, path: Path, body: str) -> None:
        """Raise Refused where the device says that what is to be taken out is not there; most say nothing."""

    def could_stand(self, path: Path, body: str) -> bool:
        """Whether a negated line names something that could stand in the view: a line, or the beginning of one."""
        last = path[-1] if path else ""
        if self.known(path, body)[0]:
            return True
        whole = (*self.KEYS, *self.SHORT)
        return any(re.fullmatch(view, last) and _ends(pattern, body) for view, pattern in whole)

    def _toggle(self, tree: Tree, path: Path, body: str, *, negated: bool) -> Outcome | None:
        last = path[-1] if path else ""
        for view, pattern, default in self.TOGGLES:
            if re.fullmatch(view, last) and re.fullmatch(pattern, body):
                tree.remove(path, lambda text: text in (body, f"{self.NEGATION} {body}"))
                if negated is default:
                    tree.add(path, f"{self.NEGATION} {body}" if negated else body)
                return Outcome()
        return None

    # printing and reading

    def shown(self, tree: Tree, *, secrets: bool = False) -> list[str]:
        """Return the lines of a configuration as the device prints them; with `secrets`, as it knows them."""
        found: list[str] = []
        for section in self.sections(tree):
            found.append("#")
            found += [line if secrets else self.cipher.shown(line) for line in indented(section, step=self.STEP)]
        return [*self.header(), *found, "#", "return"]

    def header(self) -> list[str]:
        """Return the lines before the first section."""
        return []

    def sections(self, tree: Tree) -> Iterator[list[Entry]]:
        """Yield what stands between separators, in the order of the print."""
        waiting: list[Entry] = []
        rank_of_waiting = -1
        for rank, entry in sorted(
            ((self.rank(entry.text), entry) for entry in tree.roots), key=lambda item: (item[0], *self.place(item[1]))
        ):
            if self.hidden((), entry):
                continue
            if waiting and (entry.block or rank != rank_of_waiting):
                yield waiting
                waiting = []
            if entry.block:
                yield [self.ordered(entry)]
            else:
                waiting.append(entry)
                rank_of_waiting = rank
        if waiting:
            yield waiting

    def rank(self, text: str) -> int:
        """Return the place of a top line in the print."""
        return next((n for n, pattern in enumerate(self.RANKS) if re.match(pattern, text)), len(self.RANKS))

    def place(self, entry: Entry) -> tuple[object, ...]:
        """Return what orders top lines of one rank; by default they stand as they came."""
        return ()

    def ordered(self, entry: Entry) -> Entry:
        """Return a block with its lines in the order of the print."""
        patterns = next((p for head, p in self.INNER if re.fullmatch(head, entry.text)), None)
        children = [self.ordered(c) if c.children else c for c in entry.children if not self.hidden((entry.text,), c)]
        if patterns is not None:
            ranks = {
                id(c): next((n for n, p in enumerate(patterns) if re.match(p, c.text)), len(patterns)) for c in children
            }
            children.sort(key=lambda c: (ranks[id(c)], *self.place(c)))
        return Entry(entry.text, children, entry.block)

    def load(self, text: str) -> Tree:
        """Return the tree of a configuration that was saved; lines that are not understood are left out."""
        from inventory.platforms.blocks import Node, read

        tree = Tree()

        def take(nodes: list[Node], path: Path) -> None:
            for node in nodes:
                try:
                    outcome = self.apply(tree, path, node.text, sure=True)
                except Refused:
                    continue
                if node.children and outcome.enter is not None:
                    take(node.children, outcome.enter)

        take(read(text), ())
        return tree


def _ends(pattern: str, body: str) -> bool:
    """Whether a pattern takes a text whole, or whole with the blank that would follow."""
    return re.fullmatch(pattern, body) is not None or re.fullmatch(pattern, f"{body} ") is not None
