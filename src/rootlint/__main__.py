"""``python -m rootlint``."""

from rootlint.cli import main

main()
