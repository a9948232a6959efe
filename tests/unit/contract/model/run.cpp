#include "run.h"

#include <fmt/core.h>

#include <algorithm>
#include <exception>

#include "base/hex.h"
#include "contract/due.h"
#include "contract/epoch.h"
#include "contract/rebuild.h"
#include "expected.h"

namespace generion::contract::model {
namespace {

// As it would reach the contract; nullopt if it would not.
std::optional<Transaction> make_transaction(const Address& sender,
                                            std::vector<Operation> operations, TimeMs now,
                                            std::uint64_t number) {
  Transaction out;
  out.body.chain_id = chain_hash();
  out.body.sender = sender;
  for (std::size_t i = 0; i < 8; ++i) {
    out.body.nonce.data()[i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  out.body.valid_until = now.plus(60'000);
  out.body.operations = std::move(operations);
  out.envelope.body = encode_body(out.body);
  if (!decode_body(out.envelope.body)) return std::nullopt;
  out.hash = transaction_hash(out.envelope.body);
  out.id = transaction_id(out.body.valid_until, out.hash);
  return out;
}

EpochRules rules_of(const World& world) {
  const EpochObject& epoch = world.epoch();
  return {world.epoch_number(), epoch.first, epoch.validators, world.parameters, epoch.version};
}

bool same_lookups(const LookupWrite& a, const LookupWrite& b) {
  return a.key == b.key && a.value == b.value;
}

bool same_objects(const ObjectWrite& a, const ObjectWrite& b) {
  return a.key == b.key && a.value == b.value && a.created == b.created;
}

bool same_writes(const BlockWrites& a, const BlockWrites& b) {
  return std::equal(a.objects.begin(), a.objects.end(), b.objects.begin(), b.objects.end(),
                    same_objects) &&
         std::equal(a.lookups.begin(), a.lookups.end(), b.lookups.begin(), b.lookups.end(),
                    same_lookups) &&
         a.erasures == b.erasures && a.last_height == b.last_height &&
         (a.next_epoch == nullptr) == (b.next_epoch == nullptr) &&
         (a.next_epoch == nullptr || *a.next_epoch == *b.next_epoch);
}

}  // namespace

Run::Run(std::uint64_t setup, Subject& subject)
    : subject_(subject),
      model_(genesis_of(setup)),
      genesis_due_(genesis_of(setup).parameters.due_per_block) {
  state_.apply(genesis_writes(genesis_of(setup)));
  state_before_ = model_.world.parameters;
  objects_ = decode_all(state_);
  context_.time = TimeMs(kStartTime);
}

std::optional<std::string> Run::pass_idle(std::uint64_t blocks) {
  for (; blocks > 0; --blocks) {
    start_block(1);
    if (auto wrong = end_block()) return wrong;
  }
  return std::nullopt;
}

void Run::start_block(std::uint64_t milliseconds) {
  context_.height = context_.height.next();
  context_.time = context_.time.plus(std::max<std::uint64_t>(1, milliseconds));
  transactions_.clear();
  outcomes_.clear();
  doers_ = {};
  model_.start_block(context_.height, context_.time);
  due_ = model_.handle_due();
  doers_.due = !due_.empty();
  for (const SystemReceipt& receipt : due_) count_due(receipt);
  context_.epoch_base = hash_of_block(Height(model_.world.epoch().first.value() - 1));
}

void Run::begin(Value sender) {
  labels_before_ = labels_;
  sender_ = key_of(sender);
  operations_.clear();
  model_.begin(sender_, static_cast<std::uint32_t>(transactions_.size()));
  ++coverage_[{"(sender)", std::string(code_name(model_.outcome().code))}];
}

void Run::step(const Step& step) {
  const OperationKind* kind = find_operation(step.operation);
  if (kind == nullptr) return;
  const bool decided = model_.outcome().code != Code::ok;
  operations_.push_back(kind->make({model_, labels_}, step));
  model_.step(operations_.back());
  const Outcome& outcome = model_.outcome();
  if (!decided) ++coverage_[{step.operation, std::string(code_name(outcome.code))}];
  const auto label = step.find("as");
  if (label && outcome.code == Code::ok) labels_.put(*label, outcome.new_ids.back());
}

void Run::end() {
  auto transaction = make_transaction(sender_, std::move(operations_), context_.time, ++nonce_);
  if (!transaction) {
    model_.give_up();
    labels_ = labels_before_;
    return;
  }
  outcomes_.push_back(model_.end(*transaction));
  if (outcomes_.back().code == Code::ok) {
    doers_.add(model_.identity());
  } else {
    labels_ = labels_before_;
  }
  const auto place = static_cast<std::uint32_t>(transactions_.size());
  transactions_.push_back({std::move(*transaction), place});
}

void Run::count_due(const SystemReceipt& receipt) {
  const bool of_joiner = receipt.kind == DueKind::proposal_lapse &&
                         model_.world.proposals[receipt.id - 1].decided_at.has_value();
  const std::string_view name = of_joiner ? "lapseJoiner" : due_name(receipt.kind);
  ++coverage_[{fmt::format("due:{}", name), std::string(code_name(receipt.code))}];
}

// What waited for an epoch, and how it ended.
void Run::count_done(const EpochObject& over) {
  std::vector<ProposalId> all = over.decided;
  all.insert(all.end(), over.upgrades.begin(), over.upgrades.end());
  for (const ProposalId id : all) {
    const Proposal& proposal = *std::as_const(model_.world).proposal(id);
    if (awaits(proposal)) continue;
    const Code code = proposal.obstacle.value_or(Code::ok);
    ++coverage_[{std::string(action_name(proposal.action)), std::string(code_name(code))}];
  }
}

std::optional<std::string> Run::end_block() {
  const std::size_t epochs = model_.world.epochs.size();
  doers_.epoch = model_.end_block();
  if (model_.world.epochs.size() > epochs) count_done(model_.world.epochs[epochs - 1]);
  const bool idle = transactions_.empty() && due_.empty() && !doers_.epoch;
  try {
    const Executed executed = subject_.execute(state_, context_, transactions_);
    return idle ? compare_idle(executed) : compare(executed);
  } catch (const std::exception& error) {
    return error.what();
  }
}

// Nothing changes, so that all else is as it was compared before.
std::optional<std::string> Run::compare_idle(const Executed& executed) {
  if (auto wrong = compare_receipts(executed)) return wrong;
  const BlockWrites& writes = executed.writes;
  if (writes.objects.empty() && writes.lookups.empty() && writes.erasures.empty()) {
    return compare_epoch(writes);
  }
  return "a block in which nothing happens changes something";
}

std::optional<std::string> Run::compare(const Executed& executed) {
  if (auto wrong = compare_receipts(executed)) return wrong;
  if (auto wrong = compare_refused(state_, executed)) return wrong;
  state_.apply(executed.writes);
  if (auto wrong = compare_writes(executed.writes)) return wrong;
  if (auto wrong = compare_objects()) return wrong;
  if (auto wrong = compare_due()) return wrong;
  if (auto wrong = compare_epoch(executed.writes)) return wrong;
  if (auto wrong = compare_rules()) return wrong;
  if (auto wrong = compare_next_epoch()) return wrong;
  const Decoded before = std::exchange(objects_, decode_all(state_));
  if (auto wrong = check_state(state_, objects_)) return wrong;
  if (auto wrong = compare_rebuilt(executed)) return wrong;
  return check_rights(before, objects_, doers_);
}

std::optional<std::string> Run::compare_receipts(const Executed& executed) {
  const auto told = [](const SystemReceipt& receipt) {
    return fmt::format("{} {} {}", due_name(receipt.kind), receipt.id, code_name(receipt.code));
  };
  for (std::size_t i = 0; i < std::max(executed.due.size(), due_.size()); ++i) {
    const std::string got = i < executed.due.size() ? told(executed.due[i]) : "nothing";
    const std::string wanted = i < due_.size() ? told(due_[i]) : "nothing";
    if (got != wanted) return fmt::format("fell due: {}, expected {}", got, wanted);
  }
  for (std::size_t i = 0; i < transactions_.size(); ++i) {
    const Receipt& got = executed.receipts.at(i);
    const Outcome& wanted = outcomes_[i];
    if (got.code != wanted.code || got.failed_operation != wanted.failed_operation) {
      return fmt::format("transaction {} of the block: {} at operation {}, expected {} at {}", i,
                         code_name(got.code), got.failed_operation, code_name(wanted.code),
                         wanted.failed_operation);
    }
    if (got.new_ids != wanted.new_ids || got.tx_hash != transactions_[i].transaction.hash) {
      return fmt::format("transaction {} of the block: other new ids or another hash", i);
    }
  }
  return std::nullopt;
}

// What was refused leaves no trace: without it the block writes the very same. And what a node
// tells before ordering is what happens, if nothing comes between.
std::optional<std::string> Run::compare_refused(const MemoryState& before,
                                                const Executed& executed) {
  std::vector<Placed> effective;
  for (std::size_t i = 0; i < transactions_.size(); ++i) {
    if (outcomes_[i].code == Code::ok) effective.push_back(transactions_[i]);
  }
  if (effective.size() < transactions_.size()) {
    const Executed without = subject_.execute(before, context_, effective);
    if (!same_writes(without.writes, executed.writes)) return "a refused transaction left a trace";
  }
  if (transactions_.empty() || !due_.empty()) return std::nullopt;
  const auto told = check_against_state(before, context_, transactions_.front().transaction);
  const Code code = told ? Code::ok : told.error().code;
  if (code == outcomes_.front().code) return std::nullopt;
  return fmt::format("before ordering {} was told, and {} happened", code_name(code),
                     code_name(outcomes_.front().code));
}

std::optional<std::string> Run::compare_writes(const BlockWrites& writes) {
  std::map<Bytes, Bytes> rows;
  const Bytes history = history_prefix(RecordId(0)).substr(0, 1);
  const Bytes account = account_prefix(UserId(0)).substr(0, 1);
  for (const LookupWrite& write : writes.lookups) {
    if (!write.key.starts_with(history) && !write.key.starts_with(account)) continue;
    rows[write.key] = write.value.value_or("removed");
  }
  const Traces& traces = model_.traces();
  if (rows != traces.rows) {
    const auto [got, wanted] =
        std::mismatch(rows.begin(), rows.end(), traces.rows.begin(), traces.rows.end());
    return fmt::format(
        "a history or an account: {}, expected {}",
        got == rows.end() ? "nothing" : to_hex(got->first + got->second),
        wanted == traces.rows.end() ? "nothing" : to_hex(wanted->first + wanted->second));
  }
  auto got = writes.erasures;
  auto wanted = traces.erasures;
  std::sort(got.begin(), got.end());
  std::sort(wanted.begin(), wanted.end());
  if (got == wanted) return std::nullopt;
  return fmt::format("{} attachments are erased, expected {}, or other ones", got.size(),
                     wanted.size());
}

std::optional<std::string> Run::compare_objects() const {
  const auto wanted = expected_objects(model_.world);
  const auto& got = state_.objects();
  for (const auto& [key, value] : wanted) {
    const auto at = got.find(key);
    if (at == got.end()) return fmt::format("object {} is missing", to_hex(key));
    if (at->second == value) continue;
    return fmt::format("object {} is\n  {}\nexpected\n  {}", to_hex(key), to_hex(at->second),
                       to_hex(value));
  }
  if (got.size() != wanted.size()) {
    return fmt::format("there are {} objects, expected {}", got.size(), wanted.size());
  }
  std::vector<Bytes> slots = state_.slots();
  const Bytes cell = cell_key({0, InstitutionId(0), ""}).substr(0, 1);
  std::erase_if(slots, [&cell](const Bytes& key) { return key.starts_with(cell); });
  if (slots == model_.world.slots) return std::nullopt;
  return "the objects have other slots than in the order in which they were made";
}

std::optional<std::string> Run::compare_due() const {
  std::set<Bytes> rows;
  for (const auto& [key, value] : state_.scan(due_prefix(), {}, 1'000'000)) rows.insert(key);
  if (rows != model_.due_rows()) return "other things are due than expected";
  if (next_due(state_) != model_.next_due()) return "the next thing due is not the first";
  return std::nullopt;
}

// The look-ups made from the objects are those that execution made, after every block that leaves
// nothing due behind; a snapshot can be taken of no other.
std::optional<std::string> Run::compare_rebuilt(const Executed& executed) {
  const auto limit = state_before_.due_per_block;
  const bool is_done =
      is_due_done(executed.due, limit) && model_.world.parameters.due_per_block == limit;
  state_before_ = model_.world.parameters;
  if (!is_done) return std::nullopt;
  ++coverage_[{"rebuilt", "OK"}];
  LookupRebuild rebuild(context_.time, executed.due, genesis_due_);
  for (const auto& [key, value] : state_.objects()) {
    if (auto ok = rebuild.add(key, value); !ok) return "rebuilding: " + ok.error().message;
  }
  if (auto ok = rebuild.finish(); !ok) return "rebuilding: " + ok.error().message;
  std::map<Bytes, Bytes> rows;
  for (auto& [key, value] : rebuild.take()) {
    if (!rows.emplace(key, std::move(value)).second) return "rebuilding: a row twice";
  }
  const Bytes others = history_prefix(RecordId(0)).substr(0, 1) +
                       account_prefix(UserId(0)).substr(0, 1) + due_done_key();
  std::map<Bytes, Bytes> wanted;
  for (const auto& [key, value] : state_.lookups()) {
    if (others.find(key.front()) == Bytes::npos) wanted.emplace(key, value);
  }
  if (rows == wanted) return std::nullopt;
  for (const auto& [key, value] : wanted) {
    const auto at = rows.find(key);
    if (at == rows.end() || at->second != value) {
      return fmt::format("rebuilding: row {} -> {} is missing", to_hex(key), to_hex(value));
    }
  }
  for (const auto& [key, value] : rows) {
    if (!wanted.contains(key)) return fmt::format("rebuilding: row {} is too much", to_hex(key));
  }
  return std::nullopt;
}

// What a block tells its node of the epoch.
std::optional<std::string> Run::compare_epoch(const BlockWrites& writes) const {
  if (writes.last_height != model_.last_height()) return "another end of the epoch was told";
  const bool is_last = context_.height == model_.last_height();
  if ((writes.next_epoch != nullptr) != is_last) return "the next epoch is told at another time";
  if (is_last && *writes.next_epoch != rules_of(model_.world)) return "another epoch was told";
  return std::nullopt;
}

std::optional<std::string> Run::compare_rules() const {
  if (read_rules(state_) != rules_of(model_.world)) return "another epoch is read";
  if (read_last_height(state_) == model_.world.epoch().last) return std::nullopt;
  return "another end of the epoch is read";
}

// What the last block of this epoch would name, if nothing more is decided.
std::optional<std::string> Run::compare_next_epoch() const {
  if (!model_.world.epoch().last) return std::nullopt;
  const NextEpoch told = read_next_epoch(state_);
  const World next = model_.next_world();
  EpochRules expected = rules_of(next);
  expected.first = model_.world.epoch().last->next();
  if (told.rules == expected && told.validators == next.validators) return std::nullopt;
  return "another next epoch is foretold";
}

std::optional<std::string> play(const Sequence& sequence, Subject& subject) {
  Run run(sequence.setup, subject);
  for (const Block& block : sequence.blocks) {
    if (auto wrong = run.pass_idle(block.idle)) return wrong;
    run.start_block(block.milliseconds);
    for (const SignedSteps& transaction : block.transactions) {
      run.begin(transaction.sender);
      for (const Step& step : transaction.steps) run.step(step);
      run.end();
    }
    if (auto wrong = run.end_block()) return wrong;
  }
  return std::nullopt;
}

}  // namespace generion::contract::model
