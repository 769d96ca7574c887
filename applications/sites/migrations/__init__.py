"""Tables, as they grew."""
