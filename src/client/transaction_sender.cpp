#include "client/transaction_sender.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/hex.h"

namespace generion::client {
namespace {

constexpr std::uint64_t kFirstPauseMs = 250;
constexpr std::uint64_t kLongestPauseMs = 8'000;
constexpr int kTries = 12;  // about a minute

// The node is there but cannot do it at the moment.
bool passes_by_itself(Code code) {
  return code == Code::overloaded || code == Code::rate_limited || code == Code::not_ready ||
         code == Code::timed_out || code == Code::shutting_down;
}

void sleep_ms(std::uint64_t ms) {
  std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

}  // namespace

TransactionSender::TransactionSender(Rpc& node, ImportLog& log, Wait wait,
                                     std::function<void(std::uint64_t ms)> pause)
    : node_(node), log_(log), wait_(wait), pause_(pause ? std::move(pause) : sleep_ms) {}

Result<Settled> TransactionSender::settle(std::vector<LoggedTransaction> transactions) {
  Settled out;
  Error last;
  for (int i = 0; i < kTries && !transactions.empty(); ++i) {
    if (i > 0) pause_(std::min(kFirstPauseMs << (i - 1), kLongestPauseMs));
    auto answers = send(transactions);
    if (!answers && !passes_by_itself(answers.error().code)) return fail(answers.error());
    if (!answers) {
      last = answers.error();
      continue;
    }
    std::vector<LoggedTransaction> open;
    for (std::size_t k = 0; k < transactions.size(); ++k) {
      auto verdict = judge(transactions[k], (*answers)[k]);
      if (!verdict) {
        // The others' ends are noted all the same.
        if (!out.stopped) out.stopped = {std::move(transactions[k]), verdict.error()};
        continue;
      }
      if (verdict->fate == Fate::done) {
        if (auto ok = log_.done(transactions[k].id); !ok) return fail(ok.error());
      } else if (verdict->fate == Fate::voided) {
        if (auto ok = log_.voided(transactions[k].id); !ok) return fail(ok.error());
        out.voided.push_back({std::move(transactions[k]), std::move(verdict->reason)});
      } else {
        last = std::move(verdict->reason);
        open.push_back(std::move(transactions[k]));
      }
    }
    if (out.stopped) return out;
    transactions = std::move(open);
  }
  if (transactions.empty()) return out;
  return fail(last.code,
              fmt::format("{} transactions have no known end yet ({}): run the import again, it "
                          "goes on where it stopped",
                          transactions.size(), last.message));
}

Result<std::vector<Result<Outcome>>> TransactionSender::send(
    const std::vector<LoggedTransaction>& transactions) {
  std::vector<SignedTransaction> bytes;
  for (const LoggedTransaction& logged : transactions) bytes.push_back(logged.transaction);
  auto answers = send_transactions(node_, bytes, wait_);
  if (answers) return answers;
  const Code code = answers.error().code;
  if (code != Code::too_large && code != Code::too_many) return answers;
  std::vector<Result<Outcome>> one_by_one;
  for (const SignedTransaction& transaction : bytes) {
    one_by_one.push_back(send_transaction(node_, transaction, wait_));
  }
  return one_by_one;
}

Result<TransactionSender::Verdict> TransactionSender::judge(const LoggedTransaction& logged,
                                                            const Result<Outcome>& answer) {
  if (answer) return judge_outcome(logged, *answer);
  if (answer.error().code == Code::expired) return judge_expired(logged);
  if (passes_by_itself(answer.error().code)) return Verdict{Fate::open, answer.error()};
  return fail(answer.error());
}

Result<TransactionSender::Verdict> TransactionSender::judge_outcome(const LoggedTransaction& logged,
                                                                    const Outcome& outcome) {
  if (outcome.tx_id != logged.id) {
    return fail(Code::malformed, fmt::format("the node answered for transaction {} instead of {}",
                                             to_hex(outcome.tx_id), to_hex(logged.id)));
  }
  switch (outcome.state) {
    case TxState::executed:
      return Verdict{Fate::done, {}};
    case TxState::refused:
      return Verdict{Fate::voided, {outcome.code, outcome.message}};
    case TxState::expired:
      return judge_expired(logged);
    case TxState::accepted:
    case TxState::unknown:
      break;
  }
  return Verdict{Fate::open,
                 {Code::timed_out,
                  fmt::format("transaction {} is accepted but not executed", to_hex(logged.id))}};
}

// A transaction can be executed up to the block whose time is its valid_until. So "expired" is its
// end only if the chain's own time is past it and the node does not know it as executed.
Result<TransactionSender::Verdict> TransactionSender::judge_expired(
    const LoggedTransaction& logged) {
  const auto body = decode_body(logged.transaction.body);
  if (!body) return fail(body.error());
  const auto status = get_status(node_);
  if (!status) return fail(status.error());
  const bool passed = status->block_time > body->valid_until;
  // Asked after the time was read: what executed before that block is known by now.
  const auto outcome = get_outcome(node_, logged.id);
  if (!outcome) return fail(outcome.error());
  switch (outcome->state) {
    case TxState::executed:
      return Verdict{Fate::done, {}};
    case TxState::refused:
      return Verdict{Fate::voided, {outcome->code, outcome->message}};
    case TxState::accepted:
    case TxState::expired:
    case TxState::unknown:
      break;
  }
  Error reason{Code::expired, fmt::format("transaction {} was not ordered before its time ran out",
                                          to_hex(logged.id))};
  return Verdict{passed ? Fate::voided : Fate::open, std::move(reason)};
}

}  // namespace generion::client
