"""What people said: every report of a fault by itself, the codes that let one report without an account, photographs."""
