"""What a platform's grammar says, as its shell uses it: how lines enter the device's tree, and how it is printed.

Which lines are understood is asked of the platform's parser tables (`understood`), so the simulator shares the parser
and nothing of the renderer. Everything else here is the platform's own, written after its manual.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from inventory.platforms.blocks import Inside, Line, Reading, Table
from topology.twin.vendor.tree import Path, Tree

if TYPE_CHECKING:
    from topology.twin.vendor.device import Description


class Refused(Exception):
    """A line that the device does not take, in the device's own words; `at` is the column that a caret points at."""

    def __init__(self, words: str, at: int | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.at = at


class Question(Exception):
    """A line that the device takes only after a `yes`, in the device's own words."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Grammar(Protocol):
    """A platform's knowledge of its lines."""

    ALONE: ClassVar[str]
    """pattern of heads whose lines touch nothing outside of their block"""

    def apply(self, tree: Tree, path: Path, line: str, *, sure: bool = False) -> "Outcome":
        """Change the tree by a line typed in a view.

        Raises Refused, and Question where the device asks first and `sure` is not said; the tree is then as before.
        """
        ...

    def unrecognized(self, line: str, at: int) -> Refused:
        """Return the refusal of a line that is not understood from a column on."""
        ...

    def shown(self, tree: Tree, *, secrets: bool = False) -> list[str]:
        """Return the lines of a configuration as the device prints them; with `secrets`, as it knows them."""
        ...

    def load(self, text: str) -> Tree:
        """Return the tree of a configuration that was saved; lines that are not understood are left out."""
        ...

    def factory(self, about: "Description") -> str:
        """Return the configuration that a device leaves the factory with."""
        ...

    release: str
    """the version that the device's software says"""

    def software(self, model: str) -> tuple[str, tuple[str, ...]]:
        """Return the version that a model comes with, and the files of its image; none where there are no images."""
        ...

    INSTALLS: ClassVar[bool]
    """whether software is installed from packages, and started from no file of the flash"""
    BY_SCP: ClassVar[bool]
    """whether files are copied by SCP and not by SFTP"""
    FULL: ClassVar[str]
    """what is said when a file does not fit"""

    def boots(self, tree: Tree) -> tuple[str, ...] | None:
        """Return the images that a configuration starts from; None where it does not say so."""
        ...

    def files_open(self, tree: Tree) -> bool:
        """Return whether the configuration lets files be copied by SFTP, or by SCP."""
        ...

    def password(self, tree: Tree, user: str) -> str:
        """Return the password that the configuration gives an account, or nothing."""
        ...

    def syslog(self, tree: Tree, moment: datetime, message: str) -> str:
        """Return a log message as it is sent to a log host."""
        ...


class Outcome:
    """What a line did: the view that it opens (None: stays), and what the device says to it."""

    def __init__(self, enter: Path | None = None, words: str = "") -> None:
        self.enter = enter
        self.words = words


Tables = Callable[[], tuple[Table[Any], Reading]]
"""returns the table of top lines of a platform's parser, and a fresh reading for it"""


def understood(tables: Tables, path: Iterable[str], line: str) -> tuple[bool, bool]:
    """Return whether a platform's parser understands a line in a view, and whether it opens a block there."""
    table, reading = tables()
    scope: Any = None
    here = ""
    for head in path:
        answer = _ask(table, reading, Line(head, 0, here or head, scope))
        if not isinstance(answer, Inside):
            return False, False
        table, scope, here = answer.table, answer.scope, here or head
    answer = _ask(table, reading, Line(line, 0, here, scope))
    return bool(answer), isinstance(answer, Inside)


def _ask(table: Table[Any], reading: Reading, line: Line) -> bool | Inside:
    found = table.find(line.text)
    return found[0](reading, line, found[1]) if found else False
