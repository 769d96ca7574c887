"""Dead rules of an iptables dump: taken by several together, whatever the conditions are that nobody here knows."""

from topology.reach.analysis.dump import Dead, dead
from topology.reach.iptables.saved import read

HEAD = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:log - [0:0]\n"


def found(*rules: str) -> list[Dead]:
    return list(dead(read(HEAD + "\n".join(f"-A FORWARD {rule}" for rule in rules) + "\nCOMMIT\n")))


def test_a_rule_that_several_take_together_names_them_all() -> None:
    (one,) = found(
        "-s 10.0.0.0/9 -j DROP", "-s 192.168.0.0/16 -j DROP", "-s 10.128.0.0/9 -p tcp -j ACCEPT",
        "-s 10.0.0.0/8 -p tcp --dport 80 -j ACCEPT",
    )  # fmt: skip
    assert [taker.text.split()[3] for taker in one.takers] == ["10.0.0.0/9", "10.128.0.0/9"]
    assert one.shadowed


def test_a_rule_that_one_of_the_same_action_takes_is_not_called_shadowed() -> None:
    (one,) = found("-s 10.0.0.0/8 -j ACCEPT", "-s 10.1.0.0/16 -i eth0 -j ACCEPT")
    assert not one.shadowed


def test_a_condition_that_nobody_knows_may_answer_otherwise_in_each_rule() -> None:
    """A limit lets through the first packets and not the next ones, and the same words count anew in the next rule."""
    odd = "-m limit --limit 1/s -s 10.0.0.0/8"
    assert found(f"{odd} -j ACCEPT", f"{odd} -p tcp -j DROP", "-s 10.0.0.0/8 -j ACCEPT") == []
    assert found("-s 10.0.0.0/8 -j DROP", f"{odd} -j ACCEPT")[0].shadowed


def test_interfaces_and_states_take_only_their_own() -> None:
    assert found("-i eth0 -j DROP", "-i eth1 -j ACCEPT", "-m state --state ESTABLISHED -j ACCEPT", "-j LOG") == []
    (one,) = found("-i eth0 -j DROP", "! -i eth0 -j ACCEPT", "-s 10.0.0.1 -j ACCEPT")
    assert one.rule.line == 8


def test_a_jump_takes_nothing_and_can_be_dead_itself() -> None:
    assert found("-s 10.0.0.0/8 -j log", "-s 10.0.0.0/8 -j ACCEPT") == []
    (one,) = found("-s 10.0.0.0/8 -j RETURN", "-s 10.9.0.0/16 -j log")
    assert one.rule.target == "log"
