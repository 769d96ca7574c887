"""Takes the README's picture: the board with a seeded county, small enough to keep in git (`make screenshot`)."""

import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright
from waitress.server import create_server  # type: ignore[import-untyped]  # it has no types

from countynet.vocabulary import Role
from dashboard.app import create_app
from tests.browser.chromium import ARGUMENTS, EXECUTABLE, Visitor
from tests.unit.dashboard import sample

LARGEST = 150_000
"""bytes"""


def take(path: Path, page: str = "/board", language: str = "zh", width: int = 1080, height: int = 560) -> None:
    """Write one picture."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        services = sample.services(Path(folder))
        services.accounts.create("center", Role.CENTER, None, "screenshot", sample.PASSWORD)
        server = create_server(create_app(sample.settings(Path(folder)), services), host="127.0.0.1", port=0)
        threading.Thread(target=server.run, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=ARGUMENTS)
        visitor = Visitor(
            browser.new_page(viewport={"width": width, "height": height}), f"http://127.0.0.1:{server.effective_port}"
        )
        visitor.sign_in("center", sample.PASSWORD)
        if language == "en":
            visitor.english()
        visitor.go(page)
        visitor.page.screenshot(path=path)
        browser.close()
        server.close()
        services.accounts.engine.dispose()


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/board.png")
    take(target)
    print(f"{target}: {target.stat().st_size} bytes")
    sys.exit(target.stat().st_size > LARGEST)
