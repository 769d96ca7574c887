"""What lies on the desk of center and operator: the queue, and about one fault everything that helps to decide."""
