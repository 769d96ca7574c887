"""Secrets that a device shows enciphered are the ones we told it, until somebody says otherwise.

A running text shows ciphertext, salted anew each time, where the intended text has the plain secret. Nobody can compare
the two, so a line that differs in an enciphered secret only counts as the intended line. A secret that the running text
shows in plain is compared. Who knows by other means that a secret itself was changed names its holder (`holders`).
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from inventory.platforms.patch.lines import Path, Tree

_ENCIPHERED = re.compile(
    r"%\^%#|%\$%\$|%@%@|%\+%##|%#%#|\$1[a-z]\$|\$[0-9a-z]{1,2}\$\S|"
    r"\b(cipher|hash|irreversible-cipher) (\*{8}|[0-9A-F]{16,}|\S*[+/=,<>!`'^&*(){}\[\]:;|~\\]\S{15,})|"
    r"\b(password|secret|key|md5|pre-shared-key|encrypted|community) [5-9] \S|"
    r"^ntp authentication-key \d+ md5 \S+ 7$|"
    r"^snmp-server user \S+ \S+ v3 (encrypted )?auth .* (\*{8}|[0-9A-Za-z+/]{26,}=*|([0-9A-F]{2}[.:]?){16,})$"
)
"""what only ciphertext looks like: markers of VRP and Comware, crypt's `$5$`, types 5 to 9 of IOS, long keys of SNMP"""
_WORDS = re.compile(
    r"(?<= )(simple|cipher|ciphertext|hash|irreversible-cipher|plain|plaintext|encrypted|[05-9](?= \*{8})) "
)
_STARS = "*" * 8
_SLASH = " / "


def align(old: Tree, new: Tree, mask: Callable[[str], str], anew: Collection[str] = (), path: Path = ()) -> Tree:
    """Return the running tree with intended secrets in the place of their own enciphered ones; for reading only.

    The secrets of the holders `anew` stay as they are: they are typed again.
    """
    if old == new:
        return old
    wanted = {shape(text, mask): text for text in new if text not in old}
    result: Tree = {}
    for text, below in old.items():
        form = shape(text, mask) if text not in new and enciphered(text) else ""
        ours = _STARS in form and _SLASH.join((*path, form)) not in anew
        name = wanted.get(form, text) if ours else text
        result[name] = align(below, new.get(name, {}), mask, anew, (*path, form or shape(text, mask)) if anew else ())
    return result


def holders(whole: Tree, hidden: Mapping[str, str]) -> dict[str, str]:
    """Return what holds a secret in a text, by its masked lines from the top, with these lines in plain.

    `hidden` has the masked form of each line that has a secret. Two lines that look alike but for their secret are one
    holder.
    """
    found: dict[str, str] = {}
    for path in _holding(whole, hidden, ()) if hidden else ():
        holder = _SLASH.join(_bare(hidden.get(text, text)) for text in path)
        found[holder] = "\n".join((found[holder], *path) if holder in found else path)
    return found


def _holding(whole: Tree, hidden: Mapping[str, str], above: Path) -> Iterator[Path]:
    """Yield the places of lines that have a secret."""
    for text, below in whole.items():
        if text in hidden:
            yield (*above, text)
        if below:
            yield from _holding(below, hidden, (*above, text))


def enciphered(text: str) -> bool:
    """Whether a line, or the last of several, has a secret that only its device can read, or that is struck out."""
    last = text.rpartition("\n")[2]
    return bool(_ENCIPHERED.search(last))


def shape(text: str, mask: Callable[[str], str]) -> str:
    """Return a line as its holder's name has it: masked, without the word that says how its secret is written."""
    hidden = mask(text)
    return _bare(hidden) if _STARS in hidden else text


def _bare(hidden: str) -> str:
    """Return a masked line without the word that says how its secret is written."""
    return _WORDS.sub("", hidden).removesuffix(" 7") if _STARS in hidden else hidden
