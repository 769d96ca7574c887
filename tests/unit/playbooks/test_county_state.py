"""What a deployed toolkit saves of a county while it runs, and that it comes back whole."""

import importlib.util
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from types import ModuleType

import playbooks.applications


def program() -> ModuleType:
    role = Path(playbooks.applications.__file__).parent / "ansible" / "roles" / "app_countynet"
    spec = importlib.util.spec_from_file_location("county_state", role / "files" / "county_state.py")
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_an_open_database_is_saved_whole_and_comes_back_with_the_county(tmp_path: Path) -> None:
    county, saved = tmp_path / "county", tmp_path / "saved"
    (county / ".state" / "deep").mkdir(parents=True)
    saved.mkdir()
    git = ["git", "-C", str(county), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    (county / "plan.yml").write_text("name: 清岚\n", encoding="utf-8")
    (county / ".gitignore").write_text(".state\n")
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "First"]):
        subprocess.run([*git, *words], check=True)
    (county / ".state" / "vault-password").write_text("p\n")
    (county / ".state" / "link").symlink_to("vault-password")
    with closing(sqlite3.connect(county / ".state" / "deep" / "county.db", isolation_level=None)) as live:
        live.execute("PRAGMA journal_mode = WAL")
        live.execute("CREATE TABLE t (a)")
        live.execute("INSERT INTO t VALUES (1)")
        live.execute("BEGIN IMMEDIATE")
        live.execute("INSERT INTO t VALUES (2)")
        state = program()
        state.save(str(county), str(saved))
        live.execute("ROLLBACK")
        state.save(str(county), str(saved))
        assert {file.name for file in (saved / "state" / "deep").iterdir()} == {"county.db"}
    (county / "plan.yml").write_text("lost")
    state.load(str(saved), str(county))
    with closing(sqlite3.connect(county / ".state" / "deep" / "county.db")) as back:
        assert back.execute("SELECT a FROM t").fetchall() == [(1,)]
    assert (county / "plan.yml").read_text(encoding="utf-8") == "name: 清岚\n"
    assert (county / ".state" / "link").read_text() == "p\n"
    assert (tmp_path / "county.before-restore" / "plan.yml").read_text() == "lost"
