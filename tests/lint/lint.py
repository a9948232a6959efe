"""Checks the house rules: python3 tests/lint/lint.py [ROOT]. Exit code 1 and one line for each breach.

exceptions.txt lists what is allowed nevertheless, one a line: rule, path, reason. An exception that is no
longer needed is itself a breach.
"""

import os
import sys

import rules

SKIPPED_FOLDERS = {'build', 'node_modules', 'dist', 'demo-data', '__pycache__'}
KEPT_HIDDEN_FOLDERS = {'.ci'}
PROSE_AND_CODE = ('.h', '.cpp', '.py', '.sh', '.md', '.txt', '.cmake', '.proto', '.toml', '.ts', '.tsx', '.service')
EXCEPTIONS = 'tests/lint/exceptions.txt'


class Tree:
    """The files under a root, by path relative to it."""

    def __init__(self, root):
        self._root = root
        self._texts = {}
        self._paths = sorted(self._walk())

    def _walk(self):
        for folder, folders, files in os.walk(self._root):
            folders[:] = [name for name in folders
                          if name in KEPT_HIDDEN_FOLDERS
                          or name not in SKIPPED_FOLDERS and not name.startswith('.')]
            for name in files:
                yield os.path.relpath(os.path.join(folder, name), self._root)

    def has(self, path):
        return path in self._paths

    def text(self, path):
        if path not in self._texts:
            with open(os.path.join(self._root, path), encoding='utf-8') as file:
                self._texts[path] = file.read()
        return self._texts[path]

    def cpp(self):
        return [path for path in self._paths if path.endswith(('.h', '.cpp'))]

    def python(self):
        return [path for path in self._paths if path.endswith('.py')]

    def typescript(self):
        return [path for path in self._paths if path.endswith(('.ts', '.tsx'))]

    def prose_and_code(self):
        return [path for path in self._paths if path.endswith(PROSE_AND_CODE) or path in ('dev', '.ci/run')]

    def source_folders(self):
        return sorted({folder for path in self.cpp() if (folder := rules.source_folder(path))})


def exceptions(tree):
    """{(rule, path): line number} and the findings about the list itself."""
    allowed, findings = {}, []
    if not tree.has(EXCEPTIONS):
        return allowed, findings
    names = {rule.__name__ for rule in rules.ALL}
    for number, line in enumerate(tree.text(EXCEPTIONS).splitlines(), 1):
        if not line.strip() or line.startswith('#'):
            continue
        fields = line.split(None, 2)
        if len(fields) < 3 or fields[0] not in names:
            findings.append(rules.Finding('exceptions', EXCEPTIONS, number,
                                          'has to be: rule, path, reason; rules are ' + ', '.join(sorted(names))))
            continue
        allowed[fields[0], fields[1]] = number
    return allowed, findings


def check(root):
    """All findings, in the order of rules and paths."""
    tree = Tree(root)
    allowed, findings = exceptions(tree)
    used = set()
    for rule in rules.ALL:
        for finding in rule(tree):
            if (finding.rule, finding.path) in allowed:
                used.add((finding.rule, finding.path))
            else:
                findings.append(finding)
    for (rule, path), number in allowed.items():
        if (rule, path) not in used:
            findings.append(rules.Finding('exceptions', EXCEPTIONS, number,
                                          f'{rule} {path} is no longer needed: remove it'))
    return findings


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else '.'
    findings = check(root)
    for finding in findings:
        print(f'{finding.path}:{finding.line}: [{finding.rule}] {finding.message}')
    print(f'{len(findings)} breaches of the house rules' if findings else 'the house rules hold')
    return 1 if findings else 0


if __name__ == '__main__':
    sys.exit(main())
