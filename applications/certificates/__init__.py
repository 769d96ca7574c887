"""Security authentication: the county's certificate authority, time stamps, seals and sign-on, on one host.

Two processes under two accounts. The keeper holds every private key, the register of certificates and the journal; it
listens on a Unix socket alone and does nothing for a request whose approver is its requester. The web process has the
pages, the people and the requests; it holds no key of the authority, so whoever breaks into it can ask the keeper for
what the journal then shows, but carries no key away. Nothing here imports countynet: it runs on a server host from the
wheels of `playbooks/applications/kinds/certificates/requirements.lock` alone.

What it refuses: SM2 (OpenSSL 3 of Debian 12 signs with it but refuses it in TLS, Python's cryptography refuses it
altogether; docs/ceremony.md), RSA below 2048 bits, SHA-1.
"""
