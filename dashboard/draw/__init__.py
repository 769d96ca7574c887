"""Curves and axes as SVG paths: pure functions of numbers."""
