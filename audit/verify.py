#!/usr/bin/env python3
"""Checks a folder with log and evidence that was taken away: `python3 verify.py [FOLDER] --key KEY --tsa-ca FILE`.

Written against docs/log.md, importing nothing of countynet; Python 3.10, standard library only. Checks that no event
is missing and each follows the one before, the Merkle trees and tiles, who signed each checkpoint (Ed25519), the time
stamps (RFC 3161, with RSA or ECDSA), and that every piece of evidence is there and unaltered. Exit code 0: all holds;
1: something does not, and is named with its place; 2: this is no such folder. A key or a certificate that comes out of
the folder itself proves nothing about whose it is: give the ones that were noted elsewhere.
"""

import argparse
import gzip
import hashlib
import json
import os
import re
import sys
import time
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from functools import reduce
from pathlib import Path
from typing import Any

HASH = re.compile(r"\b[0-9a-f]{64}\b")
GENESIS, WIDTH, LATE, MOST = "0" * 64, 256, timedelta(minutes=5), 200
WORDS = {  # what is found, in English and Chinese; a doubt is something that people have to explain
    "gap": ("the events file {file} begins with event {found}, but event {wanted} comes next: events are missing",
            "事件文件 {file} 从第 {found} 条开始，但下一条应为第 {wanted} 条：有事件缺失"),
    "unreadable": ("{file} cannot be read: {error}", "无法读取 {file}：{error}"),
    "no-event": ("event {event} in {file} is no event: {error}", "{file} 中第 {event} 条不是有效事件：{error}"),
    "chain": ("event {event} in {file} does not follow the event before it: one was altered, removed, put in or moved",
              "{file} 中第 {event} 条与前一条不相接：有事件被修改、删除、插入或移动"),
    "altered": ("event {event} in {file} is not the one that was logged", "{file} 中第 {event} 条不是当时记录的事件"),
    "backwards": ("event {event} in {file} says {seconds} s before the event before it: a clock was set back, or it was"
                  " back-dated", "{file} 中第 {event} 条的时间比前一条早 {seconds} 秒：时钟曾被回拨，或事件被倒填日期"),
    "no-checkpoint": ("there is no checkpoint: nothing says that the log was not written anew",
                      "没有检查点：无法证明日志未被整体重写"),
    "checkpoint-gone": ("the checkpoint of {size} events is missing, event {event} names it",
                        "缺少 {size} 条事件的检查点，第 {event} 条事件列有该检查点"),
    "origin": ("the checkpoint of {size} events is of another log", "{size} 条事件的检查点属于另一份日志"),
    "signature": ("the checkpoint of {size} events is signed by none of the keys",
                  "{size} 条事件的检查点不是由已知密钥签名"),
    "root": ("the first {size} events are not those that were signed at {time}: an event between {after} and {size} was"
             " written anew", "前 {size} 条事件与 {time} 签名时不同：第 {after} 条之后至第 {size} 条之间有事件被重写"),
    "short": ("at {time} the log had {size} events, here are {count}: its end is missing",
              "{time} 时日志有 {size} 条事件，此处只有 {count} 条：末尾缺失"),
    "unsigned": ("events from {event} on are under no checkpoint", "从第 {event} 条起的事件没有检查点覆盖"),
    "tile": ("the tile {file} does not belong to these events", "分片 {file} 与这些事件不符"),
    "archive": ("{file} is not the file of the archive that event {event} names",
                "{file} 不是第 {event} 条事件所登记的归档文件"),
    "stamp": ("the time stamp of {size} events does not hold: {error}", "{size} 条事件的时间戳无效：{error}"),
    "evidence": ("the evidence {file} was altered", "证据 {file} 被修改过"),
    "evidence-gone": ("the evidence {file} is missing, event {event} lists it",
                      "缺少证据 {file}，第 {event} 条事件列有该证据"),
    "evidence-new": ("no event lists the evidence {file}", "没有任何事件列出证据 {file}"),
}  # fmt: skip
DOUBTS = ("backwards", "unsigned", "evidence-new")


