"""How IOS prints its configuration: sections between `!`, VLANs and entries in their own way, keys as their MD5."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

from topology.twin.vendor import ios_specials as does
from topology.twin.vendor import ios_tables as tables
from topology.twin.vendor import ios_words as words
from topology.twin.vendor.engine import LineGrammar
from topology.twin.vendor.tree import Entry, Path, Tree, indented


class Printed(LineGrammar):
    """A grammar that prints as IOS does."""

    RANKS = tables.RANKS
    INNER: ClassVar[Sequence[tuple[str, Sequence[str]]]] = tables.INNER
    switches: bool

    def routed(self, tree: Tree, path: Path) -> bool:
        """Whether the interface of a view has addresses, or could have."""
        raise NotImplementedError

    def place(self, entry: Entry) -> tuple[object, ...]:
        """Order interfaces and VLANs by their numbers."""
        if re.match(r"interface |vlan \d", entry.text):
            return (re.sub(r"\d.*", "", entry.text), [int(n) for n in re.findall(r"\d+", entry.text)])
        return ("", [])

    def shown(self, tree: Tree, *, secrets: bool = False) -> list[str]:
        """Return the lines of a configuration as the device prints them; with `secrets`, as it knows them."""
        whole = tree.copy()
        digest(whole)
        found: list[str] = []
        for section in self.sections(whole):
            lines = list(indented([self._printed(whole, e) for e in section], step=self.STEP))
            if lines[0].startswith("boot system "):
                lines = ["boot-start-marker", *lines, "boot-end-marker"]
            found += [*(line if secrets else self._hidden(line) for line in lines), "!"]
        return ["!", *self.header(), *found, "end"]

    def _hidden(self, line: str) -> str:
        body = line.lstrip(" ")
        return line[: len(line) - len(body)] + self.cipher.shown(body)

    def header(self) -> list[str]:
        """Return the lines before the first section."""
        return [f"version {self.version}", "!"]

    @property
    def version(self) -> str:
        """The version of the software, as far as a configuration says it."""
        return ".".join(re.split(r"[.(]", self.release or self.factory_release)[:2])

    @property
    def factory_release(self) -> str:
        """The version that a device comes with."""
        return "15.2(7)E3" if self.switches else "16.9.4"

    def sections(self, tree: Tree) -> Iterator[list[Entry]]:
        """Yield what stands between separators; VLANs without names stand together."""
        tree.roots[:] = [e for e in tree.roots if not re.fullmatch(r"boot-(start|end)-marker", e.text)]
        bare = [e for e in tree.roots if re.fullmatch(r"vlan \d+", e.text) and not e.children]
        numbers = {int(e.text.split()[1]) for e in bare} - set(self.unseen)
        tree.roots[:] = [e for e in tree.roots if not any(e is one for one in bare)]
        if numbers:
            tree.roots += [Entry(line, block=True) for line in self.vlans(numbers)]
        yield from super().sections(tree)

    unseen: Sequence[int] = (1,)
    """VLANs that are there and not printed"""

    def vlans(self, numbers: set[int]) -> list[str]:
        """Return the lines of VLANs without names."""
        return words.lines_of("vlan", "vlan", words.spelled(numbers))

    def trunk(self, found: str) -> list[str]:
        """Return the lines of a trunk's VLANs, from what the tree says."""
        return words.lines_of(does.ALLOWED, f"{does.ALLOWED} add", found)

    def _printed(self, tree: Tree, entry: Entry) -> Entry:
        if entry.text.startswith("ip access-list "):
            return Entry(entry.text, [Entry(self.rule(c.text)) for c in entry.children])
        if entry.text == "ip ssh pubkey-chain":
            return Entry(entry.text, [_further(c) for c in entry.children])
        if not entry.text.startswith("interface "):
            return entry
        lines: list[Entry] = []
        for child in entry.children:
            if child.text.startswith(f"{does.ALLOWED} "):
                lines += [Entry(line) for line in self.trunk(child.text[len(does.ALLOWED) + 1 :])]
            elif child.text.startswith("vrrp ") and "address-family" in child.text:
                lines.append(Entry(child.text, [*child.children, Entry("exit-vrrp")]))
            else:
                lines.append(child)
        addressed = any(c.text.startswith("ip address ") for c in lines)
        if not addressed and self.routed(tree, (entry.text,)) and not re.search(r"Null ?0", entry.text):
            at = next(
                (n for n, c in enumerate(lines) if not re.match(r"description|no switchport", c.text)), len(lines)
            )
            lines.insert(at, Entry("no ip address"))
        return Entry(entry.text, lines)

    def rule(self, text: str) -> str:
        """Return an entry of an access list as it is printed."""
        text = re.sub(r"^\d+ ", "", text)
        return re.sub(r"^deny ", "deny   ", text)


def _further(entry: Entry) -> Entry:
    """Return a line one step further in than it stands, with all below it."""
    return Entry(f" {entry.text}", [_further(child) for child in entry.children])


def digest(tree: Tree) -> None:
    """Have every key that was typed in pieces kept as IOS shows it: by its MD5."""
    for person in tree.below(("ip ssh pubkey-chain",)):
        for held in list(person.children):
            if held.text == "key-string":
                blob = "".join(c.text for c in held.children)
                person.children.remove(held)
                if found := _md5(blob):
                    person.children.append(Entry(f"key-hash ssh-rsa {found}"))


def _md5(text: str) -> str:
    try:
        blob = base64.b64decode(text, validate=True)
    except binascii.Error:
        return ""
    return hashlib.md5(blob, usedforsecurity=False).hexdigest().upper() if blob else ""


def host_name(tree: Tree, default: str) -> str:
    """Return the device's name."""
    return next((e.text.removeprefix("hostname ") for e in tree.roots if e.text.startswith("hostname ")), default)
