"""What is watched of each device, what it says of itself, and what is cabled otherwise than the inventory says."""
