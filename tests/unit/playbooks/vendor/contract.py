"""What every console must do, the fake and the real one: inherit it and give `console` and the lines."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import pytest

from countynet.errors import DeviceError
from playbooks.device.vendor import Console


@dataclass(frozen=True)
class Lines:
    """Lines of a device by what they do."""

    show: str
    """shows `shown`"""
    shown: str
    wrong: str
    enter: str
    """opens the configuration, and so another prompt"""
    asks: str
    """asks a question"""
    question: str
    slow: str
    """takes longer than a tenth of a second"""


class ConsoleContract(ABC):
    @pytest.fixture
    @abstractmethod
    def console(self) -> Console:
        """An open session."""

    @pytest.fixture
    @abstractmethod
    def lines(self) -> Lines:
        """What may be typed."""

    def test_a_reply_is_the_words_without_echo_and_prompt(self, console: Console, lines: Lines) -> None:
        reply = console.ask(lines.show, 10)
        assert lines.shown in reply.words
        assert lines.show not in reply.words
        assert console.prompt not in reply.words
        assert reply.prompt == console.prompt

    def test_a_refusal_is_a_reply(self, console: Console, lines: Lines) -> None:
        assert "rror" in console.ask(lines.wrong, 10).words

    def test_the_prompt_follows_the_view(self, console: Console, lines: Lines) -> None:
        before = console.prompt
        assert console.ask(lines.enter, 10).prompt == console.prompt != before

    def test_an_expected_question_is_answered(self, console: Console, lines: Lines) -> None:
        console.ask(lines.asks, 10, ((lines.question, "y"),))

    def test_an_unexpected_question_is_a_device_error_with_its_words(self, console: Console, lines: Lines) -> None:
        with pytest.raises(DeviceError) as caught:
            console.ask(lines.asks, 10)
        assert (caught.value.device, caught.value.command) == (console.device, lines.asks)
        assert "[Y/N]" in caught.value.answer

    def test_what_takes_too_long_is_a_device_error(self, console: Console, lines: Lines) -> None:
        with pytest.raises(DeviceError, match="did not finish"):
            console.ask(lines.slow, 0.05)

    def test_a_closed_session_is_a_device_error(self, console: Console, lines: Lines) -> None:
        console.close()
        console.close()
        with pytest.raises(DeviceError) as caught:
            console.ask(lines.show, 10)
        assert caught.value.device == console.device
