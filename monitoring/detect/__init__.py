"""From answers to states: which line is down, which is behind something that is, and when we cannot know. Pure."""
