"""Ruijie RGOS 11 and 12 (RG-S switches). Source: the RGOS configuration guides."""

from dataclasses import replace

from playbooks.device.vendor.dialects import Dialect, cisco_ios

_RGOS = replace(
    cisco_ios.dialect(""),
    platform="ruijie",
    netmiko="ruijie_os",
    prepare=("terminal length 0", "terminal width 256", "no terminal monitor"),
    people="",
    save="write",
    kept=r"(?i)\[OK\]|success",
    sign_in=((r"(?i)do you want to change the password", "n"),),
    save_answers=((r"(?i)(overwrite|continue|sure).*[\[(]", "y"),),
    nothing_saved=("not present", "not exist", "No such file"),
)


def dialect(_model: str) -> Dialect:
    """Return the one dialect."""
    return _RGOS
