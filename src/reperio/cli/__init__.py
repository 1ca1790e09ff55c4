"""The command line: `reperio`. One module a group of commands, no logic of its own.

Exit codes: 0 all is well; 1 something failed or nothing was found; 2 the call or the settings are wrong;
130 interrupted by Ctrl-C; 143 told to stop by SIGTERM.
"""

from __future__ import annotations

import sys

from reperio.cli.app import app
from reperio.cli.console import complain
from reperio.cli.stopping import STOPPED
from reperio.errors import ConfigError, ReperioError

__all__ = ["main"]

INTERRUPTED = 130
"""Exit code after Ctrl-C."""


def main() -> None:
    """Run the command line; errors of ours become one sentence and an exit code."""
    try:
        app()
    except ConfigError as error:
        complain(error)
        sys.exit(2)
    except ReperioError as error:
        complain(error)
        sys.exit(1)
    except SystemExit as stopped:
        if stopped.code in {INTERRUPTED, STOPPED}:
            sys.stderr.write("\nInterrupted. What was committed is kept; the same command goes on from there.\n")
        raise
