"""A commit of the vault alone: secrets change without a line of the inventory, and who watches commits has to know.

The file is written whole before the branch moves; killed between the two, the vault counts and the next commit of it
carries it. The names that changed stand in the event, no value does.
"""

from collections.abc import Callable, Mapping

from countynet import db, events
from countynet.canonical import JSON
from countynet.secrets import Secrets, vault_file
from countynet.settings import Settings
from inventory.record.edit import Author
from inventory.record.repository import Repository, need_reason
from inventory.tags import InventoryTag

Made = Callable[[dict[str, str]], Mapping[str, str]]
"""what makes the vault's new values of its present ones"""


def change_vault(settings: Settings, make: Made, author: Author, reason: str) -> str:
    """Change the vault's values under the record's lock and commit it; return the commit, empty without a change.

    Raises BadInput for a vault that cannot be opened or a missing reason, Conflict for a folder in no repository.
    """
    need_reason(reason)
    repository = Repository(settings)
    with repository.locked() as head:
        known = Secrets.load(settings)
        before = {name: known.get(name).get_secret_value() for name in known.names()}
        after = dict(make(dict(before)))
        if after == before:
            return ""
        Secrets.create(settings, after)
        file = vault_file(settings)
        content = {str(file.relative_to(settings.county)): file.read_bytes()}
        new = repository.git.make((head,), content, author, f"{reason.strip()}\n\nObject: vault\n")
        changed: list[JSON] = [*sorted({n for n in before | after if before.get(n) != after.get(n)})]
        with db.transaction(db.open_database(settings)) as session:
            data: dict[str, JSON] = {"commit": new, "reason": reason.strip(), "objects": ["vault"], "secrets": changed}
            events.record(session, InventoryTag.CHANGED, author.login, f"commit:{new}", data)
            repository.git.move(repository.git.text("symbolic-ref", "HEAD"), new, head)
        repository.git.run("read-tree", new, environment={"GIT_OPTIONAL_LOCKS": "1"})
        return new
