"""Tokens by which other systems use the API: made, listed, taken back."""
