"""nginx: what it speaks, what it shows, and to whom."""

import re
from collections.abc import Callable, Iterator

from audit.lines.rules import NOTHING, Flaw, Judged
from audit.servers.checks.base import NGINX, check, judged, lacks, says, state
from audit.servers.machine import Machine
from audit.servers.read.nginx import Directive, Way, is_tls, listens, main, nearest, sites
from countynet.i18n import _
from countynet.vocabulary import Severity

_WEAK = re.compile(
    r"RC4|DES|3DES|MD5|NULL|EXP(?:ORT)?\d*|a?NULL|eNULL|ADH|AECDH|LOW|MEDIUM|SEED|IDEA|ALL|COMPLEMENTOF\w+|CAMELLIA.*SHA$"
)
_NAMED_WEAK = re.compile(r".*(?:RC4|DES|MD5|NULL|EXPORT|^EXP-|ADH|AECDH|IDEA|SEED).*")
_BYTES = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_LARGEST = 2 << 30
_HSTS = 15_552_000
_LOCAL = ("127.", "[::1]", "localhost", "unix:")


def _asked(rule: Callable[[Directive], Judged]) -> Callable[[Machine], Judged]:
    def of(machine: Machine) -> Judged:
        top = main(machine)
        return rule(top) if top else NOTHING

    return of


def _each(ways: list[Way], flaw: Callable[[Way], Iterator[Flaw]]) -> Judged:
    """Return what is wrong with sites; a cause that several share, a line above them, is told once."""
    found = {(f.message, str(f.values)): f for way in ways for f in flaw(way)}
    return judged(list(found.values()), [way[-1].cited() for way in ways]) if ways else NOTHING


def _secure(top: Directive) -> list[Way]:
    return [way for way in sites(top) if is_tls(way)]


def _versions(way: Way) -> Iterator[Flaw]:
    held = nearest(way, "ssl_protocols")
    for one in held:
        if {"SSLv2", "SSLv3", "TLSv1", "TLSv1.1"} & set(one.args):
            yield says(one.cited(), "ssl_protocols TLSv1.2 TLSv1.3;")
    if not held:
        yield lacks(way[-1].cited(), "ssl_protocols TLSv1.2 TLSv1.3;")


def weak_ciphers(words: str) -> list[str]:
    """Return the words of an OpenSSL cipher list that let weak ciphers in and are not taken out again."""
    if "@SECLEVEL=0" in words:
        return ["@SECLEVEL=0"]
    listed = [word for word in re.split(r"[:, ]+", words) if word]
    out = {word[1:] for word in listed if word[0] in "!-"}
    taken = [word for word in listed if word[0] not in "!-+@"]
    broad = {"aNULL", "eNULL"} <= out | ({"eNULL"} if "NULL" in out else set()) and bool({"RC4", "3DES", "DES"} & out)
    return [w for w in taken if w not in out and _is_weak(w) and not (broad and w in ("ALL", "MEDIUM"))]


def _is_weak(word: str) -> bool:
    return bool(_WEAK.fullmatch(word) or _NAMED_WEAK.fullmatch(word))


def _ciphers(way: Way) -> Iterator[Flaw]:
    for one in nearest(way, "ssl_ciphers"):
        if weak_ciphers(" ".join(one.args)):
            yield says(one.cited(), "ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL;")


def _hidden(way: Way) -> Iterator[Flaw]:
    held = nearest(way, "server_tokens")
    if not held:
        yield lacks(way[-2].cited() if len(way) > 2 else way[-1].cited(), "server_tokens off;")
    yield from (says(one.cited(), "server_tokens off;") for one in held if one.args[:1] in (("on",), ("build",)))


def _web(top: Directive) -> list[Way]:
    return [way for way in sites(top) if way[-2].name == "http"]


def _listed(top: Directive) -> Judged:
    found = [d for d in top.whole() if d.name == "autoindex" and d.args[:1] == ("on",)]
    return judged([says(d.cited(), "autoindex off;") for d in found]) if _web(top) else NOTHING


def _bounded(top: Directive) -> Judged:
    found = [d for d in top.whole() if d.name == "client_max_body_size" and d.args]
    flaws = [says(d.cited(), "client_max_body_size 100m;") for d in found if not 0 < _size(d.args[0]) <= _LARGEST]
    return judged(flaws, [d.cited() for d in found]) if _web(top) else NOTHING


def _size(words: str) -> int:
    match = re.fullmatch(r"(\d+)([kmg]?)", words.lower())
    return int(match[1]) * _BYTES[match[2]] if match else _LARGEST


def _hsts(way: Way) -> Iterator[Flaw]:
    wanted = 'add_header Strict-Transport-Security "max-age=31536000" always;'
    blocks = [way, *_with_headers(way)]
    for place in blocks:
        said = [
            d for d in nearest(place, "add_header") if d.args[:1] and d.args[0].lower() == "strict-transport-security"
        ]
        if not said:
            yield lacks(place[-1].cited(), wanted)
        for one in said:
            age = re.search(r"max-age=(\d+)", " ".join(one.args[1:]))
            if age and int(age[1]) < _HSTS:
                yield says(one.cited(), wanted)


def _with_headers(way: Way) -> Iterator[Way]:
    """Yield the blocks below a server that say headers of their own: these take over none from above."""
    for child in way[-1].children:
        if child.name in ("location", "if"):
            if child.of("add_header"):
                yield (*way, child)
            yield from _with_headers((*way, child))


