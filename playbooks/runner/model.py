"""What a playbook says of itself, as values. Pure; `catalogue` reads them from files.

A playbook is described apart from what it does: its launch form, who may start it and whether the center has to agree
are data that a person can read before anything runs. Titles and helps are given in both languages by whoever writes
the description, so they are no messages of the program.
"""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field as Given
from pydantic import model_validator

from countynet.frozen import Frozen
from countynet.i18n import _, language, translate
from countynet.vocabulary import Role
from inventory.model.base import Name

FieldKind = Literal[
    "text", "whole", "yes-no", "choice", "unit", "device", "host", "application", "building", "date", "secret"
]  # fmt: skip
"""what a value of the launch form is; unit, device, host, application and building are ids of the inventory"""
MEMBERS: tuple[FieldKind, ...] = ("unit", "device", "host", "application")
KINDS: dict[FieldKind, str] = {
    "text": _("a text"),
    "whole": _("a whole number"),
    "yes-no": _("yes or no"),
    "choice": _("one of a list"),
    "unit": _("a unit"),
    "device": _("a device"),
    "host": _("a server"),
    "application": _("an application"),
    "building": _("a building"),
    "date": _("a day, such as 2026-11-26"),
    "secret": _("a secret, shown to nobody"),
}
YES_NO = {"yes": _("yes"), "no": _("no")}
VariableName = Name
"""the name of a field: it reaches Ansible with `_` for `-`"""


class Choice(Frozen):
    """One value of a field of the kind choice; a plain word is its own label in both languages."""

    value: str = Given(min_length=1)
    label: str = Given(min_length=1)
    label_en: str = Given(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, given: object) -> object:
        return {"value": given, "label": given, "label_en": given} if isinstance(given, str) else given

    @property
    def said(self) -> str:
        """The label in the reader's language."""
        return self.label if language() == "zh_CN" else self.label_en

    @property
    def told(self) -> str:
        """The value with its label, for who types it."""
        return self.value if self.said == self.value else f"{self.value} ({self.said})"


class Field(Frozen):
    """One value of a launch form."""

    name: VariableName
    kind: FieldKind = "text"
    label: str
    label_en: str
    help: str = ""
    help_en: str = ""
    needed: bool = True
    default: str = ""
    default_of: str = ""
    """the lookup (`playbooks.runner.defaults`) that gives the default of an inventory that changes"""
    follows: tuple[Name, ...] = ()
    """the fields before it whose values the lookup goes by, in the lookup's order"""
    several: bool = False
    """for units, devices and servers: more than one, separated by commas"""
    choices: tuple[Choice, ...] = ()
    least: int | None = None
    most: int | None = None
    """of a whole number its bounds, of a text its length"""
    pattern: str = ""
    """a regular expression that a text has to fit as a whole"""
    roles: tuple[Role, ...] = ()
    """who may fill it in; others get its default and do not see it; empty: whoever may start the playbook"""

    @property
    def said(self) -> str:
        """The label in the reader's language."""
        return self.label if language() == "zh_CN" else self.label_en

    @property
    def help_said(self) -> str:
        """The help in the reader's language."""
        return self.help if language() == "zh_CN" else self.help_en

    def chosen(self, text: str) -> str:
        """Return the value of the choice that somebody means by its value or its label; else the text itself."""
        named = {name: one.value for one in self.choices for name in (one.label, one.label_en)}
        return (named | {one.value: one.value for one in self.choices}).get(text, text)

    def shown(self, value: str) -> str:
        """Return a value as it is shown: a choice and a yes or no in the reader's words."""
        if self.kind == "yes-no":
            return translate(YES_NO[value]) if value in YES_NO else value
        return next((one.said for one in self.choices if one.value == value), value)


class Playbook(Frozen):
    """One playbook: what it does, with what, and who may start it."""

    id: Name
    title: str
    title_en: str
    does: str
    does_en: str
    program: str = Given(pattern=r"^(ansible|action|app|job|change):[a-z0-9][a-z0-9./_-]*$")
    """`ansible:` a playbook's file, `action:` an entry of countynet.fixes, `job:` an entry of countynet.jobs,
    `app:` an action on an application,
    `change:` one of `playbooks.day2`"""
    fields: tuple[Field, ...] = ()
    target: Name | None = None
    """the field that names what it touches; none: everything that the program is for"""
    may_run: tuple[Role, ...] = Given(min_length=1)
    within: dict[Role, str] = Given(default_factory=dict)
    """per role a selection (docs/selection.md) that its targets have to lie in, such as operator: "zone=server\""""
    approval: bool = False
    """whether the center has to agree before it changes anything"""
    emergency: bool = False
    """whether a change of it begins in a freeze period too; that it did is recorded"""
    interrupts: bool = False
    """whether its change cuts off what depends on its targets: a work window is announced for as long as it runs"""
    interrupts_with: dict[Name, tuple[str, ...]] = Given(default_factory=dict)
    """by field, the values with which alone it does"""
    nothing: str = ""
    """what is said of a server on which the look finds nothing to change, where the look finds all that there is to do:
    then the change looks first, leaves such servers alone and announces nothing for them; Ansible's only"""
    nothing_en: str = ""
    checks: bool = True
    """whether it can say what it would change; then that is done first"""
    tell: tuple[str, ...] = ()
    """names of the county's notices, told when a run that changes has ended"""
    tell_failed: tuple[str, ...] = ()
    """names of the county's notices, told when such a run did not end well"""
    minutes: int = Given(default=15, ge=1, le=24 * 60)
    """after so many it is ended"""

    @property
    def name(self) -> str:
        """The title in the reader's language."""
        return self.title if language() == "zh_CN" else self.title_en

    @property
    def said(self) -> str:
        """What it does, in the reader's language."""
        return self.does if language() == "zh_CN" else self.does_en

    @property
    def of_nothing(self) -> str:
        """What is said of a server with nothing to change, in the reader's language; empty: its look does not know."""
        return self.nothing if language() == "zh_CN" else self.nothing_en

    def field(self, name: str) -> Field | None:
        """Return a field of the launch form by name."""
        return next((field for field in self.fields if field.name == name), None)

    def cuts(self, values: Mapping[str, str]) -> bool:
        """Whether its change cuts something off with these values of its form."""
        return self.interrupts and all(values.get(name) in those for name, those in self.interrupts_with.items())

    @property
    def secrets(self) -> frozenset[str]:
        """The names of fields whose values nobody is shown."""
        return frozenset(field.name for field in self.fields if field.kind == "secret")


class Told(Frozen):
    """Whom a county has told how runs end, whatever playbook they are of or of some playbooks only."""

    to: tuple[str, ...] = Given(min_length=1)
    """names of the county's notices"""
    when: Literal["failed", "ended"] = "failed"
    """`failed`: of what did not end well only"""
    playbooks: tuple[Name, ...] = ()
    """empty: of all"""

    def at(self, playbook: Playbook) -> Playbook:
        """Return a playbook that tells these, too."""
        if self.playbooks and playbook.id not in self.playbooks:
            return playbook
        field = "tell" if self.when == "ended" else "tell_failed"
        every = tuple(dict.fromkeys((*getattr(playbook, field), *self.to)))
        return playbook.model_copy(update={field: every})
