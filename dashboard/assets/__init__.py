"""The asset list of classified protection."""
