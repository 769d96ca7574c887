"""The Linux platform (Debian 12): a DeviceConfig as the files of FRR, Open vSwitch, nftables, strongSwan and the rest.

Pure functions: `render` and `parse` are inverses (`parse(render(c)).config == c`), `normalise` brings what FETCH
printed on a device into the same form, `diff` and `mask` show it without secrets, `activation` says what to do about
a difference. No file, socket or clock is touched here; `playbooks.device` carries it to devices.
`docs/platform-linux.md` lists files and units.
"""

from inventory.platforms.linux.activation import Activation, activation
from inventory.platforms.linux.fetch import FETCH
from inventory.platforms.linux.live import normalise
from inventory.platforms.linux.masking import diff, mask
from inventory.platforms.linux.sections import parse, render
from inventory.platforms.linux.staged import is_staged
from inventory.platforms.linux.text import Parsed, UnparsedLine

__all__ = [
    "FETCH",
    "Activation",
    "Parsed",
    "UnparsedLine",
    "activation",
    "diff",
    "is_staged",
    "mask",
    "normalise",
    "parse",
    "render",
]
