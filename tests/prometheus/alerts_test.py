"""promtool's checks of configs/prometheus and the tests of its rules. Ends with 77, "skipped", where promtool is not
there: `./dev setup` fetches it."""
import pathlib
import subprocess
import sys

import rules

HERE = pathlib.Path(__file__).resolve().parent
CONFIGS = rules.ROOT / "configs" / "prometheus"
SKIPPED = 77


def main():
    promtool = rules.tool("promtool")
    if promtool is None:
        print("promtool is not there; ./dev setup fetches it")
        return SKIPPED
    for arguments in (("check", "rules", CONFIGS / "alerts.yml"), ("check", "config", CONFIGS / "prometheus.yml"),
                      ("test", "rules", HERE / "alerts_test.yml")):
        done = subprocess.run([promtool, *arguments], cwd=HERE, check=False, timeout=60)
        if done.returncode != 0:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
