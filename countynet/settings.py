"""What a running countynet has to know before it opens anything: where the county is and in which language to speak.

Settings come from the environment only (COUNTYNET_*), so that the processes of one tree agree; the front door puts its
options there. Secrets are not settings (countynet.secrets).
"""

import os
import re
from ipaddress import IPv4Address
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator

from countynet.errors import BadInput, Problem
from countynet.frozen import Frozen
from countynet.i18n import _, language
from countynet.vocabulary import Role

COUNTY = "COUNTYNET_COUNTY"
LANGUAGE = "COUNTYNET_LANG"
LISTEN = "COUNTYNET_LISTEN"
PORT = "COUNTYNET_PORT"
VAULT_PASSWORD_FILE = "COUNTYNET_VAULT_PASSWORD_FILE"  # noqa: S105 - a variable's name
CENTER_PASSWORD_FILE = "COUNTYNET_CENTER_PASSWORD_FILE"  # noqa: S105 - a variable's name
BACKUP_HOURS = "COUNTYNET_BACKUP_HOURS"
BEACONS = "COUNTYNET_BEACONS"
BEACON_OUTSIDE = "COUNTYNET_BEACON_OUTSIDE"
RECEIVE_ADDRESS = "COUNTYNET_RECEIVE_ADDRESS"
RUN_DAYS = "COUNTYNET_RUN_DAYS"
TRAP_PORT = "COUNTYNET_TRAP_PORT"
SYSLOG_PORT = "COUNTYNET_SYSLOG_PORT"
SYSLOG_TLS_PORT = "COUNTYNET_SYSLOG_TLS_PORT"
SYSLOG_CERTIFICATE = "COUNTYNET_SYSLOG_CERTIFICATE"
SYSLOG_KEY = "COUNTYNET_SYSLOG_KEY"
SYSLOG_CA = "COUNTYNET_SYSLOG_CA"
LOG_DAYS = "COUNTYNET_LOG_DAYS"
LOG_HASH = "COUNTYNET_LOG_HASH"
LOG_MAIL = "COUNTYNET_LOG_MAIL"
LOG_OUTSIDE = "COUNTYNET_LOG_OUTSIDE"
LOG_TSA = "COUNTYNET_LOG_TSA"
LOG_TSA_CA = "COUNTYNET_LOG_TSA_CA"
EVENT_DAYS = "COUNTYNET_EVENT_DAYS"
COUNTIES = "COUNTYNET_COUNTIES"
DATABASE = "COUNTYNET_DATABASE"
BROKER = "COUNTYNET_BROKER"
BROKER_PASSWORD_FILE = "COUNTYNET_BROKER_PASSWORD_FILE"  # noqa: S105 - a variable's name
INFLUX_URL = "COUNTYNET_INFLUX_URL"
INFLUX_ORG = "COUNTYNET_INFLUX_ORG"
INFLUX_BUCKET = "COUNTYNET_INFLUX_BUCKET"
INFLUX_AVERAGES = "COUNTYNET_INFLUX_AVERAGES"
INFLUX_TOKEN_FILE = "COUNTYNET_INFLUX_TOKEN_FILE"  # noqa: S105 - a variable's name
SIGNON = "COUNTYNET_SIGNON"
SIGNON_BACK = "COUNTYNET_SIGNON_BACK"
SIGNON_CA = "COUNTYNET_SIGNON_CA"
SIGNON_ONLY = "COUNTYNET_SIGNON_ONLY"
SPOOL_MB = "COUNTYNET_SPOOL_MB"
KEEP_SAMPLES = "COUNTYNET_KEEP_SAMPLES"
KEEP_AVERAGES = "COUNTYNET_KEEP_AVERAGES"
KEEP_HOURS = "COUNTYNET_KEEP_HOURS"
TERMINAL_FAULTS = "COUNTYNET_TERMINAL_FAULTS"
TERMINAL_SCAN = "COUNTYNET_TERMINAL_SCAN"
METRICS_TOKEN_FILE = "COUNTYNET_METRICS_TOKEN_FILE"  # noqa: S105 - a variable's name
ENVIRONMENT = (
    BACKUP_HOURS,
    BEACONS,
    BEACON_OUTSIDE,
    BROKER,
    BROKER_PASSWORD_FILE,
    CENTER_PASSWORD_FILE,
    COUNTIES,
    COUNTY,
    DATABASE,
    EVENT_DAYS,
    INFLUX_AVERAGES,
    INFLUX_BUCKET,
    INFLUX_ORG,
    INFLUX_TOKEN_FILE,
    INFLUX_URL,
    KEEP_AVERAGES,
    KEEP_HOURS,
    KEEP_SAMPLES,
    LANGUAGE,
    LISTEN,
    LOG_DAYS,
    LOG_HASH,
    LOG_MAIL,
    LOG_OUTSIDE,
    LOG_TSA,
    LOG_TSA_CA,
    METRICS_TOKEN_FILE,
    PORT,
    RECEIVE_ADDRESS,
    RUN_DAYS,
    SIGNON,
    SIGNON_BACK,
    SIGNON_CA,
    SIGNON_ONLY,
    SPOOL_MB,
    SYSLOG_CA,
    SYSLOG_CERTIFICATE,
    SYSLOG_KEY,
    SYSLOG_PORT,
    SYSLOG_TLS_PORT,
    TERMINAL_FAULTS,
    TERMINAL_SCAN,
    TRAP_PORT,
    VAULT_PASSWORD_FILE,
)
"""Every environment variable that countynet reads; docs/settings.md explains each, which a test checks."""

