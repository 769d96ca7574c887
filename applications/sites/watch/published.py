"""What a served page publishes: the element `published`, its words and where it leads. Pure.

Menus and lists are made from what is online, so only what a person wrote can lead nowhere.
"""

import hashlib
from dataclasses import dataclass
from html.parser import HTMLParser

VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
LEADS = {
    "a": "href",
    "img": "src",
    "source": "src",
    "track": "src",
    "video": "poster",
    "script": "src",
    "iframe": "src",
}


@dataclass(frozen=True)
class Published:
    """A page's own content."""

    text: str
    links: tuple[str, ...]
    digest: str
    """of words, links and the tags that could do something; empty when the page publishes nothing of its own"""


class _Reader(HTMLParser):
    """Collects within the element `published`, and words and links of the whole."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.own: list[str] = []
        self.words: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Follow the depth below `published`, and note where tags lead."""
        given = dict(attrs)
        if self.depth or given.get("id") == "published":
            self.depth += tag not in VOID
            where = given.get(LEADS.get(tag, ""))
            self.own.append(f"<{tag} {where or ''}>" if tag in LEADS else "")
        if self.depth and tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))

    def handle_endtag(self, tag: str) -> None:
        """Come up again."""
        self.depth -= bool(self.depth and tag not in VOID)

    def handle_data(self, data: str) -> None:
        """Take words."""
        self.words.append(data)
        if self.depth:
            self.own.append(data)


def read(html: str) -> Published:
    """Return what a page publishes."""
    reader = _Reader()
    reader.feed(html)
    own = " ".join(" ".join(reader.own).split())
    digest = hashlib.sha256(own.encode()).hexdigest() if own else ""
    links = tuple(dict.fromkeys(link for link in reader.links if not link.startswith(("#", "mailto:", "tel:"))))
    return Published(" ".join(" ".join(reader.words).split()), links, digest)