def _leaf(entry: bytes) -> bytes:  # RFC 6962 section 2.1
    return hashlib.sha256(b"\0" + entry).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """A Merkle tree that grows (RFC 6962), and its tiles of 256 hashes at every eighth level (C2SP tlog-tiles)."""

    def __init__(self, folder: Path) -> None:
        self.size, self.peaks, self.folder = 0, list[bytes](), folder
        self.edges, self.bad, self.tiles = [list[bytes]()], list[tuple[str, int]](), 0

    def add(self, one: bytes) -> None:
        """Append a leaf hash; compare every tile that becomes full."""
        level, at = self.size, 0
        self._edge(0, one)
        while level & 1:
            one, level, at = _node(self.peaks.pop(), one), level >> 1, at + 1
            if at % 8 == 0:
                self._edge(at // 8, one)
        self.peaks.append(one)
        self.size += 1

    def _edge(self, level: int, one: bytes) -> None:
        if level == len(self.edges):
            self.edges.append([])
        self.edges[level].append(one)
        if len(self.edges[level]) == WIDTH:
            self._compare(level, (self.size >> 8 * level) // WIDTH, WIDTH)
            self.edges[level] = []

    def _compare(self, level: int, number: int, width: int) -> None:
        digits = str(number).zfill(-(-max(3, len(str(number))) // 3) * 3)
        path = "/x".join(["", *re.findall("...", digits[:-3])])[1:] + ("/" if digits[3:] else "") + digits[-3:]
        name = f"tile/{level}/{path}" + (f".p/{width}" if width < WIDTH else "")
        wanted, full = b"".join(self.edges[level]), self.folder / f"tile/{level}/{path}"
        there = [f for f in (self.folder / name, full, *full.parent.glob(f"{full.name}.p/*")) if f.is_file()]
        found = there[0].read_bytes() if there else b""
        self.tiles += 1
        if found != wanted:
            first = next((i for i in range(width) if found[32 * i : 32 * i + 32] != wanted[32 * i : 32 * i + 32]), 0)
            self.bad.append((name, number * WIDTH + first + 1 if level == 0 and found else 0))

    def close(self) -> None:
        """Compare the tiles at the right edge, which are not full."""
        for level, edge in enumerate(self.edges):
            if edge:
                self._compare(level, (self.size >> 8 * level) // WIDTH, len(edge))

    @property
    def root(self) -> bytes:
        """The root of the tree as it is now."""
        return (
            reduce(lambda right, left: _node(left, right), reversed(self.peaks))
            if self.peaks
            else hashlib.sha256().digest()
        )


P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
BASE_Y = 4 * pow(5, P - 2, P) % P
Point = tuple[int, int, int, int]


def _plus(a: Point, b: Point) -> Point:  # RFC 8032 section 5.1.4
    k, m = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    n, o = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = m - k, o - n, o + n, m + k
    return e * f % P, g * h % P, f * g % P, e * h % P


def _point(y: int, sign: int) -> Point:  # RFC 8032 section 5.1.3
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or y >= P or (not x and sign):
        raise ValueError("no point of the curve")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


class Multiples:
    """A point's multiples by tables of four bits, so that a year's checkpoints take seconds."""

    def __init__(self, point: Point) -> None:
        self.tables: list[list[Point]] = []
        for _window in range(64):
            row: list[Point] = [(0, 1, 1, 0)]
            for _step in range(15):
                row.append(_plus(row[-1], point))
            self.tables.append(row)
            point = _plus(row[-1], point)

    def times(self, scalar: int) -> Point:
        """Return so many times the point."""
        found: Point = (0, 1, 1, 0)
        for row in self.tables:
            found, scalar = _plus(found, row[scalar & 15]), scalar >> 4
        return found


BASE = Multiples(_point(BASE_Y, 0))


class Key:
    """A public key as C2SP signed-note writes it: NAME+ID+BASE64."""

    def __init__(self, text: str) -> None:
        self.name, id_, encoded = text.strip().split("+", 2)
        raw = b64decode(encoded)
        self.id = hashlib.sha256(self.name.encode() + b"\n" + raw).digest()[:4]
        if raw[:1] != b"\1" or len(raw) != 33 or self.id.hex() != id_:
            raise ValueError(f"no key of Ed25519: {text}")
        self.raw, y = raw[1:], int.from_bytes(raw[1:], "little")
        x, y, z, t = _point(y & (1 << 255) - 1, y >> 255)
        self.minus = Multiples((P - x, y, z, P - t))

    def signed(self, text: bytes, signature: bytes) -> bool:  # RFC 8032 section 5.1.7, without the cofactor
        """Whether this key signed a text."""
        s = int.from_bytes(signature[32:], "little")
        if len(signature) != 64 or s >= L:
            return False
        digest = hashlib.sha512(signature[:32] + self.raw + text).digest()
        x, y, z, _t = _plus(BASE.times(s), self.minus.times(int.from_bytes(digest, "little") % L))
        inverse = pow(z, P - 2, P)
        encoded = y * inverse % P | (x * inverse % P & 1) << 255
        return encoded.to_bytes(32, "little") == signature[:32]


NOTE = re.compile(r"((countynet-log/[0-9a-f]{16})\n(\d+)\n([A-Za-z0-9+/]{43}=)\ntime ([0-9T:.+-]+)\n)\n"
                  r"((?:\u2014 \S+ [A-Za-z0-9+/=]+(?:\n|$))+)")  # fmt: skip


class Note:
    """A signed checkpoint (C2SP tlog-checkpoint)."""

    def __init__(self, match: "re.Match[str]") -> None:
        self.text, self.origin, size, root, self.time, lines = match.groups()
        self.size, self.root, self.signatures = int(size), b64decode(root), [x.split(" ") for x in lines.splitlines()]
        self.whole = (self.text + "\n" + "".join(f"{line}\n" for line in lines.splitlines())).encode()

    def by(self, keys: "list[Key]") -> bool:
        """Whether one of these keys signed it."""
        for _dash, name, encoded in self.signatures:
            raw = b64decode(encoded)
            if any(k.name == name and k.id == raw[:4] and k.signed(self.text.encode(), raw[4:]) for k in keys):
                return True
        return False


def notes(*places: Path) -> "list[Note]":
    """Return every checkpoint in files and folders of text, also in saved mails, the smallest first."""
    every = [f for p in places for f in (sorted(p.rglob("*")) if p.is_dir() else [p]) if "tile" not in f.parts]
    texts = (f.read_bytes().decode(errors="replace").replace("\r\n", "\n") for f in every if f.is_file())
    found = {n.whole: n for text in texts for n in map(Note, NOTE.finditer(text))}
    return sorted(found.values(), key=lambda n: n.size)


Der = tuple[int, bytes, bytes]  # tag, content, all of it
SHA = {bytes.fromhex("608648016503040201"): "sha256", bytes.fromhex("608648016503040202"): "sha384",
       bytes.fromhex("608648016503040203"): "sha512"}  # fmt: skip
SIGNED = dict(zip((bytes.fromhex(f"{kind}{last}") for kind, first in (("2a864886f70d0101", 11), ("2a8648ce3d0403", 2))
                   for last in (f"{first + n:02x}" for n in range(3))), [*SHA, *SHA], strict=True))  # fmt: skip
CURVES = {  # p, b, order, generator; a is p - 3 (FIPS 186-4 appendix D)
    bytes.fromhex("2a8648ce3d030107"): (
        0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5),
    bytes.fromhex("2b81040022"): (
        2**384 - 2**128 - 2**96 + 2**32 - 1,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F),
}  # fmt: skip


def der(data: bytes) -> "list[Der]":
    """Return the values that stand one after the other (X.690)."""
    found, at = list[Der](), 0
    while at < len(data):
        length, body = data[at + 1], at + 2
        if length & 128:
            body += length & 127
            length = int.from_bytes(data[at + 2 : body], "big")
        if body + length > len(data):
            raise ValueError("cut off")
        found.append((data[at], data[body : body + length], data[at : body + length]))
        at = body + length
    return found


def _ecdsa(curve: bytes, public: bytes, digest: bytes, signature: bytes) -> bool:  # FIPS 186-4 section 6.4
    p, n, gx, gy = CURVES[curve]
    r, s = (int.from_bytes(v[1], "big") for v in der(der(signature)[0][1]))
    half = (len(public) - 1) // 2
    q = int.from_bytes(public[1 : 1 + half], "big"), int.from_bytes(public[1 + half :], "big")
    if not (0 < r < n and 0 < s < n and public[0] == 4):
        return False

    def plus(a: Any, b: Any) -> Any:
        if a is None or b is None:
            return b if a is None else a
        if a[0] == b[0] and (a[1] + b[1]) % p == 0:
            return None
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, p) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, p)
        x = (slope * slope - a[0] - b[0]) % p
        return x, (slope * (a[0] - x) - a[1]) % p

    def times(k: int, a: Any) -> Any:
        found = None
        for bit in bin(k)[2:]:
            found = plus(found, found)
            found = plus(found, a) if bit == "1" else found
        return found

    z, w = int.from_bytes(digest[: (n.bit_length() + 7) // 8], "big"), pow(s, -1, n)
    point = plus(times(z * w % n, (gx, gy)), times(r * w % n, q))
    return point is not None and point[0] % n == r


def _rsa(public: bytes, hashed: bytes, digest: bytes, signature: bytes) -> bool:  # RFC 8017 section 8.2.2
    n, e = (int.from_bytes(v[1], "big") for v in der(der(public)[0][1]))
    size = (n.bit_length() + 7) // 8
    info = b"\x06\x09" + hashed + b"\x05\x00"
    tail = b"\x30" + bytes([len(info)]) + info + b"\x04" + bytes([len(digest)]) + digest
    tail = b"\x30" + bytes([len(tail)]) + tail
    wanted = b"\0\1" + b"\xff" * (size - len(tail) - 3) + b"\0" + tail
    return len(signature) == size and pow(int.from_bytes(signature, "big"), e, n).to_bytes(size, "big") == wanted


class Certificate:
    """What is needed of a certificate (RFC 5280)."""

    def __init__(self, raw: bytes) -> None:
        self.raw, (whole, algorithm, signature) = raw, der(der(raw)[0][1])
        self.signed, self.signature = whole[2], signature[1][1:]
        self.hashed = SIGNED.get(der(algorithm[1])[0][1], b"")
        parts = [p for p in der(whole[1]) if p[0] != 0xA0]
        self.serial, self.issuer, self.subject = parts[0][1], parts[2][2], parts[4][2]
        self.first, self.last = (_time(t[0], t[1]) for t in der(parts[3][1]))
        key, bits = der(parts[5][1])
        self.key, self.public = [v[1] for v in der(key[1])], bits[1][1:]

    def holds(self, text: bytes, hashed: bytes, signature: bytes) -> bool:
        """Whether this certificate's key signed a text. Raises ValueError for what is not known here."""
        if hashed not in SHA:
            raise ValueError("not checked: a hash that this program does not know")
        digest = hashlib.new(SHA[hashed], text).digest()
        if self.key[0] == bytes.fromhex("2a864886f70d010101"):
            return _rsa(self.public, hashed, digest, signature)
        if self.key[0] == bytes.fromhex("2a8648ce3d0201") and self.key[1] in CURVES:
            return _ecdsa(self.key[1], self.public, digest, signature)
        raise ValueError("not checked: a kind of key that this program does not know")

    def issued(self, other: "Certificate") -> bool:
        """Whether this is the authority that signed another certificate."""
        if self.subject != other.issuer or not re.search(
            rb"\x55\x1d\x13(\x01\x01\xff)?\x04.\x30.\x01\x01\xff", self.signed, re.S
        ):
            return False
        return self.holds(other.signed, other.hashed, other.signature)


def _time(tag: int, content: bytes) -> datetime:  # UTCTime or GeneralizedTime
    text = content.decode("ascii").rstrip("Z").split(".")[0]
    text = ("20" if text[:2] < "50" else "19") + text if tag == 0x17 else text
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)  # noqa: UP017 - Python 3.10


def certificates(file: Path) -> "list[Certificate]":
    """Return the certificates of a file in PEM."""
    found = re.findall(r"-----BEGIN CERTIFICATE-----(.*?)-----END", file.read_text(), re.S)
    return [Certificate(b64decode("".join(one.split()))) for one in found]


def _need(fulfilled: object, why: str) -> None:
    if not fulfilled:
        raise ValueError(why)


def stamped(raw: bytes, text: bytes, roots: "list[Certificate]") -> "tuple[datetime, bool]":
    """Return a time stamp's time, and whether it leads to one of the roots. Raises ValueError if it does not hold."""
    status, token = der(der(raw)[0][1])[:2]
    _need(der(status[1])[0][1] in (b"\0", b"\1"), "it was not granted")
    parts = der(der(der(token[1])[1][1])[0][1])
    kind, content = der(parts[2][1])
    _need(kind[1] == bytes.fromhex("2a864886f70d0109100104"), "it is no time stamp")
    info = der(content[1])[0][1]
    _version, _policy, imprint, _serial, at = der(der(info)[0][1])[:5]
    algorithm, digest = der(imprint[1])
    name = SHA.get(der(algorithm[1])[0][1])
    _need(name and hashlib.new(name, text).digest() == digest[1], "it is over something else")
    known = [Certificate(one[2]) for part in parts[3:] if part[0] == 0xA0 for one in der(part[1]) if one[0] == 0x30]
    moment = _time(at[0], at[1])
    signer = _signer(der(der(parts[-1][1])[0][1]), info, [*known, *roots])
    _need(signer.first <= moment <= signer.last, "its certificate was not valid then")
    _need(bytes.fromhex("551d25") in signer.signed and bytes.fromhex("2b06010505070308") in signer.signed,
          "its certificate is not for time stamps")  # fmt: skip
    return moment, _rooted(signer, known, roots)


def _signer(fields: "list[Der]", info: bytes, known: "list[Certificate]") -> Certificate:
    _version, who, algorithm, attributes, signing, signature = fields[:6]
    hashed = der(algorithm[1])[0][1]
    _need(attributes[0] == 0xA0 and hashed in SHA, "not checked: an algorithm that this program does not know")
    _need(der(signing[1])[0][1] != bytes.fromhex("2a864886f70d01010a"), "not checked: RSASSA-PSS")
    said = {k[1]: der(v[1])[0][1] for k, v in (der(a[1]) for a in der(attributes[1]))}
    digest = hashlib.new(SHA[hashed], info).digest()
    _need(said.get(bytes.fromhex("2a864886f70d010904")) == digest, "what is signed is something else")
    issuer, serial = der(who[1]) if who[0] == 0x30 else ((0, b"", b""), (0, b"", b""))
    signer = next((c for c in known if (c.issuer, c.serial) == (issuer[2], serial[1])), None)
    if signer is None:
        raise ValueError("not checked: its certificate is not there")
    _need(signer.holds(b"\x31" + attributes[2][1:], hashed, signature[1]), "its signature does not hold")
    return signer


def _rooted(signer: Certificate, known: "list[Certificate]", roots: "list[Certificate]") -> bool:
    for _step in range(6):
        if any(root.raw == signer.raw or root.issued(signer) for root in roots):
            return True
        above = next((c for c in known if c.raw != signer.raw and c.issued(signer)), None)
        if above is None:
            return False
        signer = above
    return False


class Check:
    """One look at a folder."""

    def __init__(self, folder: Path, keys: "list[str]", roots: "list[Path]", others: "list[Path]") -> None:
        self.folder, self.log, self.found = folder, folder / "log", list[dict[str, Any]]()
        own = self.log / "keys.txt"
        self.given, self.roots = bool(keys), [c for file in roots for c in certificates(file)]
        self.keys = [Key(k) for k in (keys or (own.read_text().split() if own.is_file() else []))]
        self.notes = notes(
            *(p for p in (self.log / "checkpoint", self.log / "checkpoints.txt") if p.is_file()), *others
        )
        self.tree, self.count, self.listed, self.archived = Tree(self.log), 0, dict[str, int](), dict[str, int]()
        self.stamps = self.rooted = self.evidence = 0
        self.sizes = {note.size for note in self.notes}

    def _tell(self, kind: str, **values: Any) -> None:
        self.found.append({"kind": kind, **values})

    def _lines(self) -> Iterator[tuple[str, bytes]]:
        for file in sorted((self.log / "events").glob("*.jsonl.gz")):
            if int(file.name[:12]) != self.count:
                self._tell("gap", file=file.name, found=int(file.name[:12]) + 1, wanted=self.count + 1)
            try:
                with gzip.open(file) as stream:
                    for line in stream:
                        yield file.name, line.rstrip(b"\n")
            except (OSError, EOFError, zlib.error) as error:
                self._tell("unreadable", file=file.name, error=str(error))

    def _events(self) -> None:
        previous, last, pending, good = GENESIS, None, list(self.notes), 0
        for name, text in self._lines():
            self.count += 1
            try:
                said = json.loads(text)
                algorithm, at, before = said["algorithm"], datetime.fromisoformat(said["at"]), said["previous"]
                _need(algorithm in ("sha256", "sm3"), f"hash {algorithm}")
                _need(at.tzinfo, "a time without a zone")
                digest = hashlib.new(algorithm, text).hexdigest()
                if b'"tag":"log.' in text or b"evidence" in text:
                    self._mentions(said["tag"], json.loads(said["data"]))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                self._tell("no-event", file=name, event=self.count, error=str(error))
                previous = hashlib.sha256(text).hexdigest()
                continue
            if before != previous:
                self._tell("chain", file=name, event=self.count)
            if last is not None and at < last - LATE:
                self._tell("backwards", file=name, event=self.count, seconds=round((last - at).total_seconds()))
            previous, last = digest, at
            self.tree.add(_leaf(f"{algorithm}:{digest}".encode()))
            while pending and pending[0].size <= self.count:
                good = self._root(pending.pop(0), good)
        for note in pending:
            self._tell("short", size=note.size, count=self.count, time=note.time)

    def _root(self, note: Note, good: int) -> int:
        if note.size == self.tree.size and note.root == self.tree.root:
            return note.size
        if not any(one["kind"] == "root" for one in self.found):
            self._tell("root", size=note.size, after=good, time=note.time)
        return good

    def _mentions(self, tag: str, data: Any) -> None:
        if tag == "log.archived":
            self.archived[data["file"]] = self.count
            if hashlib.sha256(self._read(self.log / "events" / data["file"])).hexdigest() != data["sha256"]:
                self._tell("archive", file=data["file"], event=self.count)
        elif tag == "log.checkpoint":
            if data["size"] not in self.sizes:
                self._tell("checkpoint-gone", size=data["size"], event=self.count)
        else:
            self.listed.update(dict.fromkeys(HASH.findall(json.dumps(data.get("evidence"))), self.count))

    def _read(self, file: Path) -> bytes:
        return file.read_bytes() if file.is_file() else b""

    def _signatures(self) -> None:
        origins = {note.origin for note in self.notes}
        for note in self.notes:
            if len(origins) > 1 and note.origin != self.notes[-1].origin:
                self._tell("origin", size=note.size)
            if not note.by(self.keys):
                self._tell("signature", size=note.size)
        for file in sorted((self.log / "stamps").glob("*.tsr")):
            note_ = next((n for n in self.notes if n.size == int(file.stem)), None)
            try:
                _need(note_, "its checkpoint is not there")
                rooted = stamped(file.read_bytes(), note_.whole if note_ else b"", self.roots)[1]
                _need(rooted or not self.roots, "it does not lead to the given authority")
                self.rooted += rooted
                self.stamps += 1
            except (ValueError, IndexError, KeyError) as error:
                self._tell("stamp", size=int(file.stem), error=str(error) or "it is cut off")

    def _files(self) -> None:
        if not (self.folder / "evidence").is_dir():
            return
        for file in sorted((self.folder / "evidence").rglob("*")):
            if file.is_file():
                self.evidence += 1
                if hashlib.sha256(file.read_bytes()).hexdigest() != file.name:
                    self._tell("evidence", file=file.name)
                elif file.name not in self.listed:
                    self._tell("evidence-new", file=file.name)
        for name, event in self.listed.items():
            if not (self.folder / "evidence" / name[:2] / name).is_file():
                self._tell("evidence-gone", file=name, event=event)

    def all(self) -> "dict[str, Any]":
        """Check everything and return what was found. Raises ValueError when this is no such folder."""
        began = time.monotonic()
        _need((self.log / "events").is_dir(), f"{self.log / 'events'}: no such folder")
        self._events()
        self.tree.close()
        for name, event in self.tree.bad:
            self._tell("altered" if event else "tile", file=name, event=event)
        self._signatures()
        self._files()
        if not self.notes:
            self._tell("no-checkpoint")
        elif self.notes[-1].size < self.count:
            self._tell("unsigned", event=self.notes[-1].size + 1)
        bad = [one for one in self.found if one["kind"] not in DOUBTS]
        return {"holds": not bad, "events": self.count, "checkpoints": len(self.notes), "tiles": self.tree.tiles,
                "keys": [key.id.hex() for key in self.keys], "keys_given": self.given, "stamps": self.stamps,
                "stamps_traced": self.rooted, "evidence": self.evidence, "findings": bad[:MOST], "count": len(bad),
                "doubts": [one for one in self.found if one["kind"] in DOUBTS][:MOST],
                "root": b64encode(self.tree.root).decode(), "seconds": round(time.monotonic() - began, 3)}  # fmt: skip


def checked(folder: Path, keys: "list[str]", roots: "list[Path]", others: "list[Path]") -> "dict[str, Any]":
    """Check a folder. Raises ValueError or OSError when it is no such folder, or a key or certificate is none."""
    return Check(folder, keys, roots, others).all()


def report(found: Any, english: bool) -> "list[str]":
    """Return what was found, in lines for people."""
    at = 0 if english else 1
    lines = [
        mark + WORDS[x["kind"]][at].format(**x)
        for mark, key in (("* ", "findings"), ("? ", "doubts"))
        for x in found[key]
    ]
    lines.append(SUMMARY[at].format(**found) + KEYS[found["keys_given"]][at])
    return [*lines, (("It holds.", "核验通过。") if found["holds"] else ("It does not hold.", "核验不通过。"))[at]]


def main() -> int:
    """Check what the command line names; return the exit code."""
    asked = argparse.ArgumentParser(description="Check a folder with log and evidence. 核验日志与证据目录。")
    asked.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    asked.add_argument("--key", action="append", default=[], help="public key, noted elsewhere; may repeat 另存的公钥")
    asked.add_argument(
        "--checkpoints", action="append", type=Path, default=[], help="checkpoints kept elsewhere 另存的检查点"
    )
    asked.add_argument(
        "--tsa-ca", action="append", type=Path, default=[], help="root of the time stamps (PEM) 时间戳根证书"
    )
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    english = os.environ.get("COUNTYNET_LANG", os.environ.get("LANG", "")).startswith("en")
    try:
        found = checked(given.folder, given.key, given.tsa_ca, given.checkpoints)
    except (ValueError, OSError, IndexError) as error:
        print(error, file=sys.stderr)
        return 2
    if given.json:
        print(json.dumps(found, ensure_ascii=False))
        return 0 if found["holds"] else 1
    print("\n".join(report(found, english)))
    return 0 if found["holds"] else 1


SUMMARY = ("{events} events, {checkpoints} checkpoints, {tiles} tiles, {stamps} time stamps ({stamps_traced} traced "
           "to a given authority), {evidence} pieces of evidence; {seconds} s; root {root}. ",
           "{events} 条事件，{checkpoints} 个检查点，{tiles} 个分片，{stamps} 个时间戳"
           "（{stamps_traced} 个可追溯到给定机构），{evidence} 份证据；用时 {seconds} 秒；根 {root}。")  # fmt: skip
KEYS = {True: ("Keys as given.", "使用给定的公钥。"),
        False: ("The keys are the folder's own: compare them with the ones noted elsewhere.",
                "公钥取自本目录：请与另存的公钥比对。")}  # fmt: skip

if __name__ == "__main__":
    sys.exit(main())