def _plain(way: Way) -> Iterator[Flaw]:
    plain = [d for address, words, d in listens(way)
             if not {"ssl", "quic"} & set(words) and not address.startswith(_LOCAL)]  # fmt: skip
    if plain and not _turns_away(way[-1]) and not (is_tls(way) and _only_tls_is_served(way[-1])):
        yield says(plain[0].cited(), "return 301 https://$host$request_uri;")


def _turns_away(server: Directive) -> bool:
    """Return whether a server only sends elsewhere or refuses, but for a certificate authority's challenge."""
    if any(_sends_on(d) for d in server.children):
        return True
    places = [d for d in server.children if d.name == "location"]
    return bool(places) and all(
        any(_sends_on(d) for d in place.children) or any("acme-challenge" in word for word in place.args)
        for place in places
    )


def _sends_on(one: Directive) -> bool:
    words = " ".join(one.args)
    return (one.name == "return" and bool(re.match(r"(?:(?:30[1278] )?https://|4\d\d\b)", words))) or (
        one.name == "rewrite" and bool(re.match(r"\S+ https://", words))
    )


def _only_tls_is_served(server: Directive) -> bool:
    asked = [
        d for d in server.of("if") if re.search(r"\$(?:scheme|https|ssl_protocol)\b|\$server_port", " ".join(d.args))
    ]
    return any(_sends_on(child) for d in asked for child in d.children)


def _logged(way: Way) -> Iterator[Flaw]:
    yield from (says(d.cited(), "access_log syslog:server=unix:/dev/log;") for d in nearest(way, "access_log")
                if d.args[:1] == ("off",))  # fmt: skip


def _as_root(top: Directive) -> Judged:
    return judged([says(d.cited(), "user www-data;") for d in top.of("user") if d.args[:1] == ("root",)],
                  [d.cited() for d in top.of("user")])  # fmt: skip


def _status(top: Directive) -> Judged:
    places = [d for d in top.whole() if d.name == "location" and d.of("stub_status")]
    open_ = [d for d in places if not d.of("deny") and not d.of("auth_basic") and not d.of("auth_request")
             and not d.of("internal")]  # fmt: skip
    return judged([lacks(d.cited(), "deny all;") for d in open_], [d.cited() for d in places]) if places else NOTHING


def _keys(machine: Machine) -> Judged:
    top = main(machine)
    held = [d for d in top.whole() if d.name == "ssl_certificate_key" and d.args] if top else []
    flaws, seen = [], []
    for one in held:
        for file in machine.globbed(one.args[0] if one.args[0].startswith("/") else f"/etc/nginx/{one.args[0]}"):
            seen.append(file.rights())
            if file.mode & 0o007 or file.mode & 0o020:
                flaws.append(state(file.rights(), file.path, f"{file.mode:04o}", "0600", f"chmod 0600 {file.path}"))
    return judged(flaws, seen) if seen else NOTHING


CHECKS = (
    check("nginx-tls-versions", _("Web servers speak TLS 1.2 and 1.3 only"), _("Older versions are broken."),
          ("8.1.2.2 a", "8.1.2.2 b"), Severity.MAJOR, NGINX, _asked(lambda top: _each(_secure(top), _versions))),
    check("nginx-tls-ciphers", _("Web servers offer strong ciphers only"),
          _("Old ciphers let a recorded session be read later."), ("8.1.2.2 b", "8.1.4.7 a"), Severity.MAJOR, NGINX,
          _asked(lambda top: _each(_secure(top), _ciphers))),
    check("nginx-version-hidden", _("Web servers do not tell their version"),
          _("Who knows the version looks up its holes."), ("8.1.4.4 b",), Severity.MINOR, NGINX,
          _asked(lambda top: _each(_web(top), _hidden))),
    check("nginx-no-listing", _("Web servers list no folders"), _("A list shows what nobody meant to publish."),
          ("8.1.4.4 b",), Severity.MAJOR, NGINX, _asked(_listed)),
    check("nginx-body-bounded", _("Web servers bound what is sent to them"), _("One request can fill a disk."),
          ("8.1.4.4 b",), Severity.MINOR, NGINX, _asked(_bounded)),
    check("nginx-hsts", _("Browsers are told to come back by HTTPS only"),
          _("The first click without it can be led elsewhere. A location with headers of its own takes over none."),
          ("8.1.2.2 a",), Severity.MINOR, NGINX, _asked(lambda top: _each(
              [way for way in _secure(top) if way[-2].name == "http"], _hsts))),
    check("nginx-https-only", _("Plain HTTP only leads to HTTPS"),
          _("What people sign in to must not be read on the way."),
          ("8.1.2.2 b", "8.1.4.1 c"), Severity.MAJOR, NGINX, _asked(lambda top: _each(_web(top), _plain))),
    check("nginx-logged", _("Web servers log who asked"), _("Without it nobody can tell who took what."),
          ("8.1.4.3 a",), Severity.MINOR, NGINX, _asked(lambda top: _each(_web(top), _logged))),
    check("nginx-not-root", _("Web servers do not work as root"), _("A hole in a page would be one in the machine."),
          ("8.1.4.2 d",), Severity.CRITICAL, NGINX, _asked(_as_root)),
    check("nginx-status-limited", _("The status page of a web server is limited"), _("It tells how busy whom one is."),
          ("8.1.4.4 c",), Severity.MINOR, NGINX, _asked(_status)),
    check("nginx-keys-private", _("Keys of web servers are root's alone"), _("Who has the key is the server."),
          ("8.1.4.8 b",), Severity.CRITICAL, NGINX, _keys),
)  # fmt: skip
