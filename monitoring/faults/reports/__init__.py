"""What people said: each report by itself, the codes that let one report without an account, photographs."""
