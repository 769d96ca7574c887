"""The pages of plans: the list, one plan with its steps, approval, and the live log of its apply."""
