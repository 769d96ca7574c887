"""The words of the phases, and what has to be done for each, as message ids. Pure."""

from collections.abc import Mapping

from countynet.i18n import _
from countynet.vocabulary import RolloutPhase

NAMES: Mapping[RolloutPhase, str] = {
    RolloutPhase.SURVEY: _("survey"),
    RolloutPhase.LINE: _("line laying"),
    RolloutPhase.CONNECT: _("connecting"),
    RolloutPhase.PARTIAL_TRIAL: _("partial trial"),
    RolloutPhase.FULL_TRIAL: _("full trial"),
    RolloutPhase.IN_FORCE: _("in force"),
}
NEXT: Mapping[RolloutPhase, str] = {
    RolloutPhase.SURVEY: _("get the survey form back"),
    RolloutPhase.LINE: _("have the line laid"),
    RolloutPhase.CONNECT: _("connect the router until it answers"),
    RolloutPhase.PARTIAL_TRIAL: _("send some documents over the network"),
    RolloutPhase.FULL_TRIAL: _("send all documents over it, paper in parallel"),
    RolloutPhase.IN_FORCE: _("stop the paper"),
}
NOT_BEGUN = _("not begun")


def name(phase: RolloutPhase | None) -> str:
    """Return a phase's name as a message id; None is not begun."""
    return NAMES[phase] if phase else NOT_BEGUN
