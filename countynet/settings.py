"""What a running countynet has to know before it opens anything: where the county is and in which language to speak.

Settings come from the environment only (COUNTYNET_*), so that the processes of one tree agree; the front door puts its
options there. Secrets are not settings (countynet.secrets).
"""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from countynet.errors import BadInput, Problem
from countynet.frozen import Frozen
from countynet.i18n import _, language

COUNTY = "COUNTYNET_COUNTY"
LANGUAGE = "COUNTYNET_LANG"
LISTEN = "COUNTYNET_LISTEN"
PORT = "COUNTYNET_PORT"
VAULT_PASSWORD_FILE = "COUNTYNET_VAULT_PASSWORD_FILE"  # noqa: S105 - a variable's name
BACKUP_HOURS = "COUNTYNET_BACKUP_HOURS"
ENVIRONMENT = (BACKUP_HOURS, COUNTY, LANGUAGE, LISTEN, PORT, VAULT_PASSWORD_FILE)
"""Every environment variable that countynet reads; docs/settings.md explains each, which a test checks."""

_VARIABLES = {
    "listen": LISTEN,
    "port": PORT,
    "backup_hours": BACKUP_HOURS,
    "vault_password_file": VAULT_PASSWORD_FILE,
}


class Settings(Frozen):
    """Where the county is and how to speak."""

    county: Path
    """the county folder, a git repository of YAML files"""
    language: Literal["zh_CN", "en"]
    listen: str = "127.0.0.1"
    """address on which the web dashboard listens"""
    port: int = Field(default=8080, ge=1, le=65535)
    """port on which the web dashboard listens"""
    backup_hours: int = Field(default=24, ge=0, le=24 * 31)
    """so often the worker keeps what all devices run; 0: never by itself"""
    vault_password_file: Path | None = None
    """where the vault's password is, when not in the state folder"""

    @property
    def state(self) -> Path:
        """The folder of everything that is not in git: database, series, sockets, the twin's state."""
        return self.county / ".state"

    @classmethod
    def load(cls, county: Path | None = None) -> "Settings":
        """Return the settings of the environment; `county` overrides its folder. Raises BadInput."""
        values: dict[str, object] = {
            "county": (county or Path(os.environ.get(COUNTY) or "county")).absolute(),
            "language": language(),
        }
        for name, variable in _VARIABLES.items():
            if os.environ.get(variable):
                values[name] = os.environ[variable]
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise BadInput([_problem(e["loc"][0], e["msg"], str(e["input"])) for e in error.errors()]) from error


def _problem(name: int | str, message: str, found: str) -> Problem:
    variable = _VARIABLES.get(str(name), str(name))
    return Problem(_("the setting {name} is wrong: {message}"), {"name": variable, "message": message}, found=found)
