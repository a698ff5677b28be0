"""Bundled plugins: each is a registered extension and the example for a stranger's."""
