"""How plain values are written in a county's YAML: as text, in the style that the files have. Pure.

Every scalar of a county file is text when it is read (`inventory.source`), so `no` or a telephone number needs no
quotes; only what YAML itself would misread gets them.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias

import yaml

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.record.edit import Plain

Texts: TypeAlias = "str | list[Texts] | dict[str, Texts] | None"
"""what a reader makes of a value: text all the way down; None is an item `-` or `key:` without value"""
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.:/_-]*[A-Za-z0-9]")
_SEXAGESIMAL = re.compile(r"[0-9:.]+")
"""other readers of YAML 1.1 take 02:00:00 for a number of seconds"""
STEP = 2
"""columns of indentation"""


def texts(value: Plain) -> Texts:
    """Return a value as a reader would see it; fields that are None are left out."""
    if isinstance(value, Mapping):
        return {key: texts(part) for key, part in value.items() if part is not None}
    if isinstance(value, list | tuple):
        return [texts(part) for part in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return None if value is None else str(value)


class _Dumper(yaml.SafeDumper):
    """Quotes only what would be read as nothing, or breaks YAML's syntax."""

    def analyze_scalar(self, scalar: str) -> Any:
        """Let `core-1:trunk1` and IPv6 addresses stand plain; PyYAML quotes every colon in a flow mapping."""
        analysis = super().analyze_scalar(scalar)
        if _PLAIN.fullmatch(scalar) and not _SEXAGESIMAL.fullmatch(scalar):
            analysis.allow_flow_plain = analysis.allow_block_plain = True
        return analysis


_Dumper.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag == "tag:yaml.org,2002:null"]
    for first, pairs in yaml.SafeDumper.yaml_implicit_resolvers.items()
}


def flow(value: Texts) -> str:
    """Return a value on one line: `text`, `[a, b]` or `{key: value}`, quoted so that it may stand in a flow mapping."""
    dumped = yaml.dump(
        [value], Dumper=_Dumper, default_flow_style=True, allow_unicode=True, sort_keys=False, width=1_000_000
    )
    return str(dumped).strip()[1:-1]


def field(key: str, value: Texts, indent: int) -> list[str]:
    """Return the lines of one field of a block mapping; a list of mappings gets a line each."""
    pad = " " * indent
    if isinstance(value, list) and value and all(isinstance(part, dict) for part in value):
        return [f"{pad}{key}:", *(f"{pad}{' ' * STEP}- {flow(part)}" for part in value)]
    return [f"{pad}{key}: {flow(value)}"]


def item(value: dict[str, Texts], indent: int, one_line: bool) -> list[str]:
    """Return the lines of a list's item whose dash stands at `indent`."""
    if one_line:
        return [f"{' ' * indent}- {flow(value)}"]
    lines = [line for key, part in value.items() for line in field(key, part, indent + STEP)]
    return [f"{' ' * indent}- {lines[0].lstrip()}", *lines[1:]]


def given(text: str) -> Plain:
    """Return what a person typed as a value: a list or mapping in YAML's flow style, else the text; empty is None.

    Raises BadInput for a list or mapping that is no YAML.
    """
    text = text.strip()
    if not text.startswith(("[", "{")):
        return text or None
    try:
        loaded: Plain = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - builds only texts, lists and mappings
    except yaml.YAMLError as error:
        raise BadInput([Problem(_("this is no YAML list or mapping"), found=text)]) from error
    return loaded
