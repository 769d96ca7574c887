"""Huawei VRP5 and VRP8 (S, AR, USG; CE, NE). Source: the command references of these series."""

import re
from dataclasses import replace

from playbooks.device.vendor.dialects import Dialect

TWO_PHASE = re.compile(r"(?i)(huawei )?(cloudengine )?(ce\d|ne\d|netengine|atn).*")
"""models on VRP8: what is typed takes effect at `commit`"""
_SURE = r"(?i)(continue|are you sure|sure to|confirm).*[\[(]y/n[\])]"
_VRP5 = Dialect(
    platform="huawei_vrp",
    netmiko="huawei",
    any_prompt=r"(?:HRP_\w)?(?:<(?P<name>[^<>\s]+)>|\[[~*]?[^\[\]\n]+\])",
    prompt=r"(?:HRP_\w)?(?:<{name}[^<>\n]*>|\[[~*]?{name}[^\[\]\n]*\])",
    configuring=r"(?:HRP_\w)?\[.*\]",
    prepare=("screen-length 0 temporary", "screen-width 512", "undo terminal monitor"),
    show="display current-configuration",
    saved="display saved-configuration",
    enter="system-view",
    leave="return",
    save="save",
    kept=r"(?i)sav\w* .*success|success.* sav",
    sign_in=((r"(?i)(change now|please choose|change the.* password|modify the password)", "N"),),
    save_answers=((r"(?i)(continue|are you sure|overwrite|sure to).*[\[(]y/n[\])]", "y"), (r"(?i)file name.*:", "")),
    line_answers=((_SURE, "y"), (r"(?i)screen-width.*[\[(]y/n[\])]", "y")),
    nothing_saved=("There is no ", "not exist"),
)
_VRP8 = replace(
    _VRP5,
    netmiko="huawei_vrpv8",
    commit="commit",
    drop="clear configuration candidate",
    prepare=("screen-length 0 temporary", "undo terminal monitor"),
)


def dialect(model: str) -> Dialect:
    """Return the dialect of a model, VRP8's for CloudEngine CE and NetEngine."""
    return _VRP8 if TWO_PHASE.fullmatch(model) else _VRP5
