"""Units' codes for reports without an account: shown, printed and renewed by the center."""
