"""A unit joins or leaves: allocation and commit under one lock, with the keys that its tunnel needs. Requirement N9."""

from collections.abc import Mapping
from datetime import date

from countynet.secrets import vault_file
from countynet.settings import Settings
from inventory import create
from inventory.allocate.unit import Allocation, NewUnit, add_unit, remove_unit
from inventory.model import County
from inventory.record import Author, Committed, Edit, Repository
from inventory.record.repository import Extra


def new_secrets(settings: Settings) -> Extra:
    """Return what makes the secrets that a new county state needs and gives the vault to the same commit."""

    def make(county: County) -> Mapping[str, bytes]:
        if not create.create_secrets(settings, county):
            return {}
        vault = vault_file(settings)
        return {str(vault.relative_to(settings.county)): vault.read_bytes()}

    return make


def join(settings: Settings, wanted: NewUnit, author: Author, reason: str, today: date) -> tuple[Allocation, Committed]:
    """Allocate and commit a new unit. Raises BadInput, Conflict as `Repository.commit`."""
    repository = Repository(settings)
    given: list[Allocation] = []

    def make() -> tuple[Edit, ...]:
        given.append(add_unit(repository.county(), wanted, today))
        return given[-1].edits

    done = repository.change(make, author, reason, extra=new_secrets(settings))
    return given[-1], done


def leave(settings: Settings, unit: str, author: Author, reason: str, today: date) -> tuple[Allocation, Committed]:
    """Commit that a unit leaves and hold what it had in quarantine. Raises BadInput, Conflict."""
    repository = Repository(settings)
    given: list[Allocation] = []

    def make() -> tuple[Edit, ...]:
        given.append(remove_unit(repository.county(), unit, today))
        return given[-1].edits

    done = repository.change(make, author, reason)
    return given[-1], done
