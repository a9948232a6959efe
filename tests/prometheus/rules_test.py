"""The alerts say all that somebody who is woken up needs, and the pages that they name are there."""
import re
import unittest

import rules

TROUBLES = re.compile(r'return "([A-Z_]+)";')
HEALTH_PAGE = "docs/operators/health.md"


class RulesTest(unittest.TestCase):
    def test_each_alert_is_complete(self):
        alerts = rules.alerts()
        self.assertGreater(len(alerts), 20)
        self.assertEqual(len({alert.name for alert in alerts}), len(alerts))
        for alert in alerts:
            with self.subTest(alert=alert.name):
                self.assertIn(alert.severity, ("critical", "warning"))
                self.assertTrue(alert.summary and alert.description and alert.expression)
                page, anchor = alert.runbook.split("#")
                self.assertIn(anchor, rules.anchors(page))
                self.assertTrue(alert.metrics or "up{" in alert.expression)

    def test_each_alert_stands_on_the_page(self):
        page = (rules.ROOT / HEALTH_PAGE).read_text()
        for alert in rules.alerts():
            self.assertIn(f"`{alert.name}`", page)

    def test_each_alert_is_raised_by_a_test(self):
        tested = (rules.ROOT / "tests" / "prometheus" / "alerts_test.yml").read_text()
        for alert in rules.alerts():
            self.assertIn(alert.name, tested)

    def test_each_trouble_has_its_section(self):
        source = (rules.ROOT / "src" / "rpc" / "health.cpp").read_text()
        troubles = TROUBLES.findall(source)
        self.assertEqual(len(troubles), 15)
        self.assertEqual({trouble.lower() for trouble in troubles} - rules.anchors(HEALTH_PAGE), set())


if __name__ == "__main__":
    unittest.main()
