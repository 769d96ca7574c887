"""The knowledge base: found in Chinese and English, versioned, never deleted, and for whom it is meant."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from countynet.db import open_database, reading
from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.events import Event, verify
from countynet.i18n import describe, set_language
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from monitoring.faults.service import Faults
from monitoring.knowledge import start
from monitoring.knowledge.model import Audience, Text
from monitoring.knowledge.service import Knowledge
from monitoring.knowledge.words import terms
from monitoring.tags import KnowledgeTag

CENTER = Actor("center", Role.CENTER)
OPERATOR = Actor("operator", Role.OPERATOR)
AUDITOR = Actor("auditor", Role.AUDITOR)
CLERK = Actor("u001", Role.UNIT, "u001")
LIGHT = Text("光猫LOS灯红，全单位断网", "光纤断", "报障，写明光灯红", audience=Audience.UNIT)
OPTICS = Text("Received power of GigabitEthernet0/0/24 falls", "dirty connector", "Clean it", "display transceiver")
LOOP = Text("广播风暴，交换机CPU高", "私接交换机成环", "关端口，找网线")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    set_language("en")
    return open_database(Settings(county=tmp_path, language="en"))


@pytest.fixture
def knowledge(engine: Engine) -> Knowledge:
    return Knowledge(engine)


@pytest.fixture
def filled(knowledge: Knowledge) -> Knowledge:
    knowledge.write_all(CENTER, [LIGHT, OPTICS, LOOP])
    return knowledge


def refused(step: Callable[[], object]) -> str:
    with pytest.raises(BadInput) as told:
        step()
    return "\n".join(describe(problem) for problem in told.value.problems)


def found(knowledge: Knowledge, question: str, role: Role = Role.CENTER) -> list[str]:
    return [entry.text.symptom for entry in knowledge.search(question, role)]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("我们单位上不了网，光猫红灯", LIGHT),
        ("光 猫", LIGHT),
        ("ＬＯＳ", LIGHT),
        ("received POWER falls", OPTICS),
        ("gigabitethernet0/0/24", OPTICS),
        ("0/0/24 光", OPTICS),
        ("交换机 成环", LOOP),
        ("网线接错成了环", LOOP),
    ],
)
def test_a_question_in_other_words_finds_its_entry_first(filled: Knowledge, question: str, wanted: Text) -> None:
    assert found(filled, question)[0] == wanted.symptom


@pytest.mark.parametrize("question", ["", "   ", "的了", "？！", "%_'\";--", "食堂菜单", "\u0000"])
def test_a_question_about_nothing_finds_nothing(filled: Knowledge, question: str) -> None:
    assert found(filled, question) == []


def test_a_clerk_finds_and_reads_what_is_meant_for_units_alone(filled: Knowledge) -> None:
    assert found(filled, "光猫 交换机 received", Role.UNIT) == [LIGHT.symptom]
    assert [entry.text for entry in filled.newest(Role.UNIT)] == [LIGHT]
    hidden = next(entry for entry in filled.newest(Role.CENTER) if entry.text == LOOP)
    assert f"entry {hidden.id}" in refused(lambda: filled.get(hidden.id, Role.UNIT))


def test_an_improvement_is_a_version_and_the_old_words_no_longer_find_it(filled: Knowledge) -> None:
    number = filled.search("广播风暴", Role.CENTER)[0].id
    better = Text("大片用户卡顿", LOOP.cause, LOOP.remedy)
    assert filled.improve(OPERATOR, number, 1, better, "更像人说的") == 2
    assert filled.improve(OPERATOR, number, 2, better) == 2
    entry, versions = filled.get(number, Role.AUDITOR)
    assert (entry.text, entry.author, entry.version) == (better, "operator", 2)
    assert [(v.version, v.text.symptom, v.author, v.note) for v in versions] == [
        (2, "大片用户卡顿", "operator", "更像人说的"),
        (1, LOOP.symptom, "center", ""),
    ]
    assert number not in [e.id for e in filled.search("风暴", Role.CENTER)]
    assert found(filled, "卡顿") == ["大片用户卡顿"]


def test_who_improves_what_another_improved_meanwhile_is_told_and_nothing_is_lost(filled: Knowledge) -> None:
    number = filled.search("广播风暴", Role.CENTER)[0].id
    filled.improve(OPERATOR, number, 1, Text("甲", "", "乙"))
    with pytest.raises(Conflict, match="operator"):
        filled.improve(CENTER, number, 1, Text("丙", "", "丁"))
    assert filled.get(number, Role.CENTER)[0].text.symptom == "甲"


def test_a_withdrawn_entry_is_not_found_but_stays_and_can_come_back(filled: Knowledge, engine: Engine) -> None:
    number = filled.search("光猫", Role.CENTER)[0].id
    assert "why" in refused(lambda: filled.withdraw(CENTER, number, " "))
    filled.withdraw(CENTER, number, "写错了")
    assert number not in [e.id for e in filled.search("光猫", Role.CENTER)]
    assert filled.get(number, Role.CENTER)[0].withdrawn
    filled.improve(CENTER, number, 1, Text("光猫红灯闪烁", "", "报障"))
    assert number not in [e.id for e in filled.search("光猫", Role.CENTER)]
    filled.bring_back(CENTER, number)
    assert found(filled, "光猫") == ["光猫红灯闪烁"]
    assert tags(engine)[-3:] == [KnowledgeTag.WITHDRAWN, KnowledgeTag.IMPROVED, KnowledgeTag.BROUGHT_BACK]


def test_what_helped_is_counted_once_a_fault_and_the_last_word_counts(filled: Knowledge, engine: Engine) -> None:
    first, second = (Faults(engine).report(unit, "x", "", "", CENTER) for unit in ("u001", "u002"))
    number = filled.search("光猫", Role.CENTER)[0].id
    for fault, helped in ((first, False), (first, True), (second, False)):
        filled.tried(OPERATOR, number, fault, helped)
    entry = filled.search("光猫", Role.CENTER)[0]
    assert (entry.used, entry.helped) == (2, 1)
    assert "999" in refused(lambda: filled.tried(OPERATOR, number, 999, True))


@pytest.mark.parametrize("actor", [AUDITOR, CLERK, Actor("admin", Role.ADMIN)])
def test_only_center_and_operator_write(filled: Knowledge, actor: Actor) -> None:
    number = filled.newest(Role.CENTER)[0].id
    for step in (
        lambda: filled.write(actor, LIGHT),
        lambda: filled.improve(actor, number, 1, LIGHT),
        lambda: filled.withdraw(actor, number, "x"),
        lambda: filled.bring_back(actor, number),
        lambda: filled.tried(actor, number, 1, True),
    ):
        with pytest.raises(NotAllowed):
            step()


def test_everything_that_is_wrong_with_an_entry_is_told_at_once(knowledge: Knowledge) -> None:
    with pytest.raises(BadInput) as told:
        knowledge.write(CENTER, Text(" ", "x" * 2001, "", "reboot", Audience.UNIT))
    assert {problem.where for problem in told.value.problems} == {"symptom", "cause", "remedy", "command"}
    assert knowledge.newest(Role.CENTER) == []


def test_an_entry_taught_by_a_fault_that_is_none_is_not_written(knowledge: Knowledge) -> None:
    assert "fault 7" in refused(lambda: knowledge.write(CENTER, LIGHT, 7))
    assert knowledge.newest(Role.CENTER) == []


def test_every_step_is_an_event_of_an_unbroken_chain(filled: Knowledge, engine: Engine) -> None:
    filled.improve(CENTER, 1, 1, Text("甲", "", "乙"))
    assert tags(engine) == [KnowledgeTag.WRITTEN] * 3 + [KnowledgeTag.IMPROVED]
    with reading(engine) as session:
        assert not verify(session)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_what_comes_with_this_version_is_whole_and_brought_in_once(knowledge: Knowledge, language: str) -> None:
    file = Path(start.__file__).with_name(f"start.{language}.yml")
    texts = start.read(file.name, file.read_bytes())
    assert len(start.bring(knowledge, CENTER, texts)) == len(texts) >= 12
    assert start.bring(knowledge, CENTER, texts) == []
    assert {Audience.UNIT, Audience.STAFF} == {text.audience for text in texts}
    assert all(found(knowledge, text.symptom)[0] == text.symptom for text in texts)


def test_both_languages_bring_the_same_entries() -> None:
    kinds = []
    for language in ("zh_CN", "en"):
        file = Path(start.__file__).with_name(f"start.{language}.yml")
        kinds.append([(t.audience, t.command) for t in start.read(file.name, file.read_bytes())])
    assert kinds[0] == kinds[1]


def test_a_file_with_mistakes_is_refused_with_every_line(knowledge: Knowledge) -> None:
    content = "entries:\n- symptom: a\n- symptom: b\n  remedy: c\n  audience: dogs\n- remedy: d\n  colour: red\n"
    with pytest.raises(BadInput) as told:
        start.read("own.yml", content.encode())
    assert sorted({problem.line for problem in told.value.problems}) == [2, 5, 6, 7]


@given(st.text(max_size=60))
def test_any_text_has_terms_that_find_it_again(text: str) -> None:
    assert terms(text) == terms(text.upper().lower()) or not text.isascii()
    assert all(weight > 0 and term.strip() for term, weight in terms(text).items())


def tags(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return [e.tag for e in session.query(Event).order_by(Event.id) if e.tag.startswith("knowledge.")]
