"""The pages of backups: what each device ran when, what changed, and the way back."""
