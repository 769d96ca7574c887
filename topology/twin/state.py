"""What one twin leaves on disk while it is up, and where: `<state>/twin.json`, `<state>/vantage`, `<state>/twin/`.

`twin.json` is written before the first namespace exists, so that a twin killed half way is known for what it is.
Everything here is removed by `down`.
"""

import shutil
from datetime import datetime
from pathlib import Path

from countynet.frozen import Frozen
from countynet.settings import Settings


class NodeState(Frozen):
    """A started process: the init of a device or a server host, or a helper of the operator."""

    name: str
    kind: str
    namespace: str
    pid: int = 0


class LineRecord(Frozen):
    """A line as `cut` and `mend` find it: in `cn-lines` by its two ends, or in the DSLAM."""

    id: str
    circuit: str = ""
    ends: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    """what each end leads to"""


class TwinState(Frozen):
    """One twin."""

    county: str
    started: datetime
    units: tuple[str, ...] = ()
    """the county's units that stand, by id"""
    ready: bool = False
    nodes: tuple[NodeState, ...] = ()
    leaves: tuple[str, ...] = ()
    lines: tuple[LineRecord, ...] = ()


class Places:
    """Where a twin keeps its things, from the county's settings."""

    def __init__(self, settings: Settings) -> None:
        self.state = settings.state.resolve()
        self.folder = self.state / "twin"
        self.record = self.state / "twin.json"
        self.vantage = self.state / "vantage"
        self.image = self.folder / "image"
        self.mountpoint = self.folder / "mnt"
        self.hosts = self.folder / "hosts"
        self.control = self.folder / "dslam.socket"
        self.dslam_order = self.folder / "dslam.json"
        self.order = self.folder / "boot.json"
        self.certificate = self.folder / "responder.pem"

    def disk(self, device: str) -> Path:
        """Where the disk of a device that is switched off waits."""
        return self.folder / "disks" / f"{device}.tar"

    @property
    def mark(self) -> str:
        """The value of COUNTYNET_TWIN in the environment of every process of this twin."""
        return str(self.state)

    def read(self) -> TwinState | None:
        """Return the recorded twin, None if there is none (or only a torn record of one)."""
        try:
            return TwinState.model_validate_json(self.record.read_bytes())
        except (FileNotFoundError, ValueError):
            return None

    def write(self, twin: TwinState) -> None:
        """Record the twin, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        new = self.record.with_suffix(".new")
        new.write_text(twin.model_dump_json())
        new.replace(self.record)

    def remove(self) -> None:
        """Remove everything that a twin left on disk."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for path in (self.record, self.record.with_suffix(".new"), self.vantage):
            path.unlink(missing_ok=True)
