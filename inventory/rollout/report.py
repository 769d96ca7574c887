"""The roll-out as rows for the terminal and as the JSON document of `countynet inventory rollout`. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date

from countynet.canonical import JSON
from countynet.i18n import CHINESE, language, translate
from inventory.model import Unit
from inventory.rollout import words
from inventory.rollout.board import Board, Progress
from inventory.rollout.gantt import Gantt, Row, Span
from inventory.rollout.position import Position
from inventory.rollout.training import Session


def phases(board: Board) -> Iterator[tuple[object, ...]]:
    """Yield each column of the board: phase, units that stand there, and how many have it behind them."""
    first, *others = board.columns
    yield (translate(words.NOT_BEGUN), len(first.positions), "", "", "")
    for column, progress in zip(others, board.progress, strict=True):
        counts = (progress.done, progress.total, f"{progress.percent}%")
        yield (translate(words.name(column.phase)), len(column.positions), *counts)


def late(board: Board) -> Iterator[tuple[object, ...]]:
    """Yield the late units, the latest first."""
    for p in board.late:
        step = p.next
        todo = (translate(words.NEXT[step.phase]), step.planned or "") if step else ("", "")
        yield (p.unit.id, _name(p.unit), translate(words.name(p.phase)), p.late, *todo)


def _name(unit: Unit) -> str:
    return unit.name if language() == CHINESE else unit.name_en


def document(board: Board, sessions: Sequence[Session], picture: Gantt) -> dict[str, JSON]:
    """Return everything as JSON."""
    return {
        "today": str(board.today),
        "late": len(board.late),
        "progress": [_progress(p) for p in board.progress],
        "batches": [
            {
                "batch": b.batch.id if b.batch else None,
                "units": b.units,
                "late": b.late,
                "progress": [_progress(p) for p in b.progress],
            }
            for b in board.batches
        ],
        "units": [_position(p) for p in board.positions],
        "trainings": [_session(s) for s in sessions],
        "gantt": [_row(row) for row in picture.rows],
    }


def _progress(p: Progress) -> dict[str, JSON]:
    return {"phase": p.phase.value, "done": p.done, "total": p.total, "percent": p.percent}


def _position(p: Position) -> dict[str, JSON]:
    return {
        "unit": p.unit.id,
        "batch": p.batch.id if p.batch else None,
        "phase": p.phase.value if p.phase else None,
        "since": _day(p.reached.done if p.reached else None),
        "next": p.next.phase.value if p.next else None,
        "planned": _day(p.next.planned if p.next else None),
        "late_days": p.late,
        "gaps": [phase.value for phase in p.gaps],
    }


def _session(s: Session) -> dict[str, JSON]:
    return {
        "training": s.training.id,
        "batch": s.training.batch,
        "on": str(s.training.on),
        "held": s.held,
        "invited": len(s.invited),
        "people": s.people,
        "percent": s.percent,
        "present": [{"unit": p.unit.id, "people": p.people, "guest": p.guest} for p in s.present],
        "absent": [unit.id for unit in s.absent],
    }


def _row(row: Row) -> dict[str, JSON]:
    return {
        "batch": row.batch.id if row.batch else None,
        "phase": row.phase.value if row.phase else None,
        "planned": _span(row.planned),
        "actual": _span(row.actual),
        "done": row.done,
        "total": row.total,
        "state": row.state.value,
        "late_days": row.late,
    }


def _span(span: Span | None) -> JSON:
    return [str(span.begins), str(span.ends)] if span else None


def _day(day: date | None) -> JSON:
    return str(day) if day else None
