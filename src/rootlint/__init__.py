"""rootlint: a compliance linter for METRC integrations."""

__version__ = "0.1.0"
