"""How commands read what was typed: a parser with the exit status in its help."""

from __future__ import annotations

import argparse

from core.commands.exit_codes import EXIT_CODES


def plain_command_line(name: str, does: str) -> argparse.ArgumentParser:
    """The parser of a command that runs nobody's code."""
    return argparse.ArgumentParser(
        prog=f"netloom {name}",
        description=does,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
