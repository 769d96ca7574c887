"""Work windows: when an approved plan is applied by itself.

`model` what a window is and the rules; `store` its table; `book` what people do with windows and what the worker's
clockwork does when one opens. This package imports nothing.
"""
