"""Builds the process tree and says what people need to know: the address, first passwords, a child's death.

Only one tree runs per county (a lock file that the kernel frees when the parent dies).
"""

import fcntl
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from countynet.console import say
from countynet.db import open_database
from countynet.errors import Conflict
from countynet.i18n import _, translate
from countynet.settings import Settings
from countynet.vocabulary import Access
from dashboard.serve.listener import listen
from dashboard.serve.supervisor import Child, Supervisor, describe_exit
from dashboard.services.real.county import present
from dashboard.users.model import Issued
from dashboard.users.service import Accounts
from dashboard.words import word
from inventory.model import County


def serve(settings: Settings, host: str, port: int, proxy: str = "") -> None:
    """Run everything until a signal asks to stop. Raises BadInput, Conflict, MissingCapability at the start."""
    county = present(settings)
    with _only_one(settings), listen(host, port) as listener:
        tell_passwords(first_accounts(settings, county))
        url = f"http://{host}:{port}/"
        supervisor = Supervisor(
            children(listener, proxy),
            _tell_death,
            lambda: say(
                translate(_("countynet serves {county} at {url} (Ctrl-C stops it)"), county=county.plan.name, url=url)
            ),
        )
        supervisor.run()
        say(translate(_("stopped; no process is left")))


def children(listener: socket.socket, proxy: str) -> tuple[Child, ...]:
    """Return the children: web on the open socket, poller, receiver, worker."""
    base = (sys.executable, "-m", "dashboard.serve.children")
    parent = str(os.getpid())
    descriptor = listener.fileno()
    return (
        Child("web", (*base, "web", parent, str(descriptor), proxy), (descriptor,)),
        Child("poller", (*base, "poller", parent)),
        Child("receiver", (*base, "receiver", parent)),
        Child("worker", (*base, "worker", parent)),
    )


def first_accounts(settings: Settings, county: County) -> tuple[Issued, ...]:
    """Create the accounts that are missing; return the passwords issued on the very first start."""
    engine = open_database(settings)
    try:
        accounts = Accounts(engine)
        units = [unit.id for unit in county.units]
        issued = accounts.first_start(units, with_password=one_of_each(county))
        accounts.add_clerks(units)
        return issued
    finally:
        engine.dispose()


def one_of_each(county: County) -> list[str]:
    """Return the first unit of each kind of line: clerks to try the county with."""
    first: dict[Access, str] = {}
    for circuit in county.circuits:
        first.setdefault(circuit.access, circuit.unit)
    return list(first.values())


def tell_passwords(issued: Sequence[Issued]) -> None:
    """Print new passwords, the only time that they are seen."""
    if not issued:
        say(translate(_("accounts exist; a forgotten password is replaced by: countynet users password LOGIN")))
        return
    say(translate(_("first passwords, shown only now (a new one: countynet users password LOGIN):")))
    for account in issued:
        say(f"    {account.login:<10} {account.password}   {word(account.role)}")


def _tell_death(name: str, code: int, wait: float) -> None:
    text = _("the {name} process ended ({code}); it is started again in {seconds} s")
    say(translate(text, name=name, code=describe_exit(code), seconds=f"{wait:g}"))


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    settings.state.mkdir(parents=True, exist_ok=True)
    with (settings.state / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(_("this county is being served already")) from error
        yield
