"""One cipher for many messages gives what a cipher for each message gives, in whatever order they come."""

from concurrent.futures import ThreadPoolExecutor

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.snmp.feedback import Feedback

VECTOR = st.binary(min_size=16, max_size=16)
MESSAGES = st.lists(st.tuples(st.booleans(), VECTOR, st.binary(max_size=70)), min_size=1, max_size=12)


@settings(max_examples=25)
@given(key=st.sampled_from((16, 24, 32)).flatmap(lambda n: st.binary(min_size=n, max_size=n)), messages=MESSAGES)
def test_every_message_is_what_the_standard_cipher_makes_of_it(
    key: bytes, messages: list[tuple[bool, bytes, bytes]]
) -> None:
    ours = Feedback(key)
    for enciphers, vector, text in messages:
        theirs = Cipher(algorithms.AES(key), CFB(vector))
        if enciphers:
            assert ours.encrypt(vector, text) == theirs.encryptor().update(text)
        else:
            assert ours.decrypt(vector, text) == theirs.decryptor().update(text)


def test_an_example_of_the_standard() -> None:
    key = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
    clear = bytes.fromhex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51")
    hidden = bytes.fromhex("3b3fd92eb72dad20333449f8e83cfb4ac8a64537a0b3a93fcde3cdad9f1ce58b")  # SP 800-38A, F.3.13
    assert Feedback(key).encrypt(bytes(range(16)), clear) == hidden
    assert Feedback(key).decrypt(bytes(range(16)), hidden) == clear


def test_threads_that_share_a_key_do_not_meet_in_its_state() -> None:
    key, text = bytes(16), bytes(range(256)) * 200  # so long that the library lets other threads run meanwhile
    ours = Feedback(key)

    def work(number: int) -> bool:
        vector = bytes([number]) * 16
        hidden = Cipher(algorithms.AES(key), CFB(vector)).encryptor().update(text)
        return all(ours.encrypt(vector, text) == hidden and ours.decrypt(vector, hidden) == text for _each in range(40))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))
