"""The mixed county in memory, and secrets with a key that vendors' devices take."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from inventory import load_county
from inventory.create import EXAMPLE
from inventory.example_mixed import mixed
from inventory.model import County
from tests.unit.inventory.conftest import secrets as plain

RSA = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDdQ7xZ"


def secrets(name: str) -> SecretStr:
    return SecretStr(RSA) if name == "ssh/vendor-public-key" else plain(name)


def example_files() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(EXAMPLE.glob("*.yml"))}


@cache
def mixed_county() -> County:
    with TemporaryDirectory() as folder:
        for name, text in mixed(example_files()).items():
            Path(folder, name).write_text(text, encoding="utf-8")
        return load_county(Path(folder))
