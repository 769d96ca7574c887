"""People who sign in: accounts, passwords (argon2) and sessions."""
