"""The program `boilerstrip`, as `python -m boilerstrip` too; everything it does is in `cli`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; return the exit code."""
    try:
        from boilerstrip.cli import program
    except KeyboardInterrupt:
        return 130
    return program.run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
