"""Prints service matrices: the classes with their addresses, then from which class to which."""

from collections import defaultdict

from countynet.console import out, table
from countynet.i18n import _, translate
from topology.reach.iptables.report import Matrix, spans
from topology.reach.rights import Rights

SHOWN = 20
"""doubtful lines printed, and spans of a class; the JSON document has all"""


def show(found: list[Matrix]) -> None:
    """Print matrices in the language of the context."""
    for one in found:
        title = translate(_("{service}: what may pass"), service=one.service.title)
        _rights(title, one.perhaps)
        if one.certain:
            out().print(translate(_("All of it surely passes.")))
        else:
            _rights(translate(_("{service}: what surely passes"), service=one.service.title), one.surely)
    doubts = found[0].doubts
    for line, text in doubts[:SHOWN]:
        out().print(translate(_("line {line} not understood wholly: {text}"), line=line, text=text))
    if len(doubts) > SHOWN:
        out().print(translate(_("and {count} more: --json has all"), count=len(doubts) - SHOWN))


def _rights(title: str, found: Rights) -> None:
    reached = defaultdict[int, list[int]](list)
    for source, target in sorted(found.edges):
        reached[source].append(target)
    columns = [translate(_("class")), translate(_("addresses")), translate(_("may reach the classes"))]
    table(title, columns, [(n, _some(n, found), _names(reached[n])) for n in range(len(found.classes))])


def _some(number: int, found: Rights) -> str:
    words = spans(found.classes[number])
    return ", ".join(words[:SHOWN]) + (" ..." if len(words) > SHOWN else "")


def _names(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
