#include "invariants.h"

#include <fmt/core.h>

#include "base/hex.h"

namespace generion::contract::model {
namespace {

using Rows = std::map<Bytes, Bytes>;

std::optional<std::string> check_tokens(const Decoded& objects) {
  std::uint64_t balances = 0;
  for (const auto& [id, user] : objects.users) balances += user.balance;
  std::uint64_t held = 0;
  for (const auto& [id, order] : objects.orders) {
    if (order.status == Order::Status::purchased) held += order.price;
  }
  std::uint64_t minted = 0;
  for (const auto& [id, proposal] : objects.proposals) {
    const auto* mint = std::get_if<Mint>(&proposal.action);
    if (mint != nullptr && proposal.status == Proposal::Status::in_force) minted += mint->amount;
  }
  const Counters& counters = objects.counters;
  if (counters.escrowed != held) {
    return fmt::format("escrowed is {}, the purchased orders cost {}", counters.escrowed, held);
  }
  if (counters.minted != minted) {
    return fmt::format("minted is {}, the mints in force made {}", counters.minted, minted);
  }
  if (balances + held == minted) return std::nullopt;
  return fmt::format("the balances are {}, held is {}, together not the {} that were minted",
                     balances, held, minted);
}

void add_people(Rows& out, const Decoded& objects) {
  for (const auto& [id, user] : objects.users) {
    out[identity_key(user.address)] = identity_value(id);
    if (user.recovery) out[identity_key(user.recovery->key)] = identity_value(RecoveryOf{id});
  }
  for (const auto& [id, institution] : objects.institutions) {
    out[identity_key(institution.address)] = identity_value(id);
  }
  for (const Validator& validator : objects.validators.members) {
    out[identity_key(validator.governance_key)] = identity_value(validator.id);
  }
  for (const auto& [key, whose] : validator_keys(objects)) {
    out[identity_key(key)] = identity_value(whose);
  }
  std::map<ValidatorId, std::uint64_t> open;
  for (const auto& [id, proposal] : objects.proposals) {
    if (proposal.status == Proposal::Status::open) ++open[proposal.proposer];
  }
  for (const auto& [id, number] : open) out[open_proposals_key(id)] = number_value(number);
}

void add_records(Rows& out, const Decoded& objects) {
  std::set<UserId> listed;
  for (const auto& [id, record] : objects.records) {
    out[list_key(IdList::owner_records, record.owner.value(), id.value())] = Bytes();
    if (!listed.insert(record.owner).second) continue;
    out[listed_user_key(listed.size())] = number_value(record.owner.value());
  }
  for (const auto& [id, share] : objects.shares) {
    out[list_key(IdList::record_shares, share.record.value(), id.value())] = Bytes();
    out[list_key(IdList::owner_shares, share.owner.value(), id.value())] = Bytes();
    out[list_key(IdList::grantee_shares, share.grantee.value(), id.value())] = Bytes();
    if (share.status != Share::Status::living) continue;
    out[living_share_key(share.record, share.grantee)] = number_value(id.value());
  }
  for (const auto& [name, cell] : objects.cells) out[cell_row_key(name)] = Bytes();
}

void add_orders(Rows& out, const Decoded& objects) {
  for (const auto& [id, order] : objects.orders) {
    const auto status = static_cast<std::uint64_t>(order.status);
    out[list_key(IdList::status_orders, status, id.value())] = Bytes();
    out[list_key(IdList::seller_orders, order.seller.value(), id.value())] = Bytes();
    if (order.buyer) {
      out[list_key(IdList::buyer_orders, order.buyer->value(), id.value())] = Bytes();
    }
    for (const RecordId record : order.records) {
      out[list_key(IdList::record_orders, record.value(), id.value())] = Bytes();
    }
  }
}

void add_epochs(Rows& out, const Decoded& objects) {
  for (const auto& [number, epoch] : objects.epochs) {
    const auto next = objects.epochs.find(number.next());
    if (next == objects.epochs.end() || next->second.validators == epoch.validators) continue;
    out[set_change_key(number)] = Bytes();
  }
  for (const auto& [id, evidence] : objects.evidence) {
    out[evidence_row_key(evidence.culprit, evidence.about.epoch, evidence.kind)] =
        number_value(id.value());
  }
}

// The tables that tell of the chain and not of the objects alone: histories and accounts, what is
// due, and how far that is done. The model has these.
bool is_of_the_chain(const Bytes& key) {
  static const Bytes tables = history_prefix(RecordId(0)).substr(0, 1) +
                              account_prefix(UserId(0)).substr(0, 1) + due_prefix() +
                              due_done_key();
  return tables.find(key.front()) != Bytes::npos;
}

std::optional<std::string> check_lookups(const MemoryState& state, const Decoded& objects) {
  Rows expected;
  add_people(expected, objects);
  add_records(expected, objects);
  add_orders(expected, objects);
  add_epochs(expected, objects);
  std::size_t found = 0;
  for (const auto& [key, value] : state.lookups()) {
    if (is_of_the_chain(key)) continue;
    ++found;
    const auto at = expected.find(key);
    if (at != expected.end() && at->second == value) continue;
    return fmt::format("the look-up {} -> {} does not follow from the objects", to_hex(key),
                       to_hex(value));
  }
  if (found == expected.size()) return std::nullopt;
  return fmt::format("{} look-ups are there and {} follow from the objects", found,
                     expected.size());
}

std::uint64_t rows(const MemoryState& state, IdList list, std::uint64_t of) {
  return state.scan(list_prefix(list, of), {}, 1'000'000).size();
}

std::optional<std::string> check_counts(const MemoryState& state, const Decoded& objects) {
  for (const auto& [id, user] : objects.users) {
    const std::uint64_t n = id.value();
    if (user.record_count != rows(state, IdList::owner_records, n) ||
        user.share_count != rows(state, IdList::owner_shares, n) ||
        user.granted_count != rows(state, IdList::grantee_shares, n) ||
        user.order_count != rows(state, IdList::seller_orders, n) ||
        user.purchase_count != rows(state, IdList::buyer_orders, n)) {
      return fmt::format("a count of user {} is not that of its list", n);
    }
  }
  for (const auto& [id, record] : objects.records) {
    if (record.share_count != rows(state, IdList::record_shares, id.value()) ||
        record.order_count != rows(state, IdList::record_orders, id.value()) ||
        record.living_shares != state.scan(living_share_prefix(id), {}, 1'000'000).size()) {
      return fmt::format("a count of record {} is not that of its list", id.value());
    }
  }
  const Counters& counters = objects.counters;
  if (counters.users != objects.users.size() || counters.records != objects.records.size() ||
      counters.shares != objects.shares.size() || counters.orders != objects.orders.size() ||
      counters.proposals != objects.proposals.size() ||
      counters.institutions != objects.institutions.size() ||
      counters.evidence != objects.evidence.size() || counters.epoch + 1 != objects.epochs.size() ||
      counters.listed_users != state.scan(listed_user_prefix(), {}, 1'000'000).size()) {
    return "a counter of the chain is not the number of its objects";
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> check_state(const MemoryState& state, const Decoded& objects) {
  if (auto breach = check_tokens(objects)) return breach;
  if (auto breach = check_counts(state, objects)) return breach;
  if (auto breach = check_epochs(objects)) return breach;
  return check_lookups(state, objects);
}

}  // namespace generion::contract::model
