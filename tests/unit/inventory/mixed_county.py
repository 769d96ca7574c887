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

RSA = (
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDLL35YSaW82D13XfEtew9MALIF+Rz3+FCyeiGJp166tUZzaoSONwHj/zbiWR9j"
    "PUwCPJ/ip46X9Dc5qdaktXsPE8TD8D7mkIpEmPwsrXlHlCqxclF5FRf7gl39opty7tZLcxKjrsmwj2BSwK/PlBXZiy5E/6uSfdkv"
    "VVysraYQ+68bJBO6GR2ujwhFkpm/BW6JhD9PkccJiPheuSUewvID3s8GCoOG0nzu+7MDSmNzfuZttRsRnuFkJsZEIc+bdGMo8171"
    "o/54Y8CoYo1gz8frFfHeVnjcjy8qIJHKi6ztUJMUhF5QKY1mJmCdCxtc4itpd/VayB8JmCfkKhkvy+Rn"
)
"""a real key, which some platforms write in another form"""
ADMINISTRATORS = {"netadmin": RSA}
"""the accounts on vendors' devices, with their keys"""


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
