"""Serves the register: `python -m applications.lending.serve`; what it needs to know comes by the environment."""

import os
from pathlib import Path

from waitress import serve  # type: ignore[import-untyped]

from applications.lending.web import Access, create_app


def main() -> None:
    """Serve on loopback until it is ended."""
    clerks = tuple(filter(None, os.environ.get("LENDING_CLERKS", "").split(",")))
    access = Access(os.environ["LENDING_PASSWORD"], os.environ.get("LENDING_SIGN_ON", ""), clerks)
    app = create_app(Path(os.environ["LENDING_FILE"]), access, os.environ["LENDING_KEY"])
    serve(app, host="127.0.0.1", port=int(os.environ["LENDING_PORT"]), threads=4, ident=None)


if __name__ == "__main__":
    main()
