"""The same polling and watching as tasks that several workers share, for more counties than one machine carries.

Celery carries the tasks, Redis is its broker and holds what lasts seconds: who works on what (`leases`), the last
readings that rates are taken from (`handover`). Nothing that must last is in Redis: samples are in the series store,
everything else in PostgreSQL. What is promised, and tried in `tests/twin/test_scale.py` with workers that are killed:

- a lost worker's devices are polled by another within one cycle, and its watch over a county goes on elsewhere;
- no sample is there twice, however often a task is delivered: a sample is named by slot and interface;
- without Redis, watching by ping goes on where it runs; polls pause and are not made up for.
"""
