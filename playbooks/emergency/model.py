"""What an emergency plan says, as values. Pure; `read` reads them from files.

A plan that was started keeps the words of its steps: what is changed in a file later changes no emergency that runs.
"""

import re
from typing import Annotated, Literal

from pydantic import Field

from countynet.frozen import Frozen
from countynet.i18n import _, language
from inventory.model.base import Name

Who = Literal["center", "operator", "auditor", "unit"]
Action = Literal["", "isolate", "intended", "servers"]
"""what does a step: `isolate` shuts a unit's ports, `intended` puts devices back, `servers` runs the playbook"""
Target = Literal["unit", "device", "host", "application"]
Minutes = Annotated[int, Field(ge=1, le=60 * 24 * 30)]

PLACE = re.compile(r"\{([a-z]+)\}")
TARGETS: dict[str, str] = {"unit": _("unit"), "device": _("device"), "host": _("host"), "application": _("application")}
WHO_BOTH: dict[Who, tuple[str, str]] = {
    "center": ("信息中心", "the center"),
    "operator": ("运营商", "the operator"),
    "auditor": ("审计", "the auditor"),
    "unit": ("当事单位", "the unit"),
}
"""the same words in both languages, for what is told to people of whom each reads one"""
WHO: dict[str, str] = {
    "center": _("center"),
    "operator": _("operator"),
    "auditor": _("auditor"),
    "unit": _("the unit concerned"),
}


class Step(Frozen):
    """One step: who does it, within how many minutes of the start, and what does it when it is not done by hand."""

    id: Name
    text: str
    text_en: str
    who: Who
    within: Minutes
    action: Action = ""
    playbook: Name | None = None
    """the playbook of the catalogue (docs/runs.md) that does it, in the place of an action"""
    given: dict[Name, str] = Field(default_factory=dict)
    """its launch form's values; `{unit}` and the others stand for what the plan was started for"""
    after: tuple[Name, ...] = ()
    """steps before it in the plan that have to have ended before it is anybody's; empty: from the start"""
    must: bool = True
    """whether the emergency can only be closed when this is done or left out with a reason"""

    @property
    def acts(self) -> bool:
        """Whether something does it: an action or a playbook."""
        return bool(self.action or self.playbook)

    @property
    def about(self) -> frozenset[str]:
        """What has to have been named for its playbook."""
        return frozenset(name for value in self.given.values() for name in PLACE.findall(value))

    @property
    def said(self) -> str:
        """The step in the reader's language."""
        return self.text if language() == "zh_CN" else self.text_en


class EmergencyPlan(Frozen):
    """One plan."""

    id: Name
    title: str
    title_en: str
    when: str
    when_en: str
    goal: Minutes
    """minutes until what was lost is there again"""
    needs: tuple[Target, ...] = ()
    """what has to be named when it is started"""
    may_name: tuple[Target, ...] = ()
    """what can be named too: without it, steps about it are done by hand"""
    alarms: tuple[str, ...] = ()
    """keys of alarms that start it by themselves, such as `device:core-*`; what is behind the colon is its target"""
    steps: tuple[Step, ...]

    @property
    def name(self) -> str:
        """The title in the reader's language."""
        return self.title if language() == "zh_CN" else self.title_en

    @property
    def when_said(self) -> str:
        """When it is for, in the reader's language."""
        return self.when if language() == "zh_CN" else self.when_en


class People(Frozen):
    """Whom a plan's word means: names of the county's notices, who are told at once, then who when time is over."""

    who: Who
    to: tuple[str, ...] = Field(min_length=1)
    then: tuple[str, ...] = ()
    """told one after the other when a step of theirs is late"""
    again: int = Field(default=15, ge=1, le=1440)
    """minutes from one to the next"""
