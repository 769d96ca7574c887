"""One thing that this machine was checked for."""

from countynet.canonical import JSON
from countynet.frozen import Frozen
from countynet.i18n import translate


class Check(Frozen):
    """What was looked for, whether it is there, and what to do if not."""

    group: str
    """root, kernel, daemon, resource, port or twin"""
    name: str
    ok: bool
    required: bool = True
    found: str = ""
    """version, amount or the machine's own words"""
    fix: str = ""
    """msgid with {name} and {found}; what to do"""

    def advice(self) -> str:
        """Return the fix in the language of the context; empty when nothing is to be done."""
        return "" if self.ok or not self.fix else translate(self.fix, name=self.name, found=self.found)

    def document(self) -> dict[str, JSON]:
        """Return it for `--json`."""
        return {**self.model_dump(mode="json", exclude={"fix"}), "fix": self.advice()}
