"""Runs clang-tidy on src/: python3 tests/lint/tidy.py --build DIR [--base REF] [--jobs N] [FOLDER...].

DIR is a configured build folder of GCC or Clang in which generion_proto has been built. With folders,
only src/FOLDER. With --base, only what differs from that commit (a changed header: its own .cpp and every file that
includes it by name). A file that passed is not looked at again until it, a header of this project that it includes,
or the configuration changes.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys

import cpp_text

CLANG_TIDY = 'clang-tidy-19'
# The compile commands are GCC's, which has warnings and precompiled headers that Clang does not know.
ARGUMENTS = ['--quiet', '--extra-arg=-Wno-unknown-warning-option', '--extra-arg=-Wno-ignored-gch']


def sources(build):
    """The compiled files of src/, relative to the current folder."""
    with open(os.path.join(build, 'compile_commands.json'), encoding='utf-8') as file:
        paths = (os.path.relpath(entry['file']) for entry in json.load(file))
        return sorted(path for path in paths if path.startswith('src/'))


def project_includes(path, seen=None):
    """The headers of src/ that `path` includes, directly or not."""
    seen = set() if seen is None else seen
    with open(path, encoding='utf-8') as file:
        for include in cpp_text.includes(file.read()):
            header = os.path.join('src', include.path)
            if header not in seen and os.path.isfile(header):
                seen.add(header)
                project_includes(header, seen)
    return seen


def changed_since(base):
    listing = subprocess.run(['git', 'diff', '--name-only', '--merge-base', base], capture_output=True,
                             text=True, check=True).stdout
    untracked = subprocess.run(['git', 'ls-files', '--others', '--exclude-standard'], capture_output=True,
                               text=True, check=True).stdout
    return set(listing.split('\n') + untracked.split('\n'))


def concerned(path, changed):
    if path in changed or re.sub(r'\.cpp$', '.h', path) in changed:
        return True
    with open(path, encoding='utf-8') as file:
        return any(os.path.join('src', include.path) in changed for include in cpp_text.includes(file.read()))


def fingerprint(path, configuration):
    digest = hashlib.sha256(configuration)
    for part in [path, *sorted(project_includes(path))]:
        with open(part, 'rb') as file:
            digest.update(part.encode() + b'\0' + file.read() + b'\0')
    return digest.hexdigest()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--build', required=True)
    parser.add_argument('--base')
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('folders', nargs='*')
    options = parser.parse_args()

    with open('.clang-tidy', 'rb') as file:
        configuration = file.read() + subprocess.check_output([CLANG_TIDY, '--version'])
    passed = os.path.join(options.build, 'tidy-passed')
    os.makedirs(passed, exist_ok=True)
    marks = {path: os.path.join(passed, fingerprint(path, configuration)) for path in sources(options.build)}
    paths = [path for path, mark in marks.items() if not os.path.exists(mark)]
    if options.folders:
        paths = [path for path in paths if path.split('/')[1] in options.folders]
    if options.base:
        changed = changed_since(options.base)
        paths = [path for path in paths if concerned(path, changed)]

    def run(path):
        return subprocess.run([CLANG_TIDY, '-p', options.build, *ARGUMENTS, path], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, check=False)

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        jobs = {pool.submit(run, path): path for path in paths}
        for number, job in enumerate(concurrent.futures.as_completed(jobs), 1):
            path, result = jobs[job], job.result()
            print(f'[{number}/{len(paths)}] {path}{"" if result.returncode == 0 else ": FAILED"}', flush=True)
            if result.returncode == 0:
                with open(marks[path], 'w', encoding='utf-8'):
                    pass
            else:
                failed += 1
                print(result.stdout or f'{CLANG_TIDY} ended with code {result.returncode}', flush=True)
    print(f'clang-tidy: {failed} of {len(paths)} files failed' if failed else
          f'clang-tidy: {len(paths)} files pass, {len(marks) - len(paths)} were left out')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
