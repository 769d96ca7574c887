"""Unit tests of topology."""
