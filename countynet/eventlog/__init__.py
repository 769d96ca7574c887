"""The event log as others can check it: a Merkle tree over the chain, signed checkpoints, and an archive in files."""
