"""Run the command line as ``python -m yngis``."""

from yngis.cli import main

main()
