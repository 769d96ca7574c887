"""Filing a fault, the queue, and each fault's way to its end."""