_VARIABLES = {
    "listen": LISTEN,
    "port": PORT,
    "backup_hours": BACKUP_HOURS,
    "center_password_file": CENTER_PASSWORD_FILE,
    "vault_password_file": VAULT_PASSWORD_FILE,
    "receive_address": RECEIVE_ADDRESS,
    "trap_port": TRAP_PORT,
    "syslog_port": SYSLOG_PORT,
    "syslog_tls_port": SYSLOG_TLS_PORT,
    "syslog_certificate": SYSLOG_CERTIFICATE,
    "syslog_key": SYSLOG_KEY,
    "syslog_ca": SYSLOG_CA,
    "log_days": LOG_DAYS,
    "log_hash": LOG_HASH,
    "log_mail": LOG_MAIL,
    "log_outside": LOG_OUTSIDE,
    "log_tsa": LOG_TSA,
    "log_tsa_ca": LOG_TSA_CA,
    "event_days": EVENT_DAYS,
    "run_days": RUN_DAYS,
    "metrics_token_file": METRICS_TOKEN_FILE,
    "signon": SIGNON,
    "signon_back": SIGNON_BACK,
    "signon_ca": SIGNON_CA,
    "signon_only": SIGNON_ONLY,
    "counties": COUNTIES,
    "database": DATABASE,
    "broker": BROKER,
    "broker_password_file": BROKER_PASSWORD_FILE,
    "influx_url": INFLUX_URL,
    "influx_org": INFLUX_ORG,
    "influx_bucket": INFLUX_BUCKET,
    "influx_averages": INFLUX_AVERAGES,
    "influx_token_file": INFLUX_TOKEN_FILE,
    "spool_mb": SPOOL_MB,
    "beacons": BEACONS,
    "beacon_outside": BEACON_OUTSIDE,
    "terminal_faults": TERMINAL_FAULTS,
    "terminal_scan": TERMINAL_SCAN,
    "keep_samples": KEEP_SAMPLES,
    "keep_averages": KEEP_AVERAGES,
    "keep_hours": KEEP_HOURS,
}


