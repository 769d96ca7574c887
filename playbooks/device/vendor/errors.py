"""How each platform says no: a line that was refused is never taken for one that worked. Pure.

A device may say something to a line that it takes (`Info:`, `Warning:`), so what counts is a table of how refusals
begin or read, per platform, after the vendors' manuals and recorded sessions. What is in no table is caught by the
comparison after the change; the words are kept for it.
"""

import re

_CARET = r"\s*\^\s*"
_HUAWEI = (
    r"\s*(?:\[[^\]]*\])?\s*Error\s*[:(].*",
    r"\s*Error \d+:.*",
    r".*(?:Unrecognized|Incomplete|Ambiguous|Wrong parameter|Too many parameters)\b.* found at '\^' position.*",
    r"\s*(?:Too many parameters|Incomplete command|Ambiguous command|Unrecognized command)\b.*",
    r".*\b(?:[Ff]ailed|failure)\b.*",
    r"\s*(?:Permission|Authorization) (?:denied|failed).*",
    r".*(?:not enough|insufficient|no enough|No) (?:disk |flash |storage )?(?:space|memory)\b.*",
    r".*No space left on device.*",
    r".*The (?:system|configuration) is (?:busy|locked|being).*",
)
_H3C = (
    r"\s*%\s*(?!@|\w{3}\s+\d+\s+\d\d:)\S.*",
    r".*(?:Unrecognized command|Incomplete command|Ambiguous command|Wrong parameter|Too many parameters)\b.*",
    r"\s*(?:Error|Failed|Failure|Invalid|Fail to|Can't|Cannot|Could not|Unable to|Permission denied)\b.*",
    r".*\b(?:does not exist|doesn't exist|do not exist|already exists|is not supported|not support(?:ed)?)\b.*",
    r".*\b(?:[Ff]ailed to|can ?not be|could not be|must be|is invalid|is in use|is being used|has been used)\b.*",
    r".*\b(?:is not started|has not been (?:started|configured)|is not configured)\b.*",
    r".*\b(?:conflicts? with|overlaps?|exceeds?|[Rr]eached the (?:maximum|upper limit))\b.*",
    r".*(?:not enough|insufficient|No) (?:disk |flash |storage )?(?:space|memory)\b.*",
)
_IOS = (
    r"\s*%\s*(?![A-Z0-9_]+-\d+-[A-Z0-9_]+:)(?!Rollback Confirmed Change:)"
    r"(?!(?i:warn|info|note|generating|access vlan does not exist\. creating vlan \d+$))\S.*",
    r"\s*(?:Command rejected|Invalid|ERROR|Error)\b.*",
    r".*\b(?:overlaps with|[Cc]ommand authorization failed|not authorized)\b.*",
    r".*\b(?:[Nn]o space left|[Nn]ot enough (?:space|memory)|[Ii]nsufficient (?:space|memory))\b.*",
    r"\s*startup-config file open failed.*",
    r"\s*Archive feature not enabled.*",
)
_RUIJIE = (
    *_IOS,
    r".*\b(?:[Ff]ailed|[Ff]ailure|[Uu]nknown command|[Ii]ncomplete command|[Ii]nvalid (?:input|parameter))\b.*",
    r".*\b(?:does not exist|not exist|already exists?|not support(?:ed)?)\b.*",
)
_TABLES = {
    "huawei_vrp": re.compile("|".join(f"(?:{p})" for p in _HUAWEI)),
    "h3c_comware": re.compile("|".join(f"(?:{p})" for p in _H3C)),
    "cisco_ios": re.compile("|".join(f"(?:{p})" for p in _IOS)),
    "ruijie": re.compile("|".join(f"(?:{p})" for p in _RUIJIE)),
}
_LOGGED = re.compile(
    r"\s*(?:[*%.]?\w{3}\s+\d+\s+(?:\d{4}\s+)?\d\d:\d\d:\d\d.*|%\w+\s+\d+\s+\d\d:\d\d:\d\d.*|"
    r"[*]?\w{3} +\d+ \d\d:\d\d:\d\d.*: %[A-Z].*|%[A-Z0-9_]+-\d-[A-Z0-9_]+:.*)"
)
"""log messages that a device writes between the lines"""
_SHOWN = 500


def refusal(platform: str, words: str) -> str:
    """Return the device's words if it refused a line, else an empty string."""
    table = _TABLES[platform]
    lines = [line for line in words.split("\n") if not _LOGGED.fullmatch(line)]
    if not any(table.fullmatch(line) for line in lines):
        return ""
    told = [line.strip() for line in lines if line.strip() and not re.fullmatch(_CARET, line)]
    return "\n".join(told)[:_SHOWN]
