"""Playbooks for tests."""

from typing import Any

from playbooks.runner.model import Playbook


def playbook(**more: Any) -> Playbook:
    """Return a playbook that operator and center may run."""
    told = {"id": "hello", "title": "你好", "title_en": "Hello", "does": "打招呼", "does_en": "Greets"}
    return Playbook.model_validate({**told, "program": "action:intended", "may_run": ["operator", "center"], **more})
