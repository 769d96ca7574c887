"""H3C Comware 7 (S switches, MSR routers, SecPath firewalls). Source: its fundamentals command reference."""

from playbooks.device.vendor.dialects import Dialect

_COMWARE = Dialect(
    platform="h3c_comware",
    netmiko="hp_comware",
    any_prompt=r"(?:RBM_\w)?(?:<(?P<name>[^<>\s]+)>|\[[^\[\]\n]+\])",
    prompt=r"(?:RBM_\w)?(?:<{name}[^<>\n]*>|\[{name}[^\[\]\n]*\])",
    configuring=r"(?:RBM_\w)?\[.*\]",
    prepare=("screen-length disable", "undo terminal monitor"),
    show="display current-configuration",
    saved="display saved-configuration",
    enter="system-view",
    leave="return",
    save="save force",
    kept=r"(?i)success",
    sign_in=((r"(?i)enter to continue, n to exit", "y"), (r"(?i)change.* password.*[\[(]y/n[\])]", "n")),
    save_answers=((r"(?i)[\[(]y/n[\])]", "y"), (r"(?i)press the enter key", "")),
    line_answers=((r"(?i)(undo|delete|continue|are you sure|sure to|confirm|proceed).*[\[(]y/n[\])]", "y"),),
    nothing_saved=("The saved configuration file does not exist", "does not exist"),
)


def dialect(_model: str) -> Dialect:
    """Return the one dialect."""
    return _COMWARE
