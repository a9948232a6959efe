#include "cli/terminal/table.h"

#include <catch2/catch.hpp>

namespace generion::cli {
namespace {

TEST_CASE("width on screen counts columns, not bytes") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("Łukasz") == 6);
  CHECK(display_width("Jose\u0301") == 4);  // e and a combining accent
  CHECK(display_width("山田") == 4);
  CHECK(display_width("محمد") == 4);
  CHECK(display_width("\xff") == 1);
}

TEST_CASE("columns align whatever the script") {
  Table table({{"NAME"}, {"ID", Align::right}});
  table.add({"Łukasz", "7"});
  table.add({"山田", "1234"});
  table.add({"Jose\u0301 O'Neill", "56"});
  CHECK(table.text() ==
        "NAME            ID\n"
        "Łukasz           7\n"
        "山田          1234\n"
        "Jose\u0301 O'Neill    56\n");
}

TEST_CASE("no blanks at line ends, nothing for no rows") {
  Table table({{"A"}, {"LONG TITLE"}});
  CHECK(table.text().empty());
  table.add({"x", ""});
  CHECK(table.text() == "A  LONG TITLE\nx\n");
}

TEST_CASE("other people's text cannot move the cursor or turn the line around") {
  CHECK(printable("plain é 山") == "plain é 山");
  CHECK(printable("\x1b[31mred") == "\\x1b[31mred");
  CHECK(printable("a\nb\tc\r\x7f") == "a\\x0ab\\x09c\\x0d\\x7f");
  CHECK(printable("\xc2\x9b") == "\\xc2\\x9b");           // the one-byte CSI of C1
  CHECK(printable("\u202Egnp") == "\\xe2\\x80\\xaegnp");  // right-to-left override
  CHECK(printable("\xff\xfe") == "\\xff\\xfe");
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // a surrogate

  Table table({{"NAME"}});
  table.add({"\x1b]0;owned\x07"});
  CHECK(table.text() == "NAME\n\\x1b]0;owned\\x07\n");
}

TEST_CASE("fields stand below each other") {
  CHECK(field_lines({{"id", "7"}, {"chain id", "\x1b"}}) == "id        7\nchain id  \\x1b\n");
}

}  // namespace
}  // namespace generion::cli
