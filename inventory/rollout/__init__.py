"""How far the county's roll-out has come (N7): where each unit stands, progress, training, a Gantt picture.

Pure: everything is counted from the inventory and a `today` that is passed in, so the board of any day can be drawn
again. A milestone done after `today` is not done yet.
"""

from inventory.rollout.board import BatchProgress, Board, Column, Progress, board, progress
from inventory.rollout.gantt import Gantt, Row, Span, gantt
from inventory.rollout.position import Position, Step, position, positions
from inventory.rollout.record import attendance_edits, milestone_edits
from inventory.rollout.training import Session, sessions, sessions_of

__all__ = [
    "BatchProgress",
    "Board",
    "Column",
    "Gantt",
    "Position",
    "Progress",
    "Row",
    "Session",
    "Span",
    "Step",
    "attendance_edits",
    "board",
    "gantt",
    "milestone_edits",
    "position",
    "positions",
    "progress",
    "sessions",
    "sessions_of",
]
