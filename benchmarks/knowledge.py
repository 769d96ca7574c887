"""How long a search takes in a knowledge base of 5,000 entries, beside the floor: one LIKE over all of them (issue 7).

`python -m benchmarks.knowledge`: writes 5,000 synthetic entries into a folder of its own (phrases of the
entries that come with this version, shuffled, so the words are as common as they get), asks six questions in
Chinese and English many times, and prints the median and the worst.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, or_, select

from countynet.db import open_database, reading
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from monitoring.knowledge import start
from monitoring.knowledge.model import Text
from monitoring.knowledge.service import Knowledge
from monitoring.knowledge.store import KnowledgeEntry

ENTRIES, ROUNDS, LIMIT = 5000, 20, 50.0
"""how many entries, how often each question, milliseconds"""
QUESTIONS = (
    "全单位断网，光猫红灯",
    "昨天下午开始网很慢，打开公文系统要一分钟，视频会议也卡",
    "隧道反复断开",
    "交换机端口错误包增加 GigabitEthernet0/0/24",
    "switch port errors grow",
    "received optical power falls",
)


def build(folder: Path) -> Knowledge:
    """Return a knowledge base of synthetic entries."""
    engine = open_database(Settings(county=folder, language="en"))
    chance = random.Random(7)
    known = [t for lang in ("zh_CN", "en") for t in _shipped(lang)]
    pieces = [piece for t in known for piece in f"{t.symptom}，{t.cause}，{t.remedy}".replace("。", "，").split("，")]
    texts = [
        Text(
            ("，".join(chance.sample(pieces, 2)) + f" 案例{number}")[:200],
            "，".join(chance.sample(pieces, 2)),
            "，".join(chance.sample(pieces, 6)),
        )
        for number in range(ENTRIES)
    ]
    service = Knowledge(engine)
    service.write_all(Actor("center", Role.CENTER), texts)
    return service


def _shipped(language: str) -> tuple[Text, ...]:
    file = Path(start.__file__).with_name(f"start.{language}.yml")
    return start.read(file.name, file.read_bytes())


def like(engine: Engine, question: str) -> int:
    """Return how many entries hold a question's first word, by the database's own search of text."""
    word = question.split("，")[0].split()[0]
    columns = (KnowledgeEntry.symptom, KnowledgeEntry.cause, KnowledgeEntry.remedy)
    with reading(engine) as session:
        return len(session.scalars(select(KnowledgeEntry.id).where(or_(*(c.contains(word) for c in columns)))).all())


def times(ask: Callable[[str], object]) -> tuple[float, float]:
    """Return the median and the worst time of a question, in milliseconds."""
    took = []
    for _round in range(ROUNDS):
        for question in QUESTIONS:
            began = time.perf_counter()
            ask(question)
            took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took), max(took)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        service = build(Path(folder))
        print(f"{ENTRIES} entries written in {time.process_time() - began:.1f} CPU s")
        ours, floor = times(lambda q: service.search(q, Role.CENTER)), times(lambda q: like(service.engine, q))
    print(f"{'search':24}{'median ms':>12}{'worst ms':>12}{'limit ms':>12}")
    print(f"{'ours: terms, ranked':24}{ours[0]:>12.1f}{ours[1]:>12.1f}{LIMIT:>12.0f}")
    print(f"{'floor: LIKE, unranked':24}{floor[0]:>12.1f}{floor[1]:>12.1f}")
    print(f"ours is {ours[0] / floor[0]:.1f} times the floor")


if __name__ == "__main__":
    main()
