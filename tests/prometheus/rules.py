"""configs/prometheus/alerts.yml as data, by its own plain shape: no YAML library is needed."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ALERTS = ROOT / "configs" / "prometheus" / "alerts.yml"
METRIC = re.compile(r"\bgenerion_[a-z0-9_]+")


class Alert:
    def __init__(self, text):
        self.name = re.match(r"\S+", text).group()
        self.expression = re.search(r"\n {8}expr: (.*?)\n {8}\w+:", text, re.DOTALL).group(1)

        def field(name):
            found = re.search(rf"\n {{10}}{name}: (.+)", text)
            return found.group(1).strip('"') if found else ""
        self.severity, self.summary = field("severity"), field("summary")
        self.description, self.runbook = field("description"), field("runbook")

    @property
    def metrics(self):
        return set(METRIC.findall(self.expression))


def alerts():
    return [Alert(part) for part in ALERTS.read_text().split("      - alert: ")[1:]]


def anchors(page):
    """What `page#...` may name: its headings, as they are shown."""
    headings = re.findall(r"^#+ (.+)$", (ROOT / page).read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def page_metrics(page):
    """The metrics that a page names."""
    return set(METRIC.findall(page.read_text()))


def tool(name):
    """The path of a program of Prometheus; None if it is not there: `./dev setup` fetches it."""
    for folder in (ROOT / "build" / "tools", pathlib.Path("/usr/local/bin"), pathlib.Path("/usr/bin")):
        if (folder / name).exists():
            return folder / name
    return None
