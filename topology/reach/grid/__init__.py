"""A second proof engine of another kind, to check the first: every set is a grid of cells in numpy.

`axis` cuts each header field where anybody names a boundary and joins what behaves alike, `named` says what is named,
`space` holds sets over destinations by (sources by services), `routes`, `filters` and `engine` read the configurations
by themselves, `compare` holds both engines' answers side by side. It shares the domains of `network` and the form of a
packet with the first engine: no set, no filter, no route.
"""
