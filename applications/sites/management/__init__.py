"""Commands of the application for `manage`."""
