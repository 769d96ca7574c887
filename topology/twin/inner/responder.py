"""A web server for the twin's Internet, city and public hosts: real sockets that answer real requests.

Run as `python -S -m topology.twin.inner.responder NAME PORT[,PORT...] CERTIFICATE` in the host's namespace. Port 443
speaks TLS with the certificate file (key and certificate in one PEM). Every GET is answered 200 with the host's name.
"""

import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def handler(name: str) -> type[BaseHTTPRequestHandler]:
    """Return a request handler that answers with the host's name."""
    body = f"{name}\n".encode()

    class Answer(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            """Answer."""
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep no log."""

    return Answer


class Server(ThreadingHTTPServer):
    """Takes a burst of a hundred units at once; a broken request is its sender's affair."""

    request_queue_size = 256
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Drop the connection."""


def serve(name: str, port: int, certificate: str) -> None:
    """Serve one port for ever."""
    server = Server(("0.0.0.0", port), handler(name))  # noqa: S104 - alone in its own network namespace
    if port == 443:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever(poll_interval=3600)


if __name__ == "__main__":
    ports = [int(port) for port in sys.argv[2].split(",")]
    for port in ports[1:]:
        threading.Thread(target=serve, args=(sys.argv[1], port, sys.argv[3]), daemon=True).start()
    serve(sys.argv[1], ports[0], sys.argv[3])
