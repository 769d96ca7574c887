"""The clauses that checks serve: GB/T 22239-2019 (classified protection), level 3, with the matching item of level 2.

Only a clause's number and the name of its control point stand here; the wording belongs to the standard.
"""

from countynet.frozen import Frozen
from countynet.i18n import _

STANDARD = "GB/T 22239-2019"


class Clause(Frozen):
    """One item of the standard: level 3 number, level 2 number if there is one, control point."""

    id: str
    level_2: str
    point: str

    @property
    def unit(self) -> str:
        """The assessment unit of GB/T 28448-2019 at level 3, e.g. L3-CES1-01; empty where we do not know it surely."""
        number, _blank, letter = self.id.partition(" ")
        layer, first = _UNITS.get(number, ("", 0))
        return f"L3-{layer}-{first + ord(letter) - ord('a'):02}" if layer and letter else ""


_UNITS = {
    "8.1.2.1": ("CNS1", 1),
    "8.1.2.2": ("CNS1", 6),
    "8.1.3.1": ("ABS1", 1),
    "8.1.3.2": ("ABS1", 5),
    "8.1.3.3": ("ABS1", 10),
    "8.1.3.5": ("ABS1", 16),
    "8.1.4.1": ("CES1", 1),
    "8.1.4.2": ("CES1", 5),
    "8.1.4.3": ("CES1", 12),
    "8.1.4.4": ("CES1", 17),
    "8.1.4.7": ("CES1", 25),
    "8.1.4.8": ("CES1", 27),
    "8.1.4.9": ("CES1", 29),
    "8.1.5.1": ("SMC1", 1),
    "8.1.5.2": ("SMC1", 3),
    "8.1.5.3": ("SMC1", 5),
    "8.1.5.4": ("SMC1", 7),
}
"""per control point the layer and the number of its item a; CES1-16 does not exist in the standard"""
_ROWS = (
    ("8.1.2.1 a", "", _("network architecture")),
    ("8.1.2.1 b", "", _("network architecture")),
    ("8.1.2.1 c", "7.1.2.1 a", _("network architecture")),
    ("8.1.2.1 d", "7.1.2.1 b", _("network architecture")),
    ("8.1.2.1 e", "", _("network architecture")),
    ("8.1.2.2 a", "7.1.2.2", _("transport of data")),
    ("8.1.2.2 b", "", _("transport of data")),
    ("8.1.3.1 a", "7.1.3.1", _("boundary protection")),
    ("8.1.3.1 b", "", _("boundary protection")),
    ("8.1.3.2 a", "7.1.3.2 a", _("boundary access control")),
    ("8.1.3.2 b", "7.1.3.2 b", _("boundary access control")),
    ("8.1.3.2 c", "7.1.3.2 c", _("boundary access control")),
    ("8.1.3.2 d", "7.1.3.2 d", _("boundary access control")),
    ("8.1.3.3 b", "", _("intrusion prevention at boundaries")),
    ("8.1.3.3 d", "", _("intrusion prevention at boundaries")),
    ("8.1.3.5 a", "7.1.3.5 a", _("boundary audit")),
    ("8.1.4.1 a", "7.1.4.1 a", _("identity")),
    ("8.1.4.1 b", "7.1.4.1 b", _("identity")),
    ("8.1.4.1 c", "7.1.4.1 c", _("identity")),
    ("8.1.4.2 b", "7.1.4.2 b", _("access control on devices")),
    ("8.1.4.2 c", "7.1.4.2 c", _("access control on devices")),
    ("8.1.4.2 d", "7.1.4.2 d", _("access control on devices")),
    ("8.1.4.3 a", "7.1.4.3 a", _("audit on devices")),
    ("8.1.4.3 b", "7.1.4.3 b", _("audit on devices")),
    ("8.1.4.3 c", "7.1.4.3 c", _("audit on devices")),
    ("8.1.4.4 b", "7.1.4.4 b", _("intrusion prevention on devices")),
    ("8.1.4.4 c", "7.1.4.4 c", _("intrusion prevention on devices")),
    ("8.1.4.4 e", "7.1.4.4 e", _("intrusion prevention on devices")),
    ("8.1.4.7 a", "7.1.4.7", _("integrity of data")),
    ("8.1.4.8 a", "", _("confidentiality of data")),
    ("8.1.4.8 b", "", _("confidentiality of data")),
    ("8.1.4.9 a", "7.1.4.8 a", _("backup and recovery of data")),
    ("8.1.4.9 b", "7.1.4.8 b", _("backup and recovery of data")),
    ("8.1.5.1 a", "7.1.5.1 a", _("system administration")),
    ("8.1.5.2 a", "7.1.5.2 a", _("audit administration")),
    ("8.1.5.3 a", "", _("security administration")),
    ("8.1.5.4 a", "", _("central control")),
    ("8.1.5.4 b", "", _("central control")),
    ("8.1.5.4 d", "", _("central control")),
    ("8.1.5.4 f", "", _("central control")),
    ("8.1.6.3", "7.1.6.3", _("making and publishing of regulations")),
    ("8.1.8.3", "7.1.8.3", _("awareness and training")),
    ("8.1.8.4", "7.1.8.4", _("visitors from outside")),
    ("8.1.9.1", "7.1.9.1", _("grading and filing")),
    ("8.1.9.9", "7.1.9.9", _("assessment of levels")),
    ("8.1.10.1", "7.1.10.1", _("environment")),
    ("8.1.10.2", "7.1.10.2", _("assets")),
    ("8.1.10.5", "7.1.10.5", _("management of vulnerabilities and risks")),
    ("8.1.10.6", "7.1.10.6", _("security of networks and systems")),
    ("8.1.10.8", "7.1.10.8", _("configuration management")),
    ("8.1.10.10", "7.1.10.10", _("change management")),
    ("8.1.10.11", "7.1.10.11", _("backup and recovery management")),
    ("8.1.10.13", "7.1.10.13", _("emergency plans")),
)
CLAUSES = {id_: Clause(id=id_, level_2=level_2, point=point) for id_, level_2, point in _ROWS}
"""all clauses by number"""
