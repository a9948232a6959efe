#include "generator.h"

#include <fmt/core.h>

#include <algorithm>

namespace generion::contract::model {
namespace {

constexpr std::uint64_t kHourMs = 3'600'000;
// Labels below are the beginning's.
constexpr std::uint64_t kFirstLabel = 100;

// Five users, three of them with tokens.
Sequence beginning(std::uint64_t setup) {
  const Genesis genesis = genesis_of(setup);
  const std::uint64_t all = genesis.validators.size();
  const bool huge = genesis.parameters.mint_per_period_max > (std::uint64_t{1} << 60);
  std::string text = fmt::format("setup {}\nblock 1000\n", setup);
  for (std::uint64_t n = 1; n <= 5; ++n)
    text += fmt::format("h{}: admitUser user=p{}\n", 1 + n / 3, n);
  for (std::uint64_t n = 1; n <= 3; ++n) {
    const std::uint64_t amount = huge ? std::uint64_t{1} << 62 : 1'000;
    text += fmt::format("g1: proposeMint as=q{} to=p{} amount=n{}\n", n, n, amount);
    for (std::uint64_t voter = 2; 3 * (voter - 1) <= 2 * all; ++voter) {
      text += fmt::format("g{}: vote proposal=q{} yes=n1\n", voter, n);
    }
  }
  text += fmt::format("block {}\nblock 1000\n", genesis.parameters.governance_delay_ms);
  return *parse(text);
}

class Generator {
 public:
  Generator(Source& source, std::uint64_t setup, Subject& subject)
      : source_(source), setup_(setup), run_(setup, subject) {
    out_.sequence.setup = setup;
  }

  Played play(std::size_t operations) {
    if (!source_.one_in(6)) replay(beginning(setup_));
    while (!out_.wrong && !source_.is_done() && operations_ < operations) play_block();
    out_.coverage = run_.coverage();
    return std::move(out_);
  }

 private:
  void replay(const Sequence& sequence) {
    for (const Block& block : sequence.blocks) {
      if (out_.wrong) return;
      start_block(block.milliseconds, block.idle);
      for (const SignedSteps& transaction : block.transactions) {
        begin(transaction.sender);
        for (const Step& step : transaction.steps) take(step);
        run_.end();
      }
      out_.wrong = run_.end_block();
    }
  }

  void play_block() {
    start_block(a_while(), idle_blocks());
    if (out_.wrong) return;
    const std::uint64_t transactions = source_.one_in(2) ? 1 : source_.below(6);
    for (std::uint64_t n = 0; n < transactions; ++n) play_transaction();
    out_.wrong = run_.end_block();
  }

  void play_transaction() {
    const std::vector<Value> deciding = those_who_decide();
    const bool decides = !deciding.empty() && source_.one_in(4);
    begin(decides ? source_.pick(deciding) : a_sender());
    if (decides) take(decision());
    std::uint64_t steps = source_.one_in(2) ? 1 + source_.below(4) : 1;
    if (source_.one_in(100)) steps = 20;
    for (; steps > 0 && !decides; --steps) take(draw_step(drawing_));
    run_.end();
  }

  void start_block(std::uint64_t milliseconds, std::uint64_t idle) {
    out_.sequence.blocks.push_back({milliseconds, idle, {}});
    out_.wrong = run_.pass_idle(idle);
    run_.start_block(milliseconds);
  }
  void begin(Value sender) {
    out_.sequence.blocks.back().transactions.push_back({sender, {}});
    run_.begin(sender);
  }
  void take(const Step& step) {
    out_.sequence.blocks.back().transactions.back().steps.push_back(step);
    run_.step(step);
    ++operations_;
  }

  // To the moment at which something falls due, just before or after it, or anything.
  std::uint64_t a_while() {
    const auto due = run_.model().next_due();
    const std::uint64_t now = run_.model().now().value();
    const std::uint64_t to_due = due && due->value() > now ? due->value() - now : 1;
    switch (source_.below(16)) {
      case 0:
        return to_due;
      case 1:
        return std::max<std::uint64_t>(1, to_due - 1);
      case 2:
        return to_due + 1 + source_.below(1'000);
      case 3:
        return kDayMs - now % kDayMs;
      case 4:
        return source_.one_in(8) ? 31 * kDayMs : kDayMs;
      case 5:
      case 6:
        return 1 + source_.below(8) * kHourMs;
      default:
        return 1 + source_.below(1'000);
    }
  }

  // To the last block of a closing epoch, the first of the next one, or somewhere before them.
  std::uint64_t idle_blocks() {
    const auto last = run_.model().world.epoch().last;
    if (!last || !source_.one_in(4)) return 0;
    const std::uint64_t next = run_.model().height().value() + 1;
    const std::uint64_t to_last = last->value() - next;
    if (source_.one_in(8)) return source_.below(to_last + 1);
    return to_last + source_.below(2);
  }

  Value a_sender() {
    const World& world = run_.model().world;
    std::vector<Value> waiting;  // those who have something to deliver
    for (const Order& order : world.orders) {
      if (order.status == Order::Status::purchased) {
        waiting.push_back(name_of(world.user(order.seller).address));
      }
    }
    if (!waiting.empty() && source_.one_in(4)) return source_.pick(waiting);
    const std::uint64_t choice = source_.below(20);
    if (choice < 3) return name_of(source_.pick(world.institutions).address);
    if (choice < 6) {
      const Validator& validator = source_.pick(world.validators.members);
      return name_of(source_.one_in(4) ? validator.key : validator.governance_key);
    }
    if (choice < 7) return a_recovery_key();
    if (choice < 8 || world.users.empty()) return anybody();
    return name_of(source_.pick(world.users).address);
  }

  // Joiners, and members that have not voted on what is open.
  std::vector<Value> those_who_decide() {
    std::vector<Value> out;
    const World& world = run_.model().world;
    for (const Proposal& proposal : world.proposals) {
      const auto* add = std::get_if<AddValidator>(&proposal.action);
      if (add != nullptr && awaits(proposal)) out.push_back(name_of(add->key));
      if (proposal.status != Proposal::Status::open) continue;
      for (const Validator& validator : world.validators.members) {
        if (!has_voted(proposal, validator.id)) out.push_back(name_of(validator.governance_key));
      }
    }
    return out;
  }

  Value a_recovery_key() {
    std::vector<Value> keys;
    for (const User& user : run_.model().world.users) {
      if (user.recovery) keys.push_back(name_of(user.recovery->key));
    }
    return keys.empty() ? anybody() : source_.pick(keys);
  }

  Step decision() {
    if (source_.one_in(8)) return draw_step(drawing_);
    const bool joins = std::holds_alternative<ReservedFor>(run_.model().identity());
    Step out{joins ? "reportReady" : "vote", {}};
    find_operation(out.operation)->draw(drawing_, out);
    return out;
  }

  Value anybody() { return drawing_.anybody(); }

  Source& source_;
  const std::uint64_t setup_;
  Run run_;
  Played out_;
  std::size_t operations_ = 0;
  std::uint64_t labels_used_ = kFirstLabel;
  Drawing drawing_{source_, run_.model(), run_.labels(), labels_used_};
};

}  // namespace

Played play_random(Source& source, std::uint64_t setup, std::size_t operations, Subject& subject) {
  return Generator(source, setup, subject).play(operations);
}

}  // namespace generion::contract::model
