"""The command ``python -m simcore``: start a script on several ranks."""

import argparse
import sys
from collections.abc import Sequence

from simcore.errors import NetspikeError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m simcore")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="start a script on several ranks with MPI")
    run.add_argument("-n", type=_positive, default=2, metavar="RANKS", help="number of ranks (default 2)")
    run.add_argument("--threads", type=_positive, help="threads of each rank, where the script does not say")
    run.add_argument("script", nargs=argparse.REMAINDER, help="script and its arguments")
    given = parser.parse_args(arguments)
    if not given.script:
        run.error("which script?")
    from simcore.launch import launch

    try:
        return launch(given.script, n=given.n, threads=given.threads)
    except NetspikeError as error:
        print(error, file=sys.stderr)
        return 2


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"got {text}, expected a whole number >= 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
