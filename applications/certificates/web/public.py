"""What machines ask, without signing in: revocation list, OCSP, time stamps, the authority's certificates, health.

Addresses stand in every certificate that was issued, so they never change.
"""

import binascii

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from applications.certificates.keeper.client import KeeperAway
from applications.certificates.keeper.wire import pack, unpack
from applications.certificates.web.desk import desk

public = Blueprint("public", __name__)
LONGEST = 64 * 1024
"""bytes of a question"""


@public.post("/ocsp")
def ocsp() -> ResponseReturnValue:
    """Answer an OCSP question (RFC 6960 A.1)."""
    return _ocsp(_body("application/ocsp-request"))


@public.get("/ocsp/<path:question>")
def ocsp_in_address(question: str) -> ResponseReturnValue:
    """Answer an OCSP question that stands in the address, in base64."""
    try:
        return _ocsp(binascii.a2b_base64(question, strict_mode=True))
    except binascii.Error:
        abort(400)


def _ocsp(question: bytes) -> Response:
    answer = unpack(desk().keeper.ask("ocsp", question=pack(question))["answer"])
    return Response(answer, mimetype="application/ocsp-response", headers={"Cache-Control": "no-store"})


@public.post("/tsa")
def stamp() -> ResponseReturnValue:
    """Answer a request for a time stamp (RFC 3161 3.4)."""
    answer = unpack(desk().keeper.ask("stamp", question=pack(_body("application/timestamp-query")))["answer"])
    return Response(answer, mimetype="application/timestamp-reply")


def _body(mimetype: str) -> bytes:
    if request.mimetype != mimetype:
        abort(415)
    if (request.content_length or 0) > LONGEST:
        abort(413)
    return request.get_data()


@public.get("/crl")
def crl() -> ResponseReturnValue:
    """Return the revocation list."""
    content = unpack(desk().keeper.ask("crl")["crl"])
    return Response(content, mimetype="application/pkix-crl", headers={"Cache-Control": "max-age=30"})


@public.get("/<any(root, issuing):name>.cer")
def certificate(name: str) -> ResponseReturnValue:
    """Return one of the authority's own certificates, in DER as browsers take them."""
    own = x509.load_pem_x509_certificate(desk().keeper.ask("about")[name].encode())
    return Response(own.public_bytes(Encoding.DER), mimetype="application/pkix-cert")


@public.get("/health")
def health() -> ResponseReturnValue:
    """Tell whether pages and keeper both work."""
    try:
        desk().keeper.ask("about")
        desk().store.one("select 1 from person")
    except KeeperAway:
        return {"state": "the keeper does not answer"}, 503
    return {"state": "ok"}
