"""What `countynet plan` says and does about work windows."""

from collections.abc import Iterator

from countynet import clock
from countynet.canonical import JSON
from countynet.console import print_json, say
from countynet.i18n import _, translate
from countynet.people import actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory.calendar.present import known
from playbooks.plan.book import Book, Entry
from playbooks.plan.windows import book as windows
from playbooks.plan.windows import model
from playbooks.plan.windows.model import WindowState
from playbooks.tags import shell_actor


def schedule(settings: Settings, number: int, at: str, window: str, login: str, as_json: bool) -> None:
    """Put a plan into a window and say what people have to know. Raises BadInput, Conflict, NotAllowed."""
    book = Book.open(settings)
    start, end = model.read(at, window)
    windows.schedule(book, number, start, end, _who(book, login))
    _told(settings, book.get(number), as_json)


def unschedule(settings: Settings, number: int, login: str, as_json: bool) -> None:
    """Take a plan out of its window. Raises BadInput, Conflict."""
    book = Book.open(settings)
    windows.cancel(book, number, _who(book, login))
    _told(settings, book.get(number), as_json)


def document_of(settings: Settings, entry: Entry) -> JSON:
    """Return a plan's window as JSON, None when it never had one; with what people have to know."""
    found = windows.last(Book.open(settings).engine, entry.plan.number)
    if found is None:
        return None
    warned: list[JSON] = list(_warnings(settings, entry, found))
    return {**found.document(), "warnings": warned}


def lines_of(settings: Settings, entry: Entry) -> Iterator[str]:
    """Yield a plan's window as lines, translated."""
    found = windows.last(Book.open(settings).engine, entry.plan.number)
    if found is None:
        return
    said = translate(model.SAYS[found.state])
    yield translate(_("window: {when}: {state} ({login})"), when=found.when, state=said, login=found.login)
    if found.why:
        yield f"  {found.why}"
    yield from _warnings(settings, entry, found)


def _warnings(settings: Settings, entry: Entry, found: model.Window) -> Iterator[str]:
    if found.state is WindowState.WAITING:
        yield from model.warnings(entry.plan, entry.approvals, found.start, clock.now())
        yield from model.at_work(found.start, known(settings.county))


def _told(settings: Settings, entry: Entry, as_json: bool) -> None:
    if as_json:
        print_json({"plan": entry.plan.number, "window": document_of(settings, entry)})
        return
    for line in lines_of(settings, entry):
        say(line)


def _who(book: Book, login: str) -> str:
    """Return in whose name; whoever is named has to be of the center. Raises BadInput, NotAllowed."""
    if not login:
        return shell_actor()
    who = actor(book.engine, login)
    windows.only_center(who.name, who.role is Role.CENTER)
    return who.name
