"""The page of filter rules that do nothing or too much."""
