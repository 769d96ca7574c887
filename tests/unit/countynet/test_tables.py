"""A county opened for the first time has every table of the product, whichever of its modules were imported before."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.unit.house.messages import ROOMS, TOP

OPENED = """
import json, sys
from pathlib import Path
from sqlalchemy import inspect
from countynet.db import open_database
from countynet.settings import Settings
print(json.dumps(inspect(open_database(Settings.load(Path(sys.argv[1])))).get_table_names()))
"""


def names_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant):
            continue
        if any(isinstance(target, ast.Name) and target.id == "__tablename__" for target in node.targets):
            yield str(node.value.value)


def test_a_fresh_process_makes_every_table_that_a_class_of_the_product_names(tmp_path: Path) -> None:
    named = {
        name: file.relative_to(TOP) for room in ROOMS for file in (TOP / room).rglob("*.py") for name in names_in(file)
    }
    assert len(named) > 50
    done = subprocess.run(
        [sys.executable, "-c", OPENED, str(tmp_path / "county")], cwd=TOP, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    made = set(json.loads(done.stdout))
    assert not {name: str(file) for name, file in named.items() if name not in made}
