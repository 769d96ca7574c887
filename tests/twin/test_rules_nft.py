"""The fix for a rule of nftables deletes that rule and no other, and the counters of a real ruleset are read."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from inventory.intent.adapt import adapted
from inventory.platforms.linux import nft_live, nft_rules, nftables
from inventory.platforms.linux.text import split
from inventory.platforms.registry import platform
from playbooks.counters import words
from playbooks.counters.reading import NFT
from tests.unit.inventory.mixed_county import mixed_county, secrets
from topology.reach.analysis.chain import chains
from topology.reach.analysis.text import Text, nft_delete

pytestmark = [
    pytest.mark.twin,
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root for network namespaces"),
    pytest.mark.skipif(not shutil.which("nft"), reason="needs nft"),
]
COUNTY = mixed_county()
NAME = next(d.name for d in COUNTY.devices if d.platform == "linux" and d.role.value == "cpe")


def alone(script: str) -> str:
    """Return what a shell prints in a network of its own."""
    command = ["unshare", "--net", "sh", "-ec", script]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def test_the_command_of_a_fix_deletes_its_rule_and_the_rest_stays(tmp_path: Path) -> None:
    config = adapted(COUNTY, secrets)[NAME]
    rules = split(platform("linux").render(config))[nftables.PATH]
    file = tmp_path / "rules"
    file.write_text("\n".join(rules.lines) + "\n", encoding="utf-8")
    (forward,) = [chain for chain in chains(NAME, "linux", config) if chain.hook == "forward"]
    place = 2
    before, after, counted = alone(
        f"nft -f {file}; nft -s list ruleset; echo '####'; {nft_delete('forward', place)}; nft -s list ruleset;"
        f" echo '####'; {NFT.replace(nftables.PATH, str(file))}"
    ).split("####\n")
    live, less = (nft_live.normalise(text.splitlines(), rules) for text in (before, after))
    assert live
    assert less
    assert live.lines == rules.lines
    gone = [line for line in live.lines if line not in less.lines or live.lines.count(line) > less.lines.count(line)]
    assert [line.split('comment "')[1].strip('"') for line in gone] == [forward.rules[place].name]
    hits = words.nft(counted, list(chains(NAME, "linux", config)))
    assert set(hits["input", ""]) == {0}
    assert ("forward", "") not in hits, "its rules are not those any more"
    assert words.nft_since(counted)


def test_the_command_of_a_replacement_puts_another_rule_in_its_place(tmp_path: Path) -> None:
    config = adapted(COUNTY, secrets)[NAME]
    text = platform("linux").render(config)
    rules = split(text)[nftables.PATH]
    file = tmp_path / "rules"
    file.write_text("\n".join(rules.lines) + "\n", encoding="utf-8")
    (forward,) = [chain for chain in chains(NAME, "linux", config) if chain.hook == "forward"]
    place = next(n for n, rule in enumerate(forward.rules) if rule.sources)
    other = forward.rules[place].model_copy(update={"protocol": "tcp", "ports": (80, 443)})
    (fix,) = Text(NAME, "linux", "", config, text).replacement(forward, place, other)
    listed = nft_live.normalise(alone(f"nft -f {file}; {fix}; nft -s list ruleset").splitlines(), rules)
    assert listed
    changed = [(a, b) for a, b in zip(rules.lines, listed.lines, strict=True) if a != b]
    assert [b.strip() for _a, b in changed] == [nft_rules.filter_line(other)]
