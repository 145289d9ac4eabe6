"""The entry point: the grouped list of commands, and what becomes of errors."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Sequence

import click

from readiness._version import __version__
from readiness.cli import common
from readiness.errors import ReadinessError

# Name and one line of help under each heading; a command's module is imported when it runs.
COMMANDS: dict[str, dict[str, str]] = {
    "Read": {
        "scores": "The league table: scores and ranks, at any level of the tree.",
        "compare": "Countries side by side, down the tree.",
        "profile": "What a country's report says, as text or JSON.",
        "report": "Country reports as PDF or HTML.",
    },
    "Why": {
        "explain": "Where a score comes from; the gap between two countries.",
        "changes": "What changed between two editions, and why.",
        "robustness": "How sure the ranks are: ranges, bands, P(top 10).",
        "sensitivity": "What the ranks hang on: assumptions, parts, weights.",
    },
    "Plan": {
        "size": "What AI infrastructure takes: accelerators, MW, cost.",
        "moves": "The best feasible moves, and the peers that made them.",
        "simulate": "What if a figure were another: score, rank, range.",
    },
    "Data": {
        "indicators": "The indicators: coverage, sources, licences; or one in full.",
        "countries": "The countries: codes, names, groups.",
        "update": "Fetch figures anew from their sources; which ranks move.",
        "set": "Set one figure in place, with a remark.",
        "import": "Figures from a table; an index from COINr or COIN Tool.",
    },
    "Own index": {
        "init": "Write an index folder to start from.",
        "add": "Write a new indicator file.",
        "check": "Check an index folder; all problems at once.",
        "audit": "Audit a framework: coherence, weights, robustness, data.",
        "frameworks": "The frameworks; or two of them side by side.",
    },
    "Publish": {
        "site": "The explorer: a static web site of the index.",
        "export": "Figures, scores and sources in every format at once.",
        "edition": "Freeze an index with all that made it.",
        "verify": "Score a report or an edition again, and compare.",
    },
}
# A word of Python's own cannot name a module.
MODULES = {"import": "importing"}


class Commands(click.Group):
    """A group that lists its commands under headings and loads one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help."""
        return [name for names in COMMANDS.values() for name in names]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command's module."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = MODULES.get(cmd_name, cmd_name)
        command: click.Command = importlib.import_module(f"readiness.cli.{module}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under their headings."""
        for heading, commands in COMMANDS.items():
            with formatter.section(heading):
                formatter.write_dl(list(commands.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Look a command up; name the nearest where there is none."""
        if args and args[0] not in self.list_commands(ctx):
            from readiness.errors import did_you_mean

            hint = did_you_mean(args[0], self.list_commands(ctx)) or "`readiness --help` lists them"
            raise ReadinessError(f"unknown command {args[0]!r}", hint)
        return super().resolve_command(ctx, args)


_NEXT = """\
readiness measures how ready each country is to run AI on its own terms.

  readiness scores --top 10            the league table
  readiness compare Kenya Rwanda       countries side by side
  readiness report Kenya               a PDF report, KEN.pdf
  readiness explain Kenya              where its score comes from
  readiness size Kenya                 what AI infrastructure takes there
  readiness moves Kenya                what would raise it, as its peers did
  readiness site --serve               the explorer in the browser
  readiness indicators                 what is measured, and from which sources
  readiness init my-index              an index of your own

All commands: readiness --help. One of them: readiness scores --help.
"""


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.version_option(__version__, "-V", "--version", message="readiness %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Measure how ready each country is to run AI on its own terms."""
    if context.invoked_subcommand is None:
        click.echo(_NEXT, nl=False)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code.

    0: done. 1: some of the work failed, the rest was done and is listed. 2: the input or
    the call is wrong and nothing was written.
    """
    if sys.stdout is None:  # closed by the caller: `>&-`
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        _refuse_unprintable(words)
        code = cli.main(words, prog_name="readiness", standalone_mode=False)
        sys.stdout.flush()
    except ReadinessError as error:
        code = _say(str(error))
    except click.UsageError as error:
        message = error.format_message()
        if error.ctx:  # click ends some of its messages in a full stop, and some not
            message = f"{message.rstrip('.')}. {error.ctx.command_path} --help shows how."
        code = _say(message)
    except click.ClickException as error:
        code = _say(error.format_message())
    except (click.Abort, KeyboardInterrupt):
        code = _say("stopped") and 130
    except BrokenPipeError:
        common.mute()  # the reader (`| head`) has what it wanted
        code = 0
    except OSError as error:
        common.mute()
        code = _say(f"stopped by the system: {error.strerror or error}")
    sys.exit(code or 0)


def _refuse_unprintable(words: Sequence[str]) -> None:
    """Refuse what neither names a file nor can be printed again: NUL, and bytes that are not UTF-8."""
    for word in words:
        if "\0" in word:
            raise ReadinessError("a NUL character is not allowed in a command")
        if any("\ud800" <= letter <= "\udfff" for letter in word):
            raise ReadinessError(f"{word[:60]!a} is not UTF-8", "Rename the file")


def _say(message: str) -> int:
    """Print an error to stderr; return exit code 2."""
    with contextlib.suppress(OSError):
        click.echo(message, err=True)
    return 2
