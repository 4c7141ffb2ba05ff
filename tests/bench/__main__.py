"""`python -m tests.bench [name…]`: run each bench, or those named, and let it print its table."""

import sys
from importlib import import_module

BENCHES = ("turns", "retrieval", "checker", "board", "mail", "kills")
LONG = ("box", "exports", "replay")  # only when named


def main(names: list[str]) -> int:
    """Run benches by name. Return 2 for an unknown one."""
    unknown = sorted(set(names) - set(BENCHES + LONG))
    if unknown:
        print(f"no bench named {', '.join(unknown)}; there are {', '.join(BENCHES + LONG)}", file=sys.stderr)
        return 2
    for name in names or BENCHES:
        import_module(f"tests.bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
