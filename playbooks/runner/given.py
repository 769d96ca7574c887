"""What a command line gives for a launch form: `--set NAME=VALUE`, and `--secret NAME=FILE` for what nobody may read.

A secret on the command line would stand in the list of processes and in the shell's history: it is taken from a file.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.settings import Settings
from playbooks.runner.catalogue import playbook


def given(
    settings: Settings,
    name: str,
    values: Sequence[str] | None,
    secrets: Sequence[str] | None,
    judge: Callable[[dict[str, str]], object] = dict,
) -> dict[str, str]:
    """Return the values by field. Raises BadInput with everything that is wrong with how they are written.

    `judge` raises BadInput for what is wrong with values that are written rightly; that is told at the same time.
    """
    hidden = playbook(settings.county, name).secrets
    problems, found = list[Problem](), dict[str, str]()
    for option, texts in (("--set", values or ()), ("--secret", secrets or ())):
        for text in texts:
            key, equals, value = text.partition("=")
            problems += _wrong(option, key.strip(), bool(equals), value, hidden, found)
            if equals and key.strip():
                found[key.strip()] = value
    for key in (text.partition("=")[0].strip() for text in secrets or () if text.partition("=")[0].strip() in found):
        value, wrong = _content(found[key])
        found[key], problems = value, [*problems, *wrong]
    if problems:
        raise BadInput([*problems, *_judged(found, judge)])
    return found


def _judged(found: dict[str, str], judge: Callable[[dict[str, str]], object]) -> Sequence[Problem]:
    try:
        judge(found)
    except BadInput as error:
        return error.problems
    return ()


def _wrong(
    option: str, key: str, equals: bool, value: str, hidden: frozenset[str], found: dict[str, str]
) -> Iterator[Problem]:
    shown = key if option == "--set" and key in hidden else f"{key}={value}" if equals else key
    if not equals or not key:
        yield Problem(_("a value is written NAME=VALUE"), where=option, found=shown)
    if key in found:
        yield Problem(_("{name} is there twice"), {"name": key}, where=option)
    if option == "--set" and key in hidden:
        yield Problem(_("a secret is not written on the command line"), where=key, wanted=f"--secret {key}=FILE")


def _content(file: str) -> tuple[str, list[Problem]]:
    try:
        return Path(file).read_text(encoding="utf-8").rstrip("\n"), []
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "UTF-8"
        return "", [Problem(_("this file cannot be read: {reason}"), {"reason": reason}, where="--secret", found=file)]
