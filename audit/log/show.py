"""Prints on the terminal what a check of the log found."""

from audit.log.finding import Judgement
from countynet.console import out
from countynet.i18n import _, translate


def show(found: Judgement) -> None:
    """Print damage, doubts, and what was checked."""
    for one in found.damages:
        out().print(translate(_("damage: {words}"), words=one.words), markup=False, soft_wrap=True)
    for one in found.doubts:
        out().print(translate(_("to be explained: {words}"), words=one.words), markup=False, soft_wrap=True)
    line = _(
        "{events} events, {archived} of them in the archive only; {checkpoints} checkpoints, {outside} kept elsewhere; "
        "{stamps} time stamps, {traced} traced to their authority"
    )
    out().print(translate(line, **{k: v for k, v in vars(found).items() if isinstance(v, int)}), soft_wrap=True)
    if not found.outside:
        hint = _("Nothing was compared that is kept elsewhere: whoever rewrote everything would not be found.")
        out().print(translate(hint), soft_wrap=True)
    end = _("The log is whole.") if found.whole else _("The log is damaged.")
    out().print(translate(end))
