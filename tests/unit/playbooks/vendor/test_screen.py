"""A terminal's text: prompts, questions, pages and echoes, whole and cut anywhere."""

from pathlib import Path

import pytest

from playbooks.device.vendor import screen
from playbooks.device.vendor.dialects import dialect

CASES = Path(__file__).parents[5] / "shared" / "cases" / "ntc-templates" / "tests"


def kind(text: str, platform: str = "huawei_vrp", name: str = "") -> str:
    return screen.look(text, dialect(platform).is_prompt(name)).kind


@pytest.mark.parametrize(
    ("platform", "prompt"),
    [
        ("huawei_vrp", "<HUAWEI>"),
        ("huawei_vrp", "[HUAWEI-GigabitEthernet0/0/1]"),
        ("huawei_vrp", "[~HUAWEI]"),
        ("huawei_vrp", "[*HUAWEI-Vlanif10]"),
        ("huawei_vrp", "HRP_M<FW-1>"),
        ("huawei_vrp", "HRP_S[FW-1-policy-security-rule-allow web]"),
        ("h3c_comware", "<H3C>"),
        ("h3c_comware", "RBM_P<fw-1>"),
        ("h3c_comware", "[H3C-Vlan-interface10]"),
        ("ruijie", "Ruijie#"),
        ("ruijie", "Ruijie(config-if-GigabitEthernet 0/1)#"),
        ("cisco_ios", "Router>"),
        ("cisco_ios", "sw-1.office(config-if)#"),
    ],
)
def test_prompts_are_known(platform: str, prompt: str) -> None:
    assert kind(f"words\r\n{prompt}", platform) == "prompt"
    assert kind(f"words\r\n{prompt}\r\n", platform) == "nothing"


def test_a_line_of_a_configuration_that_looks_like_a_prompt_is_none_once_the_name_is_known() -> None:
    assert kind("banner\r\n<somebody-else>", name="sw-1") == "nothing"
    assert kind("banner\r\n<sw-1>", name="sw-1") == "prompt"
    assert kind("x\r\nother#", "cisco_ios", name="sw-1") == "nothing"


def test_a_long_name_is_known_by_its_beginning() -> None:
    assert kind("x\r\nsw-of-the-county-h(config)#", "cisco_ios", name="sw-of-the-county-house-2") == "prompt"


@pytest.mark.parametrize(
    "question",
    [
        "Warning: The current configuration will be written to the device. Continue? [Y/N]:",
        "Are you sure to continue?[Y/N]",
        "The current configuration will be written. Are you sure? [Y/N]:",
        "Proceed with reload? [confirm]",
        "System configuration has been modified. Save? [yes/no]: ",
        "Reload system?(Y/N)",
        "Are you sure to commit them before exiting? [Y(yes)/N(no)/C(cancel)]:",
        "Password:",
        "Press Y or ENTER to continue, N to exit.",
    ],
)
def test_questions_are_known(question: str) -> None:
    assert kind(f"display x\r\n{question}") == "question"


@pytest.mark.parametrize("mark", ["  ---- More ----", " --More--", "<--- More --->"])
def test_page_breaks_are_known_and_leave_nothing_behind(mark: str) -> None:
    assert kind(f"line 1\r\n{mark}") == "more"
    shown = f"show x\r\nline 1\r\n{mark}\x1b[42D{' ' * 42}\x1b[42D  line 2\r\n<sw-1>"
    assert screen.words(shown, "show x") == "line 1\n  line 2"
    assert screen.words(shown.replace("\x1b[42D", "\r"), "show x") == "line 1\n  line 2"


def test_the_echo_goes_also_where_an_error_is_written_in_it() -> None:
    assert screen.words("description Error: 5\r\n[sw-1]", "description Error: 5") == ""
    assert screen.words("\r\n<sw-1>", "") == ""


def test_what_a_device_says_unasked_before_the_echo_is_no_answer() -> None:
    text = "\r\n***\r\n*** --- SHUTDOWN in 0:02:00 ---\r\n***\r\nsw-1#show reload\r\nReload scheduled\r\nsw-1#"
    assert screen.after_echo(text[:60], "show reload") == -1
    assert screen.words(text, "show reload") == "Reload scheduled"


@pytest.mark.parametrize("cut", range(1, len("show reload")))
def test_an_echo_that_a_message_breaks_in_two_is_still_the_echo(cut: int) -> None:
    one, other = "show reload"[:cut], "show reload"[cut:]
    text = f"\r\nsw-1#{one}\r\n\r\n***\r\n*** --- SHUTDOWN in 0:20:00 ---\r\n***\r\n\r\n"
    assert screen.after_echo(text, "show reload") == -1
    assert screen.words(f"{text}{other}\r\nReload scheduled\r\nsw-1#", "show reload") == "Reload scheduled"


def test_letters_that_the_device_takes_back_are_gone() -> None:
    assert screen.clean("abc\x08\x08X\r\nd\x00e") == "aX\nde"


def recorded() -> list[Path]:
    return sorted(CASES.glob("h*/*/*.raw"))


def test_no_end_of_a_recorded_output_is_taken_for_a_prompt_or_a_question() -> None:
    files = recorded()
    if not files:
        pytest.skip("the recorded outputs are not here")
    for file in files:
        platform = "huawei_vrp" if "huawei" in file.name else "h3c_comware"
        is_prompt = dialect(platform).is_prompt("sw-1")
        text = file.read_text(errors="replace").replace("\r\n", "\n").replace("\n", "\r\n")
        for cut in range(0, len(text), max(len(text) // 400, 1)):
            seen = screen.look(text[:cut], is_prompt)
            assert seen.kind in ("nothing", "more"), (file.name, seen)


def test_a_recorded_output_comes_through_whole() -> None:
    files = recorded()
    if not files:
        pytest.skip("the recorded outputs are not here")
    for file in files:
        text = file.read_text(errors="replace")
        if "\x08" in text or "More" in text or "\x1b" in text:
            continue
        given = "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")
        sent = "display x\r\n" + given.replace("\n", "\r\n") + "\r\n<sw-1>"
        assert screen.words(sent, "display x") == given, file.name


def test_a_prompt_with_a_message_behind_it_stood_there() -> None:
    text = "words\r\nbox(config)# \r\n*Nov 26 06:21:10.001: %SYS-5-CONFIG_I: Configured from console by amy\r\n"
    assert screen.look(text, lambda line: line == "box(config)#").kind == "nothing"
    assert screen.stood(text, lambda line: line == "box(config)#") == "box(config)#"
    assert screen.stood("words\r\nbox", lambda line: line == "box") == ""
