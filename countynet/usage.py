"""What the command line's library says of a wrong call, in the language asked for and in the house's form.

Typer's own messages are English and cannot be told another language; they are few and known, so each is found by its
words and said anew. One that is not known is passed on as it is: an English message is better than none.
"""

import re
import sys
from typing import Any

from typer import rich_utils

from countynet.i18n import _, translate

MESSAGES = (
    (r"Missing command\.", _("A command is missing.")),
    (r"Missing (?:argument|parameter) (?P<name>.+?)\.", _("{name} is missing.")),
    (r"Missing option (?P<name>.+?)\.", _("Option {name} is missing.")),
    (
        r"No such option: (?P<name>\S+)(?: \(Possible options: (?P<known>.+)\))",
        _("No option {name}; near it: {known}."),
    ),
    (r"No such option: (?P<name>\S+)", _("No option {name}.")),
    (r"No such command (?P<name>'.*?')\. Did you mean (?P<known>.+)\?", _("No command {name}; near it: {known}.")),
    (r"No such command (?P<name>'.*')\.", _("No command {name}.")),
    (r"Option (?P<name>.+) requires an argument\.", _("Option {name} needs a value.")),
    (r"Option (?P<name>.+) does not take a value\.", _("Option {name} takes no value.")),
    (r"Got unexpected extra argument(?:s|\(s\))? \((?P<name>.+)\)", _("Too much: {name}.")),
    (r"Invalid value for (?P<name>.+?): (?P<why>.+)", _("{name}: {why}.")),
    (r"Invalid value: (?P<why>.+)", "{why}"),
    (r"Could not open file (?P<name>.+?): (?P<why>.+)", _("Cannot open {name}: {why}.")),
)
REASONS = (
    (r"Input should be a valid integer.*", _("not a whole number")),
    (r"Input should be a valid number.*", _("not a number")),
    (r"Input should be a valid boolean.*", _("neither yes nor no")),
    (r"Input should be greater than or equal to (?P<least>\S+)", _("less than {least}")),
    (r"Input should be less than or equal to (?P<most>\S+)", _("more than {most}")),
    (r"(?P<value>.+) is not in the range (?P<range>.+?)\.?", _("{value} is not in {range}")),
    (r"(?:Value )?(?P<value>.+) is not one of (?P<known>.+?)\.?", _("{value} is none of {known}")),
    (r"(?:Path|File|Directory) (?P<name>.+) does not exist\.", _("{name} does not exist")),
    (r"(?:Path|File|Directory) (?P<name>.+) is a directory\.", _("{name} is a folder")),
    (r"(?:Path|File|Directory) (?P<name>.+) is a file\.", _("{name} is a file")),
    (r"(?:Path|File|Directory) (?P<name>.+) is not readable\.", _("{name} cannot be read")),
    (r"(?:Path|File|Directory) (?P<name>.+) is not writable\.", _("{name} cannot be written")),
)


def said(message: str) -> str:
    """Return a message of the library in the language asked for."""
    for pattern, ours in MESSAGES:
        if match := re.fullmatch(pattern, message.strip(), re.DOTALL):
            words = {name: text or "" for name, text in match.groupdict().items()}
            if "why" in words:
                words["why"] = _reason(words["why"])
            return translate(ours, **words)
    return message


def _reason(why: str) -> str:
    for pattern, ours in REASONS:
        if match := re.fullmatch(pattern, why.strip(), re.DOTALL):
            return translate(ours, **match.groupdict())
    return why.strip().rstrip(".")


def show(error: Any) -> None:
    """Print a wrong call: what is wrong, how the command is called, and where its help is; to stderr."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return
    lines = [said(error.format_message())]
    if (context := getattr(error, "ctx", None)) is not None:
        usage = " ".join(context.get_usage().removeprefix("Usage:").split())
        lines.append(translate(_("Usage: {usage}"), usage=usage))
        lines.append(translate(_("Help: {command} --help"), command=context.command_path))
    print(*lines, sep="\n", file=sys.stderr)


class _Highlighter(rich_utils.OptionHighlighter):
    """The help's, that says `Usage` in the language asked for."""

    def __call__(self, text: Any) -> Any:
        if isinstance(text, str) and text.startswith("Usage: "):
            text = translate(_("Usage: {usage}"), usage=text.removeprefix("Usage: "))
        return super().__call__(text)


def install() -> None:
    """Have the library speak the language asked for, in help and for wrong calls; call it once that is known."""
    rich_utils.rich_format_error = show  # type: ignore[assignment]  # what is shown need not be of its class
    rich_utils.highlighter = _Highlighter()
    rich_utils.ARGUMENTS_PANEL_TITLE = translate(_("Arguments"))
    rich_utils.OPTIONS_PANEL_TITLE = translate(_("Options"))
    rich_utils.COMMANDS_PANEL_TITLE = translate(_("Commands"))
    rich_utils.DEFAULT_STRING = translate(_("[default: {}]"))
    rich_utils.REQUIRED_LONG_STRING = translate(_("[required]"))
    rich_utils.ABORTED_TEXT = translate(_("Cancelled."))


def name_help(command: Any) -> None:
    """Have a command's `--help` explained in the language asked for; once is enough."""
    if "get_help_option" in vars(command):
        return
    original = command.get_help_option

    def found(context: Any) -> Any:
        option = original(context)
        if option is not None:
            option.help = translate(_("Show this message and exit."))
        return option

    command.get_help_option = found
