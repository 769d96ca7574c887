"""The few packets that cover every class of the proof."""
