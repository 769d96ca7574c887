"""On a server host, by its own Python: has supervisor run a program as it is described now, or forget programs.

    supervise.py start|restart NAME     says `changed` if it did something
    supervise.py remove NAME...         forgets those that are described no more

One process asks supervisord itself (its documented XML-RPC, by the library of the same package), where each
`supervisorctl` would be a Python of its own. supervisord is begun where nothing else begins it. Ends with 1 and the
program's last words if it does not stay up: given up at once, or 20 s of failed starts, as supervisord goes on trying.
"""

import re
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

CONFIG = Path("/etc/supervisor/supervisord.conf")
SOCKET = "unix:///var/run/supervisor.sock"
PROGRAMS = CONFIG.parent / "conf.d"
FAILING, LONGEST, PAUSE = 20, 90, 0.2
GIVES_UP = ("FATAL",)
ENDED = ("STOPPED", "EXITED")


class Supervisor:
    """supervisord of this host, begun if it did not run."""

    def __init__(self) -> None:
        self.fresh = self._answers() is None
        if self.fresh:
            Path("/var/log/supervisor").mkdir(parents=True, exist_ok=True)
            subprocess.run(["supervisord", "-c", str(CONFIG)], check=True, stdout=subprocess.DEVNULL)
            print("changed", flush=True)
            ends = time.monotonic() + 60
            while self._answers() is None:
                if time.monotonic() > ends:
                    sys.exit("supervisord does not answer")
                time.sleep(PAUSE)

    def _answers(self) -> Any:
        try:
            return self.ask("getPID")
        except OSError:
            return None

    def ask(self, what: str, *words: str) -> Any:
        """Call a procedure of supervisord; a connection of its own, as supervisord closes what it has answered."""
        proxy = ServerProxy("http://127.0.0.1", transport=SupervisorTransport(None, None, SOCKET))
        return getattr(proxy.supervisor, what)(*words)

    def tell(self, what: str, *words: str) -> None:
        """Call a procedure; what it refuses shows in the program's state."""
        with suppress(Fault):
            self.ask(what, *words)

    def state(self, name: str) -> tuple[str, int]:
        """Return a program's state and process, 0 while there is none."""
        try:
            found = self.ask("getProcessInfo", name)
        except Fault:
            return "", 0
        return str(found["statename"]), int(found["pid"])

    def update(self, names: Sequence[str]) -> None:
        """Take over the descriptions of programs: new, changed, gone."""
        try:
            added, changed, removed = self.ask("reloadConfig")[0]
        except Fault as fault:  # a description that cannot be read, with its reason
            sys.exit(f"{CONFIG}: {fault.faultString}")
        for name in names:
            if name in (*changed, *removed):
                self.tell("stopProcessGroup", name)
                self.tell("removeProcessGroup", name)
            if name in (*changed, *added):
                self.tell("addProcessGroup", name)

    def run(self, name: str, again: bool) -> None:
        """Have a program run as it is described now, from anew if `again`."""
        before = None if self.fresh else self.state(name)[1]
        self.update([name])
        state, pid = self.state(name)
        if again and pid == before:
            self.tell("stopProcess", name)
            self.tell("startProcess", name)
        elif state in GIVES_UP:  # earlier: once more
            self.tell("startProcess", name)
        if self.stays(name) != before:
            print("changed")

    def stays(self, name: str) -> int:
        """Wait until a program runs and return its process. Ends with its last words if it does not."""
        began = time.monotonic()
        while (found := self.state(name))[0] != "RUNNING":
            waited = time.monotonic() - began
            if found[0] in GIVES_UP or waited > (FAILING if found[0] == "BACKOFF" else LONGEST):
                self.fail(name)
            if found[0] in ENDED:
                self.tell("startProcess", name)
            time.sleep(PAUSE)
        return found[1]

    def fail(self, name: str) -> None:
        """End with what supervisord and the program say."""
        try:
            found = self.ask("getProcessInfo", name)
            print(name, found["statename"], found["description"], file=sys.stderr)
        except Fault as fault:
            print(name, fault.faultString, file=sys.stderr)
        log = re.search(r"(?m)^stdout_logfile=(.*)$", (PROGRAMS / f"{name}.conf").read_text(encoding="utf-8"))
        if log and Path(log[1]).exists():
            said = Path(log[1]).read_text(encoding="utf-8", errors="replace").splitlines()
            print("\n".join(said[-20:]), file=sys.stderr)
        sys.exit(1)


def main(verb: str, *names: str) -> None:
    """Do what is asked."""
    supervisor = Supervisor()
    if verb == "remove":
        supervisor.update(names)
    else:
        supervisor.run(names[0], again=verb == "restart")


main(*sys.argv[1:])
