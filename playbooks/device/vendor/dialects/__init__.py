"""What each platform's terminal is like, as data: prompts, commands, questions and their answers.

After the vendors' command references; where generations differ, both are here. A command that is empty does not exist
on the platform. `netmiko` is the name of netmiko's driver, which opens the session.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module

from playbooks.device.vendor import Answers
from playbooks.device.vendor.screen import NAME


@dataclass(frozen=True)
class Dialect:
    """One platform's terminal."""

    platform: str
    netmiko: str
    any_prompt: str
    """a regular expression of a whole prompt, before the device's name is known; its group `name` is that name"""
    prompt: str
    """the same with `{name}` for the first letters of the name"""
    configuring: str
    """of the prompts of a configuration view"""
    prepare: tuple[str, ...]
    """no pages, wide lines, no log messages; a refusal is ignored"""
    show: str
    saved: str
    enter: str
    leave: str
    save: str
    kept: str
    """what the device says when it has saved"""
    sign_in: Answers = ()
    save_answers: Answers = ()
    line_answers: Answers = ()
    """questions of configuration lines"""
    privilege: str = ""
    """what raises a session that may only look, and the prompt of such a one"""
    looking: str = r"(?!)"
    commit: str = ""
    """makes what was typed the running configuration (two-phase devices)"""
    drop: str = ""
    """forgets what was typed and not committed"""
    people: str = ""
    """shows the users of SNMPv3, where the configuration does not"""
    nothing_saved: tuple[str, ...] = field(default=())
    """what is said instead of a saved configuration when there is none"""

    def is_prompt(self, name: str) -> Callable[[str], bool]:
        """Return a function that says whether a whole line is a prompt; an empty name is any."""
        pattern = self.prompt.replace("{name}", re.escape(name[:NAME])) if name else self.any_prompt
        compiled = re.compile(pattern)  # kept by re
        return lambda line: compiled.fullmatch(line) is not None

    def name_in(self, prompt: str) -> str:
        """Return the device's name as a prompt shows it."""
        match = re.fullmatch(self.any_prompt, prompt)
        return match["name"] if match else ""

    def in_configuration(self, prompt: str) -> bool:
        """Whether a prompt is one of a configuration view."""
        return re.fullmatch(self.configuring, prompt) is not None


def dialect(platform: str, model: str = "") -> Dialect:
    """Return the dialect of a platform's model. The platform is one of the vendors' (the caller vouches for it)."""
    module = import_module(f"{__name__}.{platform}")
    found: Dialect = module.dialect(model)
    return found
