#include "sequence.h"

#include <fmt/core.h>

#include <charconv>
#include <sstream>

namespace generion::contract::model {
namespace {

// Numbers of labels that nothing was made under begin here.
constexpr std::uint64_t kNowhere = 1'000'000'000;

Bytes filled(std::size_t size, Value value) {
  Bytes out(size, value.letter);
  out.back() = static_cast<char>(value.number);
  return out;
}

std::string text_of(Value value) {
  return fmt::format("{}{}", value.letter, value.number);
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

std::optional<Value> parse_value(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  const auto number = parse_number(text.substr(1));
  return number ? std::optional(Value{text.front(), *number}) : std::nullopt;
}

std::optional<Step> parse_step(std::istringstream& words) {
  Step out;
  if (!(words >> out.operation)) return std::nullopt;
  for (std::string word; words >> word;) {
    const std::size_t sign = word.find('=');
    if (sign == std::string::npos) return std::nullopt;
    const auto value = parse_value(std::string_view(word).substr(sign + 1));
    if (!value) return std::nullopt;
    out.arguments.push_back({word.substr(0, sign), *value});
  }
  return out;
}

bool parse_idle(std::istringstream& words, Block& out) {
  std::string number;
  words >> number;
  const auto parsed = parse_number(number);
  out.idle = parsed.value_or(0);
  return parsed.has_value();
}

// One line into the sequence; false: it is no such line.
bool parse_line(const std::string& line, Sequence& out) {
  std::istringstream words(line);
  std::string first;
  if (!(words >> first)) return true;
  if (first == "setup" || first == "block") {
    std::string number;
    words >> number;
    const auto parsed = parse_number(number);
    if (!parsed) return false;
    if (first == "setup") {
      out.setup = *parsed;
      return true;
    }
    out.blocks.push_back({*parsed, 0, {}});
    return !(words >> first) || (first == "idle" && parse_idle(words, out.blocks.back()));
  }
  if (out.blocks.empty()) return false;
  auto& transactions = out.blocks.back().transactions;
  if (first != "+") {
    if (first.back() != ':') return false;
    const auto sender = parse_value(std::string_view(first).substr(0, first.size() - 1));
    if (!sender) return false;
    transactions.push_back({*sender, {}});
  }
  auto step = parse_step(words);
  if (!step || transactions.empty()) return false;
  transactions.back().steps.push_back(std::move(*step));
  return true;
}

}  // namespace

PublicKey key_of(Value value) {
  return *PublicKey::from(filled(PublicKey::kSize, value));
}

Value name_of(const PublicKey& key) {
  return {static_cast<char>(key.data()[0]), key.data()[PublicKey::kSize - 1]};
}

ReaderKey reader_key_of(Value value) {
  return *ReaderKey::from(filled(ReaderKey::kSize, value));
}

Lock lock_of(Value value) {
  return *Lock::from(filled(Lock::kSize, value));
}

std::optional<Value> Step::find(std::string_view name) const {
  for (const Argument& argument : arguments) {
    if (argument.name == name) return argument.value;
  }
  return std::nullopt;
}

std::vector<Value> Step::all(std::string_view name) const {
  std::vector<Value> out;
  for (const Argument& argument : arguments) {
    if (argument.name == name) out.push_back(argument.value);
  }
  return out;
}

std::uint64_t Step::number(std::string_view name, std::uint64_t otherwise) const {
  const auto value = find(name);
  return value ? value->number : otherwise;
}

Step& Step::add(std::string_view name, Value value) {
  arguments.push_back({std::string(name), value});
  return *this;
}

std::size_t count_steps(const Sequence& sequence) {
  std::size_t out = 0;
  for (const Block& block : sequence.blocks) {
    for (const SignedSteps& transaction : block.transactions) out += transaction.steps.size();
  }
  return out;
}

std::string print(const Sequence& sequence) {
  std::string out = fmt::format("setup {}\n", sequence.setup);
  for (const Block& block : sequence.blocks) {
    out += fmt::format("block {}", block.milliseconds);
    out += block.idle > 0 ? fmt::format(" idle {}\n", block.idle) : "\n";
    for (const SignedSteps& transaction : block.transactions) {
      std::string start = text_of(transaction.sender) + ": ";
      for (const Step& step : transaction.steps) {
        out += start + step.operation;
        for (const Argument& argument : step.arguments) {
          out += fmt::format(" {}={}", argument.name, text_of(argument.value));
        }
        out += '\n';
        start = "  + ";
      }
    }
  }
  return out;
}

std::optional<Sequence> parse(std::string_view text) {
  Sequence out;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (!parse_line(line, out)) return std::nullopt;
  }
  return out;
}

std::uint64_t Labels::id_of(Value label) const {
  if (label.number == 0) return 0;
  const auto found = ids_.find({label.letter, label.number});
  return found != ids_.end() ? found->second : kNowhere + label.number;
}

Value Labels::label_of(char letter, std::uint64_t id) const {
  const auto found = labels_.find({letter, id});
  return {letter, found != labels_.end() ? found->second : 0};
}

void Labels::put(Value label, std::uint64_t id) {
  ids_[{label.letter, label.number}] = id;
  labels_[{label.letter, id}] = label.number;
}

}  // namespace generion::contract::model
