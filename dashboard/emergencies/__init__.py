"""Emergency plans in the web: start one, carry its steps, end it, drill it, print its log for the review."""
