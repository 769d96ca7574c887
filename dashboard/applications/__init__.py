"""The pages of applications: what the inventory describes, how each stands, and all that one description drives."""
