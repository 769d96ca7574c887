"""`countynet serve`."""

from typing import Annotated

import typer

from countynet.i18n import _

app = typer.Typer(add_completion=False)


@app.command(name="serve", help=_("Run the dashboard, the poller and the worker until Ctrl-C."))
def serve(
    port: Annotated[int | None, typer.Option(help=_("Port of the dashboard."), min=1, max=65535)] = None,
    host: Annotated[str | None, typer.Option(help=_("Address on which the dashboard listens."))] = None,
    trust_proxy: Annotated[
        str, typer.Option(help=_("Address of a proxy in front that speaks https and sets X-Forwarded-Proto and -For."))
    ] = "",
) -> None:
    """Serve the county."""
    from countynet.settings import Settings
    from dashboard.serve import tree

    settings = Settings.load()
    tree.serve(settings, host or settings.listen, port or settings.port, trust_proxy)
