"""The context of the window's part of a plan's page."""

from dataclasses import dataclass
from typing import ClassVar

from dashboard.services.windows import WindowView
from dashboard.web import person, services


@dataclass(frozen=True)
class WindowPart:
    """The last window of a plan, and what may be done."""

    template: ClassVar[str] = "windows/window.html"
    plan: int
    window: WindowView | None
    actions: frozenset[str]


def part(plan: int) -> WindowPart:
    """Return the part for whoever looks."""
    ask = services().windows
    return WindowPart(plan, ask.of(plan), ask.possible(person(), plan))
