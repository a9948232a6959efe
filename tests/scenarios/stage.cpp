#include "stage.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "message_parts.h"
#include "trace.h"

namespace generion::scenarios {
namespace {

constexpr std::uint64_t kSettleMs = 10;
constexpr std::string_view kJournalled = "has journalled";

template <class Left, class Right>
bool is_any_or(const std::optional<Left>& wanted, const Right& given) {
  return !wanted || wanted == given;
}

std::string names_of(const std::vector<std::size_t>& members) {
  std::string out;
  for (const std::size_t member : members) out += " " + name_of(member);
  return out;
}

bool is_hash(std::string_view word) {
  return word.size() == 6 && std::all_of(word.begin(), word.end(), [](unsigned char c) {
           return std::isdigit(c) != 0 || (c >= 'a' && c <= 'f');
         });
}

}  // namespace

std::string name_of(std::size_t member) {
  return {static_cast<char>('A' + member)};
}

bool Matcher::matches(std::size_t sender, std::size_t receiver, const Message& message) const {
  return is_any_or(from, sender) && is_any_or(to, receiver) &&
         is_any_or(kind, sim::kind_of(message)) && is_any_or(view, sim::view_of(message)) &&
         is_any_or(height, sim::height_of(message));
}

Stage::Stage(const sim::Plan& plan)
    : network_(plan, [this] {
        sim::Trace trace;
        trace.listen([this](const sim::Trace::Line& line) { on_line(line); });
        return trace;
      }()) {
  network_.filter([this](std::size_t from, std::size_t to, const Message& message) {
    return on_message(from, to, message);
  });
}

void Stage::begin() {
  network_.begin();
  run(kSettleMs);
  started_ms_ = now_ms();
  take_trace();
}

void Stage::cut_off(std::size_t member) {
  cut_.insert(member);
  network_.cut_off(member);
}

void Stage::heal() {
  dropped_.clear();
  cut_.clear();
  network_.heal();
}

void Stage::release() {
  held_.clear();
  for (const Held& one : std::exchange(waiting_, {})) {
    sim::Machine* machine = network_.machine_of(one.from);
    if (machine != nullptr) network_.send_to(*machine, world().key(one.to), one.message);
  }
}

void Stage::say_as(std::size_t from, const std::vector<std::size_t>& to, const Message& message) {
  const Message said = world().signers[from].sign(message, world().members.chain);
  for (const std::size_t receiver : to) network_.say_as(from, receiver, said);
}

bool Stage::on_message(std::size_t from, std::size_t to, const Message& message) {
  learn_hashes(message);
  if (!sending_ || sending_->at_ms != now_ms() || sending_->from != from ||
      sending_->message != message) {
    tell_sending();
    sending_ = Sending{now_ms(), from, message, {}, {}, {}};
  }
  const auto is_among = [&](const std::vector<Matcher>& matchers) {
    return std::any_of(matchers.begin(), matchers.end(),
                       [&](const Matcher& matcher) { return matcher.matches(from, to, message); });
  };
  if (cut_.contains(from) || cut_.contains(to) || is_among(dropped_)) {
    sending_->lost.push_back(to);
    return false;
  }
  if (is_among(held_)) {
    sending_->held.push_back(to);
    waiting_.push_back({from, to, message});
    return false;
  }
  sending_->to.push_back(to);
  return true;
}

void Stage::learn_hashes(const Message& message) {
  const auto learn = [this](const Hash& hash) { hashes_.try_emplace(sim::short_hash(hash), hash); };
  std::visit(
      [&](const auto& held) {
        if constexpr (requires { held.batch; }) {
          learn(batch_digest(world().members.chain, held.batch));
        } else if constexpr (requires { held.digest; }) {
          learn(held.digest);
        } else if constexpr (requires { held.seal; }) {
          learn(held.seal.block_hash);
        }
      },
      message);
}

std::optional<Hash> Stage::hash_called(const std::string& label) const {
  for (const auto& [digits, name] : labels_) {
    const auto found = hashes_.find(digits);
    if (name == label && found != hashes_.end()) return found->second;
  }
  return std::nullopt;
}

// Messages are told when they are sent.
void Stage::on_line(const sim::Trace::Line& line) {
  if (!line.to.empty()) return;
  tell_sending();
  if (line.text.starts_with(kJournalled) && hidden_.contains("journal")) return;
  if (hidden_.contains(line.text.substr(0, line.text.find(' ')))) return;
  tell(line.at_ms, line.from, "", line.text);
}

void Stage::tell_sending() {
  if (!sending_) return;
  const Sending sending = *std::exchange(sending_, std::nullopt);
  if (hidden_.contains(std::string(sim::kind_of(sending.message)))) return;
  if (sending.to.empty() && sending.held.empty()) {
    const auto is_same = [&](const Sending& lost) {
      return lost.from == sending.from && lost.message == sending.message;
    };
    if (std::any_of(lost_.begin(), lost_.end(), is_same)) return;
    lost_.push_back(sending);
  }
  std::size_t others = 0;
  for (std::size_t member = 0; member < world().members.set.size(); ++member) {
    if (member != sending.from && network_.machine_of(member) != nullptr) ++others;
  }
  std::string to;
  if (sending.to.size() == others && others > 1) {
    to = " to all";
  } else if (!sending.to.empty()) {
    to = " to" + names_of(sending.to);
  }
  std::string text = sim::describe(sending.message, world());
  if (!sending.lost.empty()) text += " (lost:" + names_of(sending.lost) + ")";
  if (!sending.held.empty()) text += " (held:" + names_of(sending.held) + ")";
  const std::string who = name_of(sending.from);
  if (told_.insert(who + to + text).second) tell(sending.at_ms, who, to, text);
}

void Stage::tell(std::uint64_t at_ms, const std::string& who, const std::string& to,
                 const std::string& text) {
  const auto same = std::find_if(trace_.begin(), trace_.end(), [&](const Line& line) {
    return !who.empty() && line.at_ms == at_ms && line.to == to && line.text == labelled(text);
  });
  if (same == trace_.end()) {
    trace_.push_back({at_ms, who, to, labelled(text)});
  } else if (same->who.find(who) == std::string::npos) {
    same->who += " " + who;
  }
}

// Digests change with each format; their names in the order of appearance do not.
std::string Stage::labelled(const std::string& text) {
  std::string out;
  std::string word;
  const auto end_word = [&] {
    if (is_hash(word)) {
      word = labels_.try_emplace(word, fmt::format("#{}", labels_.size() + 1)).first->second;
    }
    out += std::exchange(word, {});
  };
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      word += c;
      continue;
    }
    end_word();
    out += c;
  }
  end_word();
  return out;
}

std::vector<std::string> Stage::take_trace() {
  tell_sending();
  told_.clear();
  std::vector<std::string> out;
  for (const Line& line : std::exchange(trace_, {})) {
    out.push_back(fmt::format("{:>7} ms  {:<15} {}", line.at_ms - started_ms_, line.who + line.to,
                              line.text));
  }
  return out;
}

}  // namespace generion::scenarios
