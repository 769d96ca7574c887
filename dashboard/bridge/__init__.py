"""The exchange with other platforms, as the center sees it."""
