import subprocess
from pathlib import Path

import pytest

from countynet.errors import BadInput
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import running


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(county=tmp_path, language="en")
    Secrets.create(settings, {"a": "b"})
    return settings


def commits(settings: Settings) -> int:
    repository = running.folder(settings)
    words = ["git", "-C", str(repository), "rev-list", "--count", "HEAD"]
    return int(subprocess.run(words, capture_output=True, text=True, check=True).stdout)


def test_masked_is_shown_and_the_original_comes_back(settings: Settings) -> None:
    assert running.save(settings, {"cpe-001": ("key ***\n", "key s3cret\n")}) == ("cpe-001",)
    assert running.masked(settings, "cpe-001") == "key ***\n"
    assert running.original(settings, "cpe-001").get_secret_value() == "key s3cret\n"
    assert running.devices(settings) == ("cpe-001",)


def test_no_file_of_the_repository_holds_the_secret(settings: Settings) -> None:
    running.save(settings, {"cpe-001": ("key ***\n", "key s3cret\n")})
    for file in running.folder(settings).rglob("*"):
        assert file.is_dir() or b"s3cret" not in file.read_bytes()


def test_the_same_again_makes_no_commit_and_no_new_ciphertext(settings: Settings) -> None:
    running.save(settings, {"cpe-001": ("a\n", "a\n")})
    sealed = (running.folder(settings) / "sealed" / "cpe-001.vault").read_bytes()
    assert running.save(settings, {"cpe-001": ("a\n", "a\n")}) == ()
    assert (running.folder(settings) / "sealed" / "cpe-001.vault").read_bytes() == sealed
    assert commits(settings) == 1
    running.save(settings, {"cpe-001": ("b\n", "b\n")})
    assert commits(settings) == 2


def test_a_device_never_fetched_is_bad_input(settings: Settings) -> None:
    with pytest.raises(BadInput):
        running.masked(settings, "../../etc/passwd")
