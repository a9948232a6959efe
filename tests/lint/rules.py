"""The house rules. Each takes a Tree and yields Findings; CONTRIBUTING.md says why the rules are there."""

import re
from dataclasses import dataclass

import cpp_text

FLOORS = {
    'base': 0,
    'crypto': 1,
    'types': 2,
    'consensus': 3, 'contract': 3, 'wire': 3, 'io': 3,
    'net': 4, 'p2p': 4, 'ledger': 4,
    'rpc': 5, 'client': 5, 'audit': 5,
    'node': 6, 'datasource': 6,
    'cli': 7,
}
PURE = ('consensus', 'contract', 'wire')

LINE_COLUMNS_MAX = 100
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70

PURE_HEADERS = {
    'a thread or lock': r'thread|mutex|shared_mutex|condition_variable|atomic|future|semaphore|latch|barrier'
                        r'|stop_token|pthread\.h',
    'a clock': r'chrono|ctime|time\.h|sys/time\.h',
    'a socket or the system': r'sys/.*|netinet/.*|arpa/.*|netdb\.h|unistd\.h|fcntl\.h|boost/(asio|beast).*'
                              r'|openssl/.*',
    'randomness': r'random',
    'disk': r'fstream|filesystem|rocksdb/.*',
    'a log or terminal': r'iostream|ostream|print|cstdio|stdio\.h|spdlog/.*',
    'an unordered container': r'unordered_map|unordered_set|boost/unordered.*',
    'floating point': r'cmath|math\.h|cfloat|complex',
}
PURE_TOKENS = {
    'a thread or lock': r'std::(jthread|thread|mutex|shared_mutex|atomic\w*|async|lock_guard|scoped_lock'
                        r'|unique_lock|condition_variable\w*|call_once)\b|\bthread_local\b',
    'a clock': r'std::chrono\b|\b\w+_clock\b|\b(clock_gettime|gettimeofday)\b',
    'randomness': r'\b(random_bytes|random_fixed|randombytes_\w+|random_device|mt19937\w*)\b'
                  r'|\bSigningKey::generate\b',
    'the environment': r'\bgetenv\b',
    'a log or terminal': r'std::(cout|cerr|clog|printf|fprintf|puts)\b|\bspdlog::',
    'an unordered container': r'\bunordered_(multi)?(map|set)\b',
    'floating point': r'\b(float|double)\b',
}
HEAVY_HEADERS = re.compile(r'boost/(asio|beast)\b.*|boost/(asio|beast)\.hpp|rocksdb/.*')
UNFINISHED = re.compile(r'\b(' + '|'.join(('TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK')) + r')\b')
WORKPLACE = re.compile(r'(?<![\w.])/(?:home|root|work|Users)/\w')


@dataclass(frozen=True)
class Finding:
    rule: str
    path: str
    line: int
    message: str


def source_folder(path):
    """'crypto' for src/crypto/keys.h; None outside src/<folder>/."""
    parts = path.split('/')
    return parts[1] if len(parts) > 2 and parts[0] == 'src' else None


def layers(tree):
    """A folder includes only folders on lower floors, never one beside it."""
    for folder in tree.source_folders():
        if folder not in FLOORS:
            yield Finding('layers', f'src/{folder}', 0,
                          'has no floor; give it one in tests/lint/rules.py and in ARCHITECTURE.md')
    for path in tree.cpp():
        folder = source_folder(path)
        if folder not in FLOORS:
            continue
        for include in cpp_text.includes(tree.text(path)):
            top = include.path.split('/')[0]
            if top == 'generion' or include.path.startswith('google/protobuf'):
                if folder != 'wire' and FLOORS[folder] <= FLOORS['wire']:
                    yield Finding('layers', path, include.line,
                                  f'includes {include.path}; Protocol Buffers begin with src/wire')
            elif top in FLOORS and top != folder and FLOORS[top] >= FLOORS[folder]:
                yield Finding('layers', path, include.line,
                              f'includes {include.path} of floor {FLOORS[top]}; src/{folder} is on floor '
                              f'{FLOORS[folder]} and may include lower floors only')


