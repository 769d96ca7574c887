"""What would mend a failed check, and the button that has it planned."""
