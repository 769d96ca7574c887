"""A certificate for the twin's web servers, so that https answers as it does in life. Good for nothing else."""

import os
from datetime import timedelta
from pathlib import Path

from countynet import clock


def write_certificate(path: Path) -> None:
    """Write a new key with a self-signed certificate of 30 days, as one PEM file that only root reads."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key, now = ec.generate_private_key(ec.SECP256R1()), clock.now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "countynet twin")])
    certificate = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=30)
        )
    ).sign(key, hashes.SHA256())
    clear = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, clear)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem + certificate.public_bytes(serialization.Encoding.PEM))
