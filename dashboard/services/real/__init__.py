"""The services over the county's database, series and inventory: what the fakes beside them stand for.

`every.real_services` makes all of them, which takes most libraries; who needs one, as the process that starts the
others does, loads it alone.
"""
