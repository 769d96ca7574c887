"""Jinja's templates kept compiled in memory, as each test makes an application of its own."""

from jinja2.bccache import Bucket, BytecodeCache


class Compiled(BytecodeCache):
    """Templates compiled once for all tests; they are told apart by name and content."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()
