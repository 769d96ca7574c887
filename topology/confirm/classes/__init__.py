"""A few packets that cover every class of the proof, sent in the twin, and what the proof says against what was seen.

`posts` holds where packets can be sent and seen, `pieces` takes filters apart into what each rule decides, `candidates`
picks packets out of the proof's sets, `claims` says what the proof expects of each, `cover` keeps the fewest that cover
all classes. `marked` is their bytes, `ears` the sockets, `run` sends and notes, `compare` holds both traces together.
"""
