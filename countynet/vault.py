"""Opens what Ansible Vault sealed (formats 1.1 and 1.2, AES256), without Ansible, whose library takes 7 MB and half a
second of every process that needs one secret.

Ansible still seals; a test holds the two together. The format (ansible-core, `lib/ansible/parsing/vault`): a header
line, then lines of hexadecimal digits that hold three further hexadecimal lines: salt, HMAC, ciphertext. PBKDF2 with
HMAC-SHA256 and 10,000 rounds makes of password and salt a key for AES-256 in counter mode, one for the HMAC-SHA256 of
the ciphertext, and the first counter. Refuses, before it deciphers anything, whatever that HMAC does not vouch for.
"""

import hashlib
import hmac
from binascii import unhexlify

HEADER = b"$ANSIBLE_VAULT"
_VERSIONS, _CIPHER = (b"1.1", b"1.2"), b"AES256"
_ROUNDS, _KEY, _BLOCK = 10_000, 32, 16


def opened(content: bytes, password: bytes) -> bytes:
    """Return the clear content of a vault. Raises ValueError for a wrong password, or another or an altered content."""
    salt, signature, hidden = _parts(content)
    derived = hashlib.pbkdf2_hmac("sha256", password, salt, _ROUNDS, 2 * _KEY + _BLOCK)
    key, signing, counter = derived[:_KEY], derived[_KEY : 2 * _KEY], derived[2 * _KEY :]
    if not hmac.compare_digest(hmac.digest(signing, hidden, "sha256"), signature):
        raise ValueError("the password is wrong, or the vault was altered")
    return _deciphered(key, counter, hidden)


def _parts(content: bytes) -> tuple[bytes, bytes, bytes]:
    header, *lines = content.strip().split(b"\n")
    name, version, cipher, *_label = *header.strip().split(b";"), b"", b""
    if name != HEADER or version not in _VERSIONS or cipher != _CIPHER:
        raise ValueError("this is no vault of a known form")
    inner = unhexlify(b"".join(lines).translate(None, b" \r\t"))
    salt, signature, hidden = (unhexlify(part) for part in inner.split(b"\n"))
    return salt, signature, hidden


def _deciphered(key: bytes, counter: bytes, hidden: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.padding import PKCS7

    decipher = Cipher(algorithms.AES(key), modes.CTR(counter)).decryptor()
    unpad = PKCS7(8 * _BLOCK).unpadder()
    return unpad.update(decipher.update(hidden) + decipher.finalize()) + unpad.finalize()
