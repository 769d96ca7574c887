"""Applies a plan in a process of its own and dies by SIGKILL at an exact point: `python -m tests.twin.dies PLAN PHASE`.

The points are the station's conversation with the device: before its undo is armed, just armed, just changed, just
called off, and in the middle of taking it back.
"""

import os
import signal
import sys

from countynet.settings import Settings
from playbooks.device.transport import Answer
from playbooks.device.transport.ssh import SshTransport
from playbooks.plan import armed
from playbooks.plan.apply import apply
from tests.twin.desk import HASTY

PHASES = {
    "prepared": ("before", armed.ARM),
    "armed": ("after", armed.ARM),
    "changed": ("after", f"sh {armed.FOLDER}/write-new"),
    "called off": ("after", armed.CALL_OFF),
}


def die() -> None:
    """End here and now."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(number: int, phase: str) -> None:
    """Apply the plan and die."""
    when, mark = PHASES[phase]
    talk = SshTransport.run

    def run(self: SshTransport, command: str, seconds: float) -> Answer:
        # run_steps quotes a command once more; quotes do not matter here
        here = mark.replace("'", "")[:60] in command.replace("'", "").replace('"', "")
        if here and when == "before":
            die()
        answer = talk(self, command, seconds)
        if here:
            die()
        return answer

    SshTransport.run = run  # type: ignore[method-assign]
    apply(Settings.load(), number, lambda device, text: None, actor="amy", limits=HASTY)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
