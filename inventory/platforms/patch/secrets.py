"""Secrets that a device shows enciphered are the ones we told it, until somebody says otherwise.

A running text shows ciphertext, salted anew each time, where the intended text has the plain secret. Nobody can compare
the two, so a line that differs in an enciphered secret only counts as the intended line. A secret that the running text
shows in plain is compared. `send` is for when a secret itself was changed: then every enciphered one is typed again.
"""

import re
from collections.abc import Callable

from inventory.platforms.patch.lines import Tree

_ENCIPHERED = re.compile(
    r"%\^%#|%\$%\$|%@%@|%\+%##|%#%#|\$1[a-z]\$|\$[0-9a-z]{1,2}\$\S|"
    r"\b(cipher|hash|irreversible-cipher) (\*{8}|[0-9A-F]{16,}|\S*[+/=,<>!`'^&*(){}\[\]:;|~\\]\S{15,})|"
    r"\b(password|secret|key|md5|pre-shared-key|encrypted|community) [5-9] \S|"
    r"^snmp-server user \S+ \S+ v3 (encrypted )?auth .* (\*{8}|[0-9A-Za-z+/]{26,}=*|([0-9A-F]{2}[.:]?){16,})$"
)
"""what only ciphertext looks like: markers of VRP and Comware, crypt's `$5$`, types 5 to 9 of IOS, long keys of SNMP"""
_WORDS = re.compile(
    r"(?<= )(simple|cipher|ciphertext|hash|irreversible-cipher|plain|plaintext|encrypted|[05-9](?= \*{8})) "
)
_STARS = "*" * 8


def align(old: Tree, new: Tree, mask: Callable[[str], str]) -> Tree:
    """Return the running tree with intended secrets in the place of their own enciphered ones; for reading only."""
    if old == new:
        return old
    wanted = {_shape(text, mask): text for text in new if text not in old}
    result: Tree = {}
    for text, below in old.items():
        shape = _shape(text, mask) if text not in new and _ENCIPHERED.search(text) else ""
        name = wanted.get(shape, text) if _STARS in shape else text
        result[name] = align(below, new.get(name, {}), mask)
    return result


def _shape(text: str, mask: Callable[[str], str]) -> str:
    hidden = mask(text)
    return _WORDS.sub("", hidden) if _STARS in hidden else text
