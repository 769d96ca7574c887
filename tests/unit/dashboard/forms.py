"""What a person sees of a page's forms: their fields as filled in, and the notes above them."""

import html
import re
from html.parser import HTMLParser


class _Fields(HTMLParser):
    """Collects the fields of the form that posts to one address."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.inside, self.fields = action, False, dict[str, str]()
        self._choice = self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = said.get("action") == self.action
        elif self.inside and tag == "input":
            if said.get("type") != "checkbox" or "checked" in said:
                self.fields[said["name"]] = said.get("value", "")
        elif self.inside and tag in ("select", "textarea"):
            self._choice, self._text = (said["name"], "") if tag == "select" else ("", said["name"])
            self.fields.setdefault(said["name"], "")
        elif self.inside and tag == "option" and self._choice and "selected" in said:
            self.fields[self._choice] = said["value"]

    def handle_data(self, data: str) -> None:
        if self.inside and self._text:
            self.fields[self._text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = ""
        elif tag == "form":
            self.inside = False


def fields(page: str, action: str) -> dict[str, str]:
    """Return the fields of the page's form that posts to `action`, without the token."""
    found = _Fields(action)
    found.feed(page)
    assert found.fields, f"no form posts to {action}"
    return {name: value for name, value in found.fields.items() if name != "csrf_token"}


def text(page: str) -> str:
    """Return what a person reads, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page[page.index("<main") :])).split())


def beside(page: str, name: str) -> str:
    """Return the error that stands beside a field; empty when there is none."""
    found = re.search(rf'<p class="error" id="e-{re.escape(name)}"[^>]*>(.*?)</p>', page, re.S)
    return html.unescape(found.group(1)) if found else ""
