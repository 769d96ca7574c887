"""A device as far as its lines go: type lines at it, and it keeps them as the real one would show them.

It is what `verify` and the tests judge patches by, and refuses what the real one refuses: what refers to something that
is not there, the removal of what something refers to, an address that another interface has, a line to take back that
is not there. It knows no packet, only lines; what is in `_NEEDS` and `words` is all it knows of a vendor.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from inventory.platforms.patch import heads, leaving, modes, vlans, words
from inventory.platforms.patch.lines import Path, Tree, at, opening, walk

_VIEWS = re.compile(
    r"interface \S+|vlan \d+|acl .*|aaa|line .*|user-interface .*|security-zone .*|firewall zone .*|"
    r"(rsa|dsa|ecc) peer-public-key .*|public-key peer .*|public-key-code begin|ip access-list .*|router .*|"
    r"ospf \d+.*|area \S+$|rule name .*|rule \d+ name .*|security-policy( ip)?|nat-policy"
)
_FLAT = re.compile(
    r"acl logging.*|user-interface (maximum-vty|current).*|line class.*|.* \d+ to \d+|ipsec policy .* template .*"
)
_LEAVES = re.compile(r"quit|exit|peer-public-key end|public-key-code end|exit-address-family|exit-vrrp|end-policy")
_NEEDS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "undo": (
        ("interface", r"traffic-filter \w+ acl (?:name )?(\S+)", r"acl (?:name |number )?{}(?: .*)?"),
        ("interface", r"packet-filter (?:name )?(\S+) \w+", r"acl .*(?:name |advanced |basic ){}"),
        ("interface", r"ipsec policy (\S+)", r"ipsec policy {} .*"),
        ("interface", r"ipsec apply policy (\S+)", r"ipsec policy {} .*"),
        ("ipsec policy", r"ike-peer (\S+)", r"ike peer {}"),
        ("ipsec policy", r"proposal (\S+)", r"ipsec proposal {}"),
        ("ipsec policy", r"security acl (\S+)", r"acl .*{}"),
        ("ike peer", r"ike-proposal (\S+)", r"ike proposal {}"),
        ("firewall zone", r"add interface (\S+)", r"interface {}"),
        ("", r"ssh user \S+ assign \S+-key (\S+)", r"\w+ peer-public-key {}(?: .*)?"),
        ("rule name", r"action source-nat address-group (\S+)", r"nat address-group {}(?: .*)?"),
    ),
    "no": (
        ("interface", r"crypto map (\S+)", r"crypto map {} .*"),
        ("crypto ikev2 profile", r"keyring local (\S+)", r"crypto ikev2 keyring {}"),
        ("crypto map", r"set ikev2-profile (\S+)", r"crypto ikev2 profile {}"),
        ("crypto map", r"set transform-set (\S+)", r"crypto ipsec transform-set {}(?: .*)?"),
    ),
}
"""(view, line, what must be there at the top): the line is refused without it, and it cannot go before the line"""


@dataclass
class Device:
    """Lines of a device, and what it refused."""

    tree: Tree
    platform: str
    path: Path = ()
    intended: Tree = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    _remark: str = ""
    _in_vlans: bool = False
    """IOS opens one view for a whole list of VLANs"""
    _heads: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Note which lines open views, in either text."""
        self._heads = opening(self.tree, self.intended)

    def type(self, typed: Iterable[str]) -> Iterator[str]:
        """Type lines one by one; yields each after it has worked, so that a caller can look at the device."""
        for line in typed:
            self._type(line.strip())
            yield line

    def _type(self, line: str) -> None:
        if _LEAVES.fullmatch(line):
            self._leave(line)
        elif line.startswith("remark "):
            self._remark += f"{line}\n"
        elif taken := words.taken_back(self.platform, line):
            self._take(leaving.user(taken), line)
        else:
            self._give(self._remarked(line))

    def _remarked(self, line: str) -> str:
        """Return a line with the remarks that were typed before it."""
        whole, self._remark = self._remark + line, ""
        return whole

    def _leave(self, line: str) -> None:
        if not self.path and not self._in_vlans:
            self.refused.append(line)
        self._in_vlans = False
        if self._remark:
            self._place(self._block(), self._remark.rstrip("\n"))
            self._remark = ""
        self.path = self.path[:-1]
        if line == "public-key-code end":
            self._block()[line] = {}

    def _block(self) -> Tree:
        found = at(self.tree, self.path)
        if found is None:
            raise AssertionError(self.path)
        return found

    def _give(self, line: str) -> None:
        block = self._block()
        if modes.changes(block, line):
            modes.forget(block)
        if line.startswith(("rule move ", "move rule ")):
            self._move(block, line)
        elif self._is_list(line):
            self._list(line)
        elif f"{words.undo(self.platform)} {line}" in block:
            del block[f"{words.undo(self.platform)} {line}"]
        elif self._lacks(line) or self._elsewhere(line):
            self.refused.append(f"{' / '.join(self.path)} / {line}")
        elif line not in block:
            heads.enter(block, line, self.platform)
            self._place(block, line)
        if self._opens(line):
            block.setdefault(line, {})
            if line == "public-key-code begin":
                block[line] = {}
            self.path = (*self.path, line)

    def _move(self, block: Tree, line: str) -> None:
        match = re.fullmatch(r"(rule move|move rule) (.+) before (.+)", line)
        found = [self._rule(block, match[n], match[1]) for n in (2, 3)] if match else [None]
        if None in found:
            self.refused.append(line)
            return
        name, other = [text for text in found if text]
        below = block.pop(name)
        items = list(block.items())
        place = [text for text, _below in items].index(other)
        block.clear()
        block.update([*items[:place], (name, below), *items[place:]])

    @staticmethod
    def _rule(block: Tree, name: str, verb: str) -> str | None:
        form = f"rule name {name}" if verb == "rule move" else f"rule {name} "
        return next((text for text in block if text == form or (verb != "rule move" and text.startswith(form))), None)

    def _opens(self, line: str) -> bool:
        inside = bool(self.path) and self.path[0].startswith("interface ") and not line.startswith("interface ")
        named = not inside and not _FLAT.fullmatch(line) and bool(_VIEWS.fullmatch(line))
        return line in self._heads or named

    def _place(self, block: Tree, line: str) -> None:
        name = words.slot(self.platform, self.path, line)
        same = [other for other in block if name and words.slot(self.platform, self.path, other) == name]
        if not same:
            block.setdefault(line, {})
            return
        items = [(line if text == same[0] else text, below) for text, below in block.items()]
        block.clear()
        block.update(items)

    def _take(self, taken: str, line: str) -> None:
        block = self._block()
        if modes.changes(block, line):
            modes.forget(block)
        if self._is_list(taken) or self._is_list(line):
            self._list(line)
            return
        gone = [text for text in block if text == taken or text.startswith(f"{taken} ")]
        if any(self._needed(text) for text in gone) or any(words.physical(text) for text in gone):
            self.refused.append(f"{' / '.join(self.path)} / {line}")
            return
        for text in gone:
            del block[text]
        if not gone or line == "no switchport":
            block[line] = {}
        if match := re.match(r"(?:vrrp|standby) (?:vrid )?(\d+) (?:virtual-)?ip", taken):
            self._without_address(block, match[1])

    def _without_address(self, block: Tree, group: str) -> None:
        own = re.compile(rf"(admin-)?(vrrp|standby) (vrid )?{group}( |$)")
        lines = [line for line in block if own.match(line)]
        if not any(re.search(r" (virtual-)?ip ", line) for line in lines):
            for line in lines:
                del block[line]

    def _is_list(self, line: str) -> bool:
        bare = line.removeprefix("undo ").removeprefix("no ")
        if self.path and self.path[0].startswith("interface "):
            return bare.startswith(words.VLANS[self.platform])
        return not self.path and bare.startswith("vlan ") and not re.fullmatch(r"vlan \d+", line)

    def _list(self, line: str) -> None:
        block = self._block()
        if not self.path:
            vlans.typed(block, line, self.platform)
            self._in_vlans = line.startswith("vlan ") and words.undo(self.platform) == "no"
            return
        prefix = next(p for p in words.VLANS[self.platform] if p in line)
        vlans.typed_at_port(block, line, self.platform, prefix)

    def _lacks(self, line: str) -> bool:
        return any(
            not any(re.fullmatch(head.format(re.escape(m[1])), top) for top in self.tree)
            and any(re.fullmatch(head.format(re.escape(m[1])), top) for top in self.intended)
            for view, pattern, head in _NEEDS[words.undo(self.platform)]
            if self._in(view) and (m := re.fullmatch(pattern, line))
        )

    def _in(self, view: str) -> bool:
        return not self.path if not view else bool(self.path) and self.path[-1].startswith(view)

    def _needed(self, head: str) -> bool:
        if self.path:
            return False
        left = [top for top in self.tree if top != head]
        for view, pattern, need in _NEEDS[words.undo(self.platform)]:
            blocks = [b for top, b in self.tree.items() if view and top.startswith(view)] if view else [self.tree]
            for block in [
                *blocks,
                *(b for outer in self.tree.values() for t, b in outer.items() if t.startswith(view or "-")),
            ]:
                for line in block:
                    match = re.fullmatch(pattern, line)
                    wanted = need.format(re.escape(match[1])) if match else ""
                    if wanted and re.fullmatch(wanted, head) and not any(re.fullmatch(wanted, top) for top in left):
                        return line not in self._meant
        return False

    @property
    def _meant(self) -> set[str]:
        """Lines of the intended text, which may refer to what it does not have itself."""
        return {path[-1] for path in walk(self.intended)}

    def _elsewhere(self, line: str) -> bool:
        match = re.match(r"ip address (\d\S+) ", f"{line} ")
        if not match or not self.path:
            return False
        return any(
            text.startswith(f"ip address {match[1]} ")
            for name, block in self.tree.items()
            if name.startswith("interface ") and name != self.path[0]
            for text in block
            if text not in self.intended.get(name, {})
        )
