"""The pages of the platform, for whatever is tried of them."""

from pathlib import Path

import pytest
from argon2 import PasswordHasher

from applications.certificates.web import people
from tests.unit.applications.certificates.pages import World, made


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Five people, none of whom has signed in; their passwords are hashed at no cost."""
    monkeypatch.setattr(people, "PasswordHasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return made(tmp_path)
