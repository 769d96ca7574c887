"""The desk of center and operator: the queue, what faults have to do with each other, the visit, the repair order."""
