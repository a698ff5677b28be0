"""The version of the platform, which a package's `requires: {tenon: ...}` is checked against."""

PLATFORM_VERSION = "1.0.0"
