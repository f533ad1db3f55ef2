"""The command line: ``netspike demo``, ``netspike doctor``, ``netspike models``, ``netspike warmup``."""

import argparse
import os
import sys
import time
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand.

    Parameters
    ----------
    arguments : sequence of str, optional
        What follows ``netspike`` on the command line; taken from there if None.

    Returns
    -------
    status : int
        0 if all went well, 1 if a problem was found or a call was refused.

    Examples
    --------
    >>> main(["doctor"])  # doctest: +SKIP
    netspike         0.1.0
    ...
    """
    from simcore.errors import NetspikeError

    chosen = _parser().parse_args(arguments)
    try:
        status = chosen.action(chosen)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # who reads, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except NetspikeError as error:
        print(f"netspike {chosen.command}: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    from netgraph.doctor import installed_version

    parser = argparse.ArgumentParser(prog="netspike", description="Design spiking networks as graphs and simulate them.")
    parser.add_argument(
        "--version", action="version", version=f"netspike {installed_version('netspike') or 'from its source folder'}"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    demo = commands.add_parser("demo", help="build, analyse, simulate and draw a network of three groups")
    demo.add_argument("--output", default="netspike-demo.png", metavar="FILE", help="picture to write (%(default)s)")
    demo.add_argument("--duration", type=float, default=1600.0, metavar="MS", help="simulated time in ms (%(default)s)")
    demo.add_argument("--seed", type=int, default=42, metavar="N", help="of the network and of the simulation (%(default)s)")
    demo.add_argument("--threads", type=int, default=None, metavar="N", help="threads to use (all cores)")
    demo.add_argument("--quiet", action="store_true", help="show no progress bar")
    demo.set_defaults(action=_demo)
    doctor = commands.add_parser("doctor", help="print versions, cores, MPI and cache, and name what is wrong")
    doctor.set_defaults(action=_doctor)
    models = commands.add_parser("models", help="list the models, or show the parameters of one")
    models.add_argument("name", nargs="?", help="model to show: what can be set, units, defaults and what can be recorded")
    models.set_defaults(action=_models)
    warmup = commands.add_parser("warmup", help="compile all models now, so that no simulation has to wait for it")
    warmup.set_defaults(action=_warmup)
    return parser


def _demo(chosen: argparse.Namespace) -> int:
    from netgraph.demo import main as run_demo

    run_demo(
        chosen.output,
        duration=chosen.duration,
        seed=chosen.seed,
        threads=chosen.threads,
        progress=False if chosen.quiet else None,
    )
    return 0


def _doctor(chosen: argparse.Namespace) -> int:
    from netgraph.doctor import examine

    report = examine()
    print(report)
    return 1 if report.problems else 0


def _models(chosen: argparse.Namespace) -> int:
    from simcore import devices, models, synapses
    from simcore.errors import UnknownNameError

    registries = (models.REGISTRY, synapses.REGISTRY, devices.REGISTRY)
    if chosen.name is None:
        print("\n\n".join("\n".join([f"{r.kind}s", *(f"  {r.summary(name)}" for name in r.names())]) for r in registries))
        return 0
    for registry in registries:
        if chosen.name in registry:
            print(registry.summary(chosen.name).partition(": ")[2], registry.get(chosen.name), sep="\n\n")
            return 0
    raise UnknownNameError("model", got=chosen.name, choices=[name for r in registries for name in r.names()])


def _warmup(chosen: argparse.Namespace) -> int:
    import simcore
    from netgraph.analysis import global_clustering
    from netgraph.demo import build_network
    from simcore.compile import cache_folder

    started = time.perf_counter()
    simcore.warmup(_say)
    _say("generators and metrics")
    global_clustering(build_network())
    print(f"compiled in {time.perf_counter() - started:.1f} s, kept in {cache_folder() or 'no folder: none can be written'}")
    return 0


def _say(name: str) -> None:
    print(f"compiling {name}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
