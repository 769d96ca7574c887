"""Sites for all units from what the county gives: made once, followed when names change, never taken away."""
