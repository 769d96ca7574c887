"""The public report: without an account, from a telephone, while the line is down."""
