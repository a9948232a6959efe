#include "cli/terminal/prompt.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/limits.h"

namespace generion::cli {
namespace {

Error with_advice(Error error) {
  if (error.code != Code::usage) return error;
  error.message +=
      "; give --passphrase-file or --passphrase-fd for a passphrase, --phrase-file for a phrase, "
      "and --yes for a confirmation";
  return error;
}

}  // namespace

Result<crypto::SecretBytes> ask_secret_on_terminal(std::string_view question) {
  auto secret = crypto::ask_secret(question);
  if (!secret) return fail(with_advice(std::move(secret.error())));
  return secret;
}

Result<std::string> ask_line_on_terminal(std::string_view question) {
  const auto terminal = crypto::open_terminal();
  if (!terminal) return fail(with_advice(terminal.error()));
  const std::string text = fmt::format("{} ", question);
  if (::write(terminal->get(), text.data(), text.size()) < 0) {
    return fail(with_advice({Code::usage, "there is no terminal to ask on"}));
  }
  std::string line;
  char c = 0;
  while (line.size() < limits::kSecretInputBytesMax && ::read(terminal->get(), &c, 1) == 1) {
    if (c == '\n') return line;
    line += c;
  }
  return fail(Code::cancelled, "the input ended at the question");
}

}  // namespace generion::cli
