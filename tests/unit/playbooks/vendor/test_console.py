import pytest

from playbooks.device.vendor import Console
from playbooks.device.vendor.fake import FakeConsole, FakeTerminal
from tests.unit.playbooks.vendor.contract import ConsoleContract, Lines


def says(terminal: FakeTerminal, line: str) -> str:
    if line == "system-view":
        terminal.prompt = "[box]"
    return {"display clock": "2026-01-01", "save": "saved"}.get(line, "" if line == "system-view" else "Error: what?")


class TestFake(ConsoleContract):
    @pytest.fixture
    def console(self, lines: Lines) -> Console:
        behind = FakeTerminal(says, questions={lines.asks: "Continue?[Y/N]:"}, slow=frozenset({lines.slow}))
        return FakeConsole("sw-1", behind)

    @pytest.fixture
    def lines(self) -> Lines:
        return Lines("display clock", "2026", "nonsense", "system-view", "save", r"Continue", "display slow")
