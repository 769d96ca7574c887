"""One line of a benchmark's table: measured, target, ratio, CPU seconds."""

from typing import NamedTuple

HEADING = f"{'figure':<48}{'measured':>10} {'unit':<5}{'target':>7}  ratio  CPU (s)"


class Figure(NamedTuple):
    """What was measured; `target` 0 means there is none."""

    name: str
    value: float
    unit: str
    target: float = 0.0
    cpu: float = 0.0
    note: str = ""

    def row(self) -> str:
        """Return it as a line of the table."""
        ratio = f"{self.value / self.target:5.2f}" if self.target else "    -"
        target = f"{self.target:g}" if self.target else "-"
        cpu = f"{self.cpu:7.2f}" if self.cpu else "      -"
        return f"{self.name:<48}{self.value:>10.2f} {self.unit:<5}{target:>7}  {ratio}  {cpu}  {self.note}"
