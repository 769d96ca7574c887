"""Options that several rooms' commands share, so that they read the same everywhere.

`Only` is what `inventory.select` understands: every command that acts on devices or units takes it (docs/selection.md).
"""

from typing import Annotated

import typer

from countynet.i18n import _

Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="KEY=VALUE",
        show_default=False,
        help=_("Only these: role=cpe, site=..., unit=u025,u026, cpe-0*, '!access=adsl'; given twice: both must fit."),
    ),
]
