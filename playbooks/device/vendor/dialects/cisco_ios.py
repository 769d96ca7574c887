"""Cisco IOS and IOS XE. Source: the configuration fundamentals command reference."""

from playbooks.device.vendor.dialects import Dialect

_IOS = Dialect(
    platform="cisco_ios",
    netmiko="cisco_ios",
    any_prompt=r"(?P<name>[\w.-]+)(?:\([\w\s./:-]+\))?[>#]",
    prompt=r"{name}[\w.-]*(?:\([\w\s./:-]+\))?[>#]",
    configuring=r".*\(.+\)#",
    prepare=("terminal length 0", "terminal width 511", "terminal no monitor"),
    show="show running-config",
    saved="show startup-config",
    enter="configure terminal",
    leave="end",
    save="write memory",
    kept=r"\[OK\]",
    save_answers=((r"(?i)overwrite.*\[confirm\]|continue.*\[no\]|\[confirm\]", "y"),),
    line_answers=(
        (r"(?i)do you really want to (remove|replace).*\[yes/no\]", "yes"),
        (r"(?i)(all|that) .*will be (lost|removed|erased|zeroed).*\[(confirm|yes/no)\]", "yes"),
        (r"(?i)(continue|proceed|are you sure|remove).*\[(confirm|yes|no|y/n|yes/no)\]", "y"),
    ),
    privilege="enable",
    looking=r".*>",
    people="show snmp user",
    nothing_saved=("startup-config is not present",),
)


def dialect(_model: str) -> Dialect:
    """Return the one dialect."""
    return _IOS