def purity(tree):
    """consensus, contract and wire: everything that happens to them is an argument."""
    for path in tree.cpp():
        if source_folder(path) not in PURE:
            continue
        for include in cpp_text.includes(tree.text(path)):
            for what, pattern in PURE_HEADERS.items():
                if re.fullmatch(pattern, include.path):
                    yield Finding('purity', path, include.line,
                                  f'<{include.path}> brings {what} into a pure core; pass it in as an argument')
        code = cpp_text.without_comments_and_strings(tree.text(path))
        for number, line in enumerate(code.splitlines(), 1):
            if line.lstrip().startswith('#'):
                continue
            for what, pattern in PURE_TOKENS.items():
                found = re.search(pattern, line)
                if found:
                    yield Finding('purity', path, number,
                                  f'{found.group(0)} is {what} in a pure core; pass it in as an argument')


def _heavy_include(tree, path, seen):
    """The first include of `path` that brings in a heavy header, directly or by a header of ours not yet `seen`."""
    seen.add(path)
    for include in cpp_text.includes(tree.text(path)):
        own = f'src/{include.path}'
        if HEAVY_HEADERS.fullmatch(include.path):
            return include
        if tree.has(own) and own not in seen and _heavy_include(tree, own, seen):
            return include
    return None


def heavy_headers(tree):
    """Asio, Beast and RocksDB stay in .cpp files: each costs seconds in everything that includes it."""
    for path in tree.cpp():
        if source_folder(path) is None or not path.endswith('.h'):
            continue
        include = _heavy_include(tree, path, set())
        if include:
            yield Finding('heavy_headers', path, include.line,
                          f'<{include.path}> brings in Asio, Beast or RocksDB; hide it in the .cpp (a forward '
                          f'declaration, or an Impl class)')


def file_length(tree):
    for path in tree.cpp() + tree.python() + tree.typescript():
        lines = tree.text(path).count('\n')
        if lines > FILE_LINES_MAX:
            yield Finding('file_length', path, lines,
                          f'has {lines} lines; {FILE_LINES_MAX} are the limit: cut it by what its parts do')


def function_length(tree):
    for path in tree.cpp():
        for function in cpp_text.functions(tree.text(path)):
            if function.lines > FUNCTION_LINES_MAX:
                yield Finding('function_length', path, function.first_line,
                              f'a function of {function.lines} lines; {FUNCTION_LINES_MAX} are the limit')


def line_length(tree):
    for path in tree.cpp() + tree.typescript():
        for number, line in enumerate(tree.text(path).splitlines(), 1):
            # An include cannot be broken.
            if len(line) > LINE_COLUMNS_MAX and not line.startswith('#include'):
                yield Finding('line_length', path, number,
                              f'{len(line)} columns; {LINE_COLUMNS_MAX} are the limit')


def pragma_once(tree):
    for path in tree.cpp():
        if not path.endswith('.h'):
            continue
        code = cpp_text.without_comments_and_strings(tree.text(path)).split('\n')
        first = next((line for line in code if line.strip()), '')
        if first.strip() != '#pragma once':
            yield Finding('pragma_once', path, 1, 'the first line that is no comment has to be #pragma once')


def unfinished(tree):
    for path in tree.prose_and_code():
        for number, line in enumerate(tree.text(path).splitlines(), 1):
            found = UNFINISHED.search(line)
            if found:
                yield Finding('unfinished', path, number,
                              f'{found.group(0)}: do it, or write the limit down in docs')


def folder_readme(tree):
    for folder in tree.source_folders():
        if not tree.has(f'src/{folder}/README.md'):
            yield Finding('folder_readme', f'src/{folder}', 0,
                          'has no README.md with its purpose, entry header, invariants and threads')


def workplace_paths(tree):
    for path in tree.prose_and_code():
        for number, line in enumerate(tree.text(path).splitlines(), 1):
            found = WORKPLACE.search(line)
            if found:
                yield Finding('workplace_paths', path, number,
                              'names a folder of somebody\'s machine; make it relative or a placeholder')


def test_names(tree):
    """tests/unit/x/y_test.cpp tests src/x/y.h or src/x/y.cpp."""
    for path in tree.cpp():
        found = re.fullmatch(r'tests/unit/(\w+)/(?:.*/)?(\w+)_test\.cpp', path)
        if not found:
            continue
        folder, stem = found.groups()
        of_source = re.compile(rf'src/{folder}/(?:.*/)?{stem}\.(?:h|cpp)')
        if not any(of_source.fullmatch(source) for source in tree.cpp()):
            yield Finding('test_names', path, 1,
                          f'there is no src/{folder}/{stem}.h or .cpp; a test is named after what it tests')


ALL = (layers, purity, heavy_headers, file_length, function_length, line_length, pragma_once, unfinished,
       folder_readme, workplace_paths, test_names)
