"""Tests of playbooks without a network."""
