"""The beacons' picture: what finds a terminal on two nets even behind a telephone's address translation.

A page that every terminal of the county opens (the portal) shows a picture of the inside beacon: `<img
src="http://INSIDE:PORT/p.gif">`. The inside beacon sends the browser on to the outside beacon, with a token about the
address that asked. Who can follow has a way into the Internet: by the county's own exit, which the scan knows, or by
one of its own. A browser begins this connection itself, so every translation between lets it pass; an echo's answer
with an address that is not the translator's may be dropped there. RFC 9110 (302, 204). Requests are read to at most
`LONGEST` octets; nothing is answered but these two things.
"""

from audit.terminals.beacon import probe

LONGEST = 2048
PICTURE, TOLD = b"/p.gif", b"/t/"
_NOTHING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_DONE = b"HTTP/1.1 204 No Content\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"


def inside(key: bytes, request: bytes, origin: str, outside: str, now: float) -> bytes:
    """Return what the inside beacon answers: for the picture, the way to `outside` (host:port) with a token."""
    if _path(request) != PICTURE:
        return _NOTHING
    place = f"http://{outside}{TOLD.decode()}{probe.token(key, probe.OUTWARD, origin, now).hex()}"
    head = f"HTTP/1.1 302 Found\r\nLocation: {place}\r\nCache-Control: no-store\r\n"
    return f"{head}Content-Length: 0\r\nConnection: close\r\n\r\n".encode()


def outside(key: bytes, request: bytes, now: float) -> tuple[bytes, probe.Token | None]:
    """Return what the outside beacon answers, and what the token says; None for one that is not ours."""
    path = _path(request)
    if not path.startswith(TOLD):
        return _NOTHING, None
    try:
        payload = bytes.fromhex(path.removeprefix(TOLD).decode("ascii"))
    except ValueError:
        return _NOTHING, None
    found = probe.read(key, payload, now)
    return (_DONE, found) if found is not None and found.way == probe.OUTWARD else (_NOTHING, None)


def _path(request: bytes) -> bytes:
    words = request[:LONGEST].split(b"\r\n", 1)[0].split(b" ")
    return words[1] if len(words) == 3 and words[0] == b"GET" else b""