_SCHEMES = {
    "database": ("postgresql+psycopg://",),
    "broker": ("redis://", "rediss://"),
    "influx_url": ("http://", "https://"),
    "log_tsa": ("http://", "https://"),
    "signon": ("https://",),
    "signon_back": ("http://", "https://"),
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
    center_password_file: Path | None = None
    """where the password of the center's own vault is; only on the center's own machine"""
    receive_address: str = "0.0.0.0"  # noqa: S104 - devices send from everywhere; the ports below decide
    """address on which traps and log messages are received"""
    trap_port: int = Field(default=162, ge=0, le=65535)
    """UDP port for traps and informs; 0: none are received"""
    syslog_port: int = Field(default=514, ge=0, le=65535)
    """UDP and TCP port for log messages; 0: none are received"""
    syslog_tls_port: int = Field(default=6514, ge=0, le=65535)
    """port for log messages over TLS, where there is a certificate; 0: none are received"""
    syslog_certificate: Path | None = None
    """file with the certificate (and its chain) for log messages over TLS"""
    syslog_key: Path | None = None
    """file with the certificate's key"""
    syslog_ca: Path | None = None
    """file with the authorities of those who may send; without it everybody may"""
    log_days: int = Field(default=180, ge=180, le=3660)
    """so long log messages are kept; the law asks for six months"""
    log_hash: Literal["sha256", "sm3"] = "sha256"
    """the hash that chains new events"""
    log_mail: str = ""
    """the recipient of notices who gets every checkpoint by mail; empty: nobody"""
    log_outside: Path | None = None
    """folder of another machine, where checkpoints of the event log are kept"""
    log_tsa: str = ""
    """http(s)://... of a time-stamp authority (RFC 3161) for checkpoints; empty: none"""
    log_tsa_ca: Path | None = None
    """file with the certificates (PEM) of that authority's root"""
    event_days: int = Field(default=0, ge=0, le=36600)
    """days that events stay in the database once they are archived; 0: for ever"""
    run_days: int = Field(default=400, ge=0, le=36600)
    """days that the lines of ended runs of playbooks are kept; 0: for ever"""
    beacons: Path | None = None
    """folder where the journals of the beacons arrive; empty: beacons in the state folder"""
    beacon_outside: IPv4Address | None = None
    """address of the beacon in the Internet; empty: no terminal is asked whether it is on two nets"""
    terminal_faults: Literal["", "critical", "major", "minor"] = ""
    """findings about terminals of this severity or worse raise an alarm, and so a fault; empty: none does"""
    terminal_scan: int = Field(default=30, ge=0, le=1440)
    """so many minutes after the last scan of terminals the worker begins the next; 0: never by itself"""
    metrics_token_file: Path | None = None
    """file with the token for /metrics; without it only this machine may read them"""
    signon: str = ""
    """https://... of the county's sign-on (OpenID Connect); empty: people sign in with passwords alone"""
    signon_back: str = ""
    """address that it sends people back to: this dashboard's, ending in /sign-in/back"""
    signon_ca: Path | None = None
    """file with the root certificate that the sign-on's TLS certificate hangs on; empty: the machine's own roots"""
    signon_only: tuple[Role, ...] = ()
    """whoever has one of these roles comes in through the sign-on alone: no password of ours is taken"""

    counties: Path | None = None
    """folder of the county folders that workers watch together; empty: the one county"""
    database: str = ""
    """postgresql+psycopg://... where several machines share what happens; empty: SQLite in the state folder"""
    broker: str = ""
    """redis://... through which several workers share the polling; empty: one poller does it"""
    broker_password_file: Path | None = None
    """file with the broker's password"""
    influx_url: str = ""
    """http(s)://... of the server that keeps the samples; empty: SQLite in the state folder"""
    influx_org: str = "countynet"
    influx_bucket: str = "countynet"
    """bucket, or database/policy of InfluxDB 1, for samples"""
    influx_averages: str = ""
    """bucket for averages, which are kept longer; empty: the same"""
    influx_token_file: Path | None = None
    """file with that server's token; empty: it is in the county's vault"""
    spool_mb: int = Field(default=512, ge=1, le=1 << 20)
    """most megabytes of samples that wait on disk while their server is away, for each writing process"""
    keep_samples: int = Field(default=7, ge=1, le=3660)
    """days that single samples are kept in SQLite"""
    keep_averages: int = Field(default=100, ge=32, le=3660)
    """days that five-minute averages are kept in SQLite"""
    keep_hours: int = Field(default=1100, ge=366, le=36600)
    """days that hourly averages are kept in SQLite"""

    @field_validator("database", "broker", "influx_url", "log_tsa", "signon", "signon_back")
    @classmethod
    def _address(cls, url: str, info: ValidationInfo) -> str:
        """Refuse another scheme, and a password: an address is shown in logs and lists of processes."""
        schemes = _SCHEMES[str(info.field_name)]
        if url and not url.startswith(schemes):
            raise ValueError(f"should begin with {' or '.join(schemes)}")
        if re.search(r"//.*:.*@", url) or "password=" in url:
            raise ValueError("must not hold a password")
        return url

    @field_validator("signon_only", mode="before")
    @classmethod
    def _roles(cls, text: object, info: ValidationInfo) -> object:
        """Take roles with commas, or `all`; refuse what is no role, and any where no sign-on would let people in."""
        if not isinstance(text, str):
            return text
        names = list(Role) if text.strip() == "all" else [name.strip() for name in text.replace("，", ",").split(",")]
        if wrong := [name for name in names if name not in set(Role)]:
            raise ValueError(f"{', '.join(wrong)}: should be all or some of {', '.join(Role)}")
        if not info.data.get("signon"):
            raise ValueError(f"needs {SIGNON}: nobody could come in")
        return names

    @field_validator("event_days", "run_days")
    @classmethod
    def _half_a_year(cls, days: int) -> int:
        """Refuse less than six months, which the law asks for."""
        if 0 < days < 180:
            raise ValueError("should be 0 or at least 180")
        return days

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
    return Problem(
        _("the setting {name} is wrong: {message}"),
        {"name": variable, "message": message},
        found=re.sub(r"//.*@|password=[^&]*", "***", found),
    )
