"""Freeze periods: times in which no change begins.

`model` what a period is, read from the county's own file; `store` who let what begin in one nevertheless; `book` asks
whether something may begin now. This package imports nothing.
"""
