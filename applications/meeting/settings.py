"""What the server is told by its playbook: one JSON file, readable by its account alone, as secrets are in it."""

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any


class SettingsError(Exception):
    """The settings file is missing or says something that is not understood; the text names it."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between counties. Times are those of `zone`."""

    data: Path
    """where meetings.sqlite and recordings/ are"""
    name: str
    """the host's DNS name, as browsers call it"""
    county: str
    county_en: str
    venues: Path
    """JSON: [{"id", "name", "name_en", "hall", "up_kbps", "down_kbps"}]; ids may be left out"""
    janus_secret: str
    rooms_secret: str
    turn_secret: str
    cookie_secret: str
    organiser_password: str
    """of the account `organiser`, which makes the others"""
    janus_admin: str = "http://127.0.0.1:7088/admin"
    turn_uris: tuple[str, ...] = ()
    relay_only: bool = False
    """media through coturn alone: for firewalls that open one port"""
    zone: str = "Asia/Shanghai"
    language: str = "zh"
    recording_days: int = 180
    most_venues: int = 24
    messages_url: str = ""
    """the county's message gateway; empty: organisers read the notices out themselves"""
    messages_token: str = ""
    messages_ca: str = ""
    """PEM of whoever issued the gateway's certificate; empty: those that the host trusts"""
    sign_on_header: str = ""
    """the header in which nginx names who signed in with the county's sign-on; empty: accounts of our own"""
    port: int = 8021

    @property
    def recordings(self) -> Path:
        """Where Janus writes and recordings stay."""
        return self.data / "recordings"


def read(path: Path) -> Settings:
    """Return the settings in a file. Raises SettingsError."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: {error}") from error
    known = {field.name for field in fields(Settings)}
    if strange := sorted(found.keys() - known):
        raise SettingsError(f"{path}: unknown: {', '.join(strange)}")
    for name in ("data", "venues"):
        if name in found:
            found[name] = Path(found[name])
    found["turn_uris"] = tuple(found.get("turn_uris", ()))
    try:
        return Settings(**found)
    except TypeError as error:
        raise SettingsError(f"{path}: {error}") from error
