"""Each house rule fails on a tree that breaks it and is silent on one that does not."""

import os
import tempfile
import unittest

import cpp_text
import lint

HEADER = '#pragma once\n'


def breaches(files, rule):
    """(path, line) of the findings of `rule` on a tree of these files."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, 'w', encoding='utf-8') as file:
                file.write(text)
        return [(found.path, found.line) for found in lint.check(root) if found.rule == rule]


class Layers(unittest.TestCase):
    def test_lower_floor_and_own_folder_are_fine(self):
        self.assertEqual(breaches({
            'src/types/a.cpp': '#include "types/a.h"\n#include "base/bytes.h"\n#include <vector>\n'}, 'layers'), [])

    def test_higher_floor(self):
        self.assertEqual(breaches({'src/base/a.h': HEADER + '#include "crypto/keys.h"\n'}, 'layers'),
                         [('src/base/a.h', 2)])

    def test_the_folder_beside(self):
        self.assertEqual(breaches({'src/contract/a.cpp': '\n#include <consensus/replica.h>\n'}, 'layers'),
                         [('src/contract/a.cpp', 2)])

    def test_a_folder_without_a_floor(self):
        self.assertEqual(breaches({'src/utils/a.h': HEADER}, 'layers'), [('src/utils', 0)])

    def test_protobuf_begins_with_wire(self):
        include = '#include "generion/v1/transaction.pb.h"\n'
        self.assertEqual(breaches({'src/contract/a.cpp': include}, 'layers'), [('src/contract/a.cpp', 1)])
        self.assertEqual(breaches({'src/wire/a.cpp': include, 'src/ledger/a.cpp': include}, 'layers'), [])

    def test_an_include_in_a_comment_is_none(self):
        self.assertEqual(breaches({'src/base/a.cpp': '// #include "cli/a.h"\n/*\n#include "cli/a.h"\n*/\n'},
                                  'layers'), [])


class Purity(unittest.TestCase):
    def test_banned_headers(self):
        for header in ('thread', 'mutex', 'atomic', 'chrono', 'sys/socket.h', 'random', 'iostream', 'fstream',
                       'spdlog/spdlog.h', 'unordered_map', 'boost/asio.hpp', 'rocksdb/db.h', 'cmath'):
            for folder in ('consensus', 'contract', 'wire'):
                path = f'src/{folder}/a.cpp'
                self.assertEqual(breaches({path: f'#include <{header}>\n'}, 'purity'), [(path, 1)], header)

    def test_banned_tokens(self):
        for code in ('std::mutex m;', 'std::jthread t;', 'auto t = std::chrono::seconds(1);',
                     'auto t = steady_clock::now();', 'std::unordered_set<int> s;', 'double x = 0;', 'float y;',
                     'auto b = crypto::random_bytes(4);', 'auto k = SigningKey::generate();',
                     'spdlog::info(1);', 'std::cerr << 1;', 'getenv(0);'):
            path = 'src/consensus/a.cpp'
            self.assertEqual(breaches({path: f'\n  {code}\n'}, 'purity'), [(path, 2)], code)

    def test_comments_strings_and_like_names_are_fine(self):
        self.assertEqual(breaches({'src/contract/a.cpp': (
            '#include <map>\n// a double vote, seen by steady_clock\nauto text = "double";\n'
            'int doubled = 1'"'"'000; bool floating_point;\n')}, 'purity'), [])

    def test_other_folders_may(self):
        self.assertEqual(breaches({'src/net/a.cpp': '#include <thread>\ndouble x;\n'}, 'purity'), [])


class HeavyHeaders(unittest.TestCase):
    def test_only_in_headers(self):
        for header in ('boost/asio/ip/tcp.hpp', 'boost/asio.hpp', 'boost/beast/http.hpp', 'rocksdb/db.h'):
            files = {'src/net/a.h': HEADER + f'#include <{header}>\n', 'src/net/a.cpp': f'#include <{header}>\n'}
            self.assertEqual(breaches(files, 'heavy_headers'), [('src/net/a.h', 2)], header)

    def test_by_a_header_of_ours(self):
        files = {'src/net/asio.h': HEADER + '#include <boost/asio.hpp>\n',
                 'src/net/a.h': HEADER + '#include <vector>\n#include "net/asio.h"\n',
                 lint.EXCEPTIONS: 'heavy_headers src/net/asio.h the folder\'s own list\n'}
        self.assertEqual(breaches(files, 'heavy_headers'), [('src/net/a.h', 3)])

    def test_an_exception_with_a_reason(self):
        files = {'src/net/a.h': HEADER + '#include <boost/asio/ip/tcp.hpp>\n',
                 lint.EXCEPTIONS: 'heavy_headers src/net/a.h it is the one that wraps sockets\n'}
        self.assertEqual(breaches(files, 'heavy_headers'), [])
        self.assertEqual(breaches(files, 'exceptions'), [])


class Exceptions(unittest.TestCase):
    def test_a_reason_is_needed(self):
        self.assertEqual(breaches({lint.EXCEPTIONS: '# why\n\nfile_length src/base/a.cpp\n'}, 'exceptions'),
                         [(lint.EXCEPTIONS, 3)])

    def test_a_known_rule_is_needed(self):
        self.assertEqual(breaches({lint.EXCEPTIONS: 'no_rule src/base/a.cpp because\n'}, 'exceptions'),
                         [(lint.EXCEPTIONS, 1)])

    def test_an_exception_no_longer_needed(self):
        self.assertEqual(breaches({lint.EXCEPTIONS: 'file_length src/base/a.cpp because\n',
                                   'src/base/a.cpp': 'int x;\n'}, 'exceptions'), [(lint.EXCEPTIONS, 1)])


class Lengths(unittest.TestCase):
    def test_file(self):
        self.assertEqual(breaches({'src/base/a.cpp': '\n' * 400}, 'file_length'), [])
        self.assertEqual(breaches({'src/base/a.cpp': '\n' * 401}, 'file_length'), [('src/base/a.cpp', 401)])
        self.assertEqual(breaches({'tests/a.py': '\n' * 401}, 'file_length'), [('tests/a.py', 401)])
        self.assertEqual(breaches({'web/src/a.ts': '\n' * 401}, 'file_length'), [('web/src/a.ts', 401)])
        self.assertEqual(breaches({'web/node_modules/a.ts': '\n' * 401}, 'file_length'), [])

    def test_line(self):
        self.assertEqual(breaches({'src/base/a.cpp': 'é' * 100 + '\n'}, 'line_length'), [])
        self.assertEqual(breaches({'src/base/a.cpp': '\n' + 'x' * 101 + '\n'}, 'line_length'),
                         [('src/base/a.cpp', 2)])

    def test_line_of_typescript(self):
        self.assertEqual(breaches({'web/a.ts': 'x' * 101 + '\n'}, 'line_length'), [('web/a.ts', 1)])
        self.assertEqual(breaches({'web/dist/a.d.ts': 'x' * 101 + '\n'}, 'line_length'), [])

    def test_function(self):
        def source(lines):
            return 'namespace a {\nint f(int x) {\n' + '  x += 1;\n' * (lines - 2) + '}\n}\n'
        self.assertEqual(breaches({'src/base/a.cpp': source(70)}, 'function_length'), [])
        self.assertEqual(breaches({'src/base/a.cpp': source(71)}, 'function_length'), [('src/base/a.cpp', 2)])

    def test_a_test_case_is_a_function(self):
        source = 'TEST_CASE("a {", "[b]") {\n' + '  CHECK(1);\n' * 70 + '}\n'
        self.assertEqual(breaches({'tests/unit/base/a_test.cpp': source}, 'function_length'),
                         [('tests/unit/base/a_test.cpp', 1)])


class Functions(unittest.TestCase):
    def spans(self, text):
        return [(f.first_line, f.last_line) for f in cpp_text.functions(text)]

    def test_members_are_apart_from_their_class(self):
        self.assertEqual(self.spans('class A : public B<int()> {\n  int f() const { return 1; }\n'
                                    '  void g() {\n    if (x) {\n    }\n  }\n  int y_ = 0;\n};\n'),
                         [(2, 2), (3, 6)])

    def test_a_function_that_returns_a_struct(self):
        self.assertEqual(self.spans('struct stat f(int x) {\n  return {};\n}\n'), [(1, 3)])

    def test_an_initializer_is_none(self):
        self.assertEqual(self.spans('constexpr int kX[] = {\n  1,\n  2};\n'), [])

    def test_macros_and_raw_strings(self):
        self.assertEqual(self.spans('#define X(a) \\\n  { a(\nvoid f() {\n  g(R"(} } {)", \'{\', "}");\n}\n'),
                         [(3, 5)])


class Files(unittest.TestCase):
    def test_pragma_once(self):
        self.assertEqual(breaches({'src/base/a.h': '// What it is.\n#pragma once\nint x;\n'}, 'pragma_once'), [])
        self.assertEqual(breaches({'src/base/a.h': '#include <vector>\n#pragma once\n'}, 'pragma_once'),
                         [('src/base/a.h', 1)])

    def test_unfinished(self):
        word = 'TO' + 'DO'
        self.assertEqual(breaches({'docs/a.md': f'a\n{word}: more\n'}, 'unfinished'), [('docs/a.md', 2)])
        self.assertEqual(breaches({'docs/a.md': f'{word}S, to do\n'}, 'unfinished'), [])

    def test_readme_of_a_source_folder(self):
        self.assertEqual(breaches({'src/base/a.h': HEADER}, 'folder_readme'), [('src/base', 0)])
        self.assertEqual(breaches({'src/base/a.h': HEADER, 'src/base/README.md': 'x'}, 'folder_readme'), [])

    def test_workplace_paths(self):
        path = '/' + 'home/ann/generion'
        self.assertEqual(breaches({'configs/a.toml': f'dir = "{path}"\n'}, 'workplace_paths'),
                         [('configs/a.toml', 1)])
        self.assertEqual(breaches({'docs/a.md': 'https://example.org/home/a and /var/lib/generion\n'},
                                  'workplace_paths'), [])

    def test_names_of_tests(self):
        test = 'tests/unit/base/hex_test.cpp'
        self.assertEqual(breaches({test: ''}, 'test_names'), [(test, 1)])
        self.assertEqual(breaches({test: '', 'src/base/hex.h': HEADER}, 'test_names'), [])
        self.assertEqual(breaches({test: '', 'src/base/text/hex.cpp': ''}, 'test_names'), [])
        self.assertEqual(breaches({test: '', 'src/crypto/hex.h': HEADER}, 'test_names'), [(test, 1)])

    def test_build_and_hidden_folders_are_not_read(self):
        self.assertEqual(breaches({'build/a.h': 'x', '.git/a.h': 'x'}, 'pragma_once'), [])


if __name__ == '__main__':
    unittest.main()
