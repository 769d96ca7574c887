"""Coming in and going out, the account, and the reader's preferences."""
