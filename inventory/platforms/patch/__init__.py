"""From a running configuration to the intended one: the lines to type, in an order that costs no traffic.

`patch` gives the lines, `make` says also what to know about them. The commands and their order come from Annet's
rulebooks, with corrections where those cost traffic or a way in (`vlans`, `order`). A running text that means
what the intended one means needs no line, whatever it looks like. Lines that nobody here understands are kept unless
the caller says otherwise. `verify` tries a patch on a device of lines (`device`). Nothing here talks to a device.
"""

from collections.abc import Collection

from inventory.platforms.patch.checking import Verdict, verify
from inventory.platforms.patch.making import Patch, make

__all__ = ["Patch", "Verdict", "make", "patch", "verify"]


def patch(
    old: str,
    new: str,
    platform: str,
    model: str = "",
    *,
    remove_unmanaged: bool = False,
    send_secrets: bool = False,
    anew: Collection[str] = (),
) -> tuple[str, ...]:
    """Return the configuration-mode lines from a running text to an intended one: heads, lines, what leaves a view.

    `model` as `S5700` or `Huawei S5700`. Raises BadInput for a platform that has no such lines.
    """
    made = make(
        old, new, platform, model, remove_unmanaged=remove_unmanaged, send_secrets=send_secrets, anew=anew
    )  # fmt: skip
    return made.lines
