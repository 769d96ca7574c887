"""AES in cipher feedback mode (CFB128, NIST SP 800-38A 6.3) for many messages under one key; RFC 3826 asks for it.

Making a cipher for each message costs several times what enciphering it costs. In this mode the state is the last block
of ciphertext and nothing else, so one cipher serves for ever: before each message it is led through a block that leaves
the message's initial vector as its state. What comes out is the same, octet by octet; a test holds them together.
One message at a time: keys are shared, and threads wait for each other.
"""

from threading import Lock

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

try:
    from cryptography.hazmat.decrepit.ciphers.modes import CFB
except ImportError:  # before cryptography 47
    from cryptography.hazmat.primitives.ciphers.modes import CFB

BLOCK = 16
_ZERO = bytes(BLOCK)


class Feedback:
    """Enciphers and deciphers under one key of 16, 24 or 32 octets; an initial vector has 16."""

    __slots__ = ("_decipher", "_encipher", "_lock", "_state")

    def __init__(self, key: bytes) -> None:
        cipher = Cipher(algorithms.AES(key), CFB(_ZERO))
        self._decipher, self._encipher = cipher.decryptor().update, cipher.encryptor().update
        self._lock = Lock()
        self._state = _ZERO
        """of the enciphering side: the last block that it gave out"""

    def decrypt(self, vector: bytes, hidden: bytes) -> bytes:
        """Return the clear text. Deciphering a block leaves that block as the state, so the vector goes before."""
        size = len(hidden)
        whole = b"".join((vector, hidden, bytes(-size % BLOCK)))
        with self._lock:
            return self._decipher(whole)[BLOCK : BLOCK + size]

    def encrypt(self, vector: bytes, clear: bytes) -> bytes:
        """Return the ciphertext. What is enciphered first is the block that comes out as the vector.

        Enciphering is exclusive or with the enciphered state, which deciphering zeros behind that state gives.
        """
        size = len(clear)
        with self._lock:
            stream = self._decipher(self._state + _ZERO)[BLOCK:]
            first = (int.from_bytes(stream) ^ int.from_bytes(vector)).to_bytes(BLOCK)
            out = self._encipher(b"".join((first, clear, bytes(-size % BLOCK))))
            self._state = out[-BLOCK:]
        return out[BLOCK : BLOCK + size]
