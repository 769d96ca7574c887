"""Whether the server of the samples is there, takes our token and has our buckets: asked when it is set up.

A poller that runs waits for its server and loses nothing; who sets it up wants to be told at once, and why. Each bucket
is given one point of a measurement of its own, and asked for it: the only question that every version answers alike.
"""

from collections.abc import Iterator

from countynet import clock
from countynet.errors import CountyError
from countynet.i18n import _
from monitoring.series.influx.server import Address, Away, Refused, Server, StoreUnreachable

_SEEN = "setup_check,by=countynet seen=1i"
_ASKED = "SELECT seen FROM setup_check ORDER BY time DESC LIMIT 1"
_NO_RIGHT, _NO_BUCKET = (401, 403), 404


def probe(server: Server) -> tuple[str, ...]:
    """Return the buckets that were written and read. Raises StoreUnreachable with what is wrong."""
    buckets = tuple(dict.fromkeys((server.address.bucket, server.address.averages)))
    for bucket in buckets:
        try:
            server.write(bucket, f"{_SEEN} {int(clock.now().timestamp())}")
        except (Away, Refused) as error:
            raise _wrong(server.address, bucket, error) from error
        if not list(_points(server, bucket)):
            raise StoreUnreachable(
                _("the server of the samples at {url} took a point in {bucket} and does not give it back"),
                url=server.address.url,
                bucket=bucket,
            )
    return buckets


def _points(server: Server, bucket: str) -> Iterator[object]:
    for series in server.query(_ASKED, bucket):
        yield from series.rows


def _wrong(address: Address, bucket: str, error: Away | Refused) -> CountyError:
    values = {"url": address.url, "bucket": bucket, "words": error.words}
    if error.status in _NO_RIGHT:
        message = _("the server of the samples at {url} refuses the token for {bucket}: {words}")
    elif error.status == _NO_BUCKET:
        message = _("the server of the samples at {url} has no bucket {bucket}: {words}")
    else:
        message = _("the server of the samples at {url} does not take samples: {words}")
    return StoreUnreachable(message, **values)
