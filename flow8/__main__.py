"""The command line: `python -m flow8 COMMAND`, which `flow8core` runs."""

from flow8.cli import main

if __name__ == "__main__":
    main()
