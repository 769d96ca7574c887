"""Who repairs what, who is on duty, and who is the right one for a fault, with the reason."""
