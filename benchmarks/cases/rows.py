"""Cases that nobody on this project wrote, read where they lie (../shared/cases) and compared with what we compute."""

from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"


@dataclass(frozen=True)
class Row:
    """One line of the table: what was compared, and what came of it."""

    case: str
    what: str
    agreed: int
    differences: tuple[str, ...] = ()
    """each alone"""
    not_modelled: tuple[str, ...] = ()
    """lines of the case that nobody here understands: what depends on them differs, or agrees by chance"""
    seconds: float = 0.0

    def line(self) -> str:
        """Return it as a line of a Markdown table."""
        cells = [
            self.case,
            self.what,
            self.agreed,
            len(self.differences),
            len(self.not_modelled),
            f"{self.seconds:.2f}",
        ]
        return "| " + " | ".join(map(str, cells)) + " |"


HEADING = "| case | compared | agree | differ | not modelled | seconds |\n| --- | --- | --- | --- | --- | --- |"
