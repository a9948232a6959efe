// Methods about accounts and governance, at one height.
#include <fmt/core.h>

#include "base/byte_io.h"
#include "base/hex.h"
#include "contract/account_queries.h"
#include "contract/queries.h"
#include "rpc/action_json.h"
#include "rpc/method_parts.h"
#include "types/address.h"

namespace generion::rpc {
namespace {

Answer get_balance(const Context& context, const Arguments& arguments, const Memory& memory) {
  const auto version = version_for(context, arguments);
  if (!version) return failed(version.error());
  const Address& address = arguments.address("usr_adr");
  const auto user = contract::find_user((*version)->state(), address);
  if (!user) return unknown_user(address);
  JsonObject out(1, memory);
  out.emplace("balance", std::to_string(user->user.balance));
  return proven(**version, arguments, contract::user_key(user->id), std::move(out));
}

Bytes account_place(const contract::AccountEntry& entry) {
  return ByteWriter()
      .u64(entry.position.height.value())
      .u32(entry.position.transaction)
      .u32(entry.position.operation)
      .u32(entry.sequence)
      .bytes();
}

std::optional<contract::AccountPlace> account_after(const Page& page) {
  if (page.after().empty()) return std::nullopt;
  ByteReader in(page.after());
  contract::AccountPlace out;
  out.position = {.height = Height(in.u64()), .transaction = in.u32(), .operation = in.u32()};
  out.sequence = in.u32();
  return out;
}

// The transaction at the entry's place; what fell due by itself has none.
Result<std::optional<TxId>> transaction_of(const Context& context,
                                           const contract::AccountEntry& entry) {
  if (entry.position.transaction == contract::kSystemPlace) return std::nullopt;
  const auto block = context.backend.block(entry.position.height);
  if (!block) return fail(block.error());
  if (entry.position.transaction >= block->tx_ids.size()) {
    return fail(Code::damaged,
                fmt::format("block {} has no transaction {}", entry.position.height.value(),
                            entry.position.transaction));
  }
  return block->tx_ids[entry.position.transaction];
}

Answer get_transaction_list(const Context& context, const Arguments& arguments,
                            const Memory& memory) {
  auto page = Page::open(context, arguments, memory);
  if (!page) return failed(page.error());
  const Address& address = arguments.address("address");
  const auto account = contract::find_account(page->state(), address);
  if (!account) return unknown_user(address);
  for (const contract::FoundEntry& found :
       contract::account_entries(page->state(), *account, account_after(*page), page->wanted())) {
    const contract::AccountEntry& entry = found.entry;
    JsonObject item(8, memory);
    item.emplace("height", entry.position.height.value());
    item.emplace("time_ms", entry.time.value());
    const auto id = transaction_of(context, entry);
    if (!id) return failed(id.error());
    if (*id) item.emplace("tx_id", to_hex(**id));
    item.emplace("change", contract::change_name(entry.change));
    if (entry.amount != 0) item.emplace("amount", std::to_string(entry.amount));
    if (found.other) item.emplace("other", address_text(*found.other));
    if (entry.about != 0) item.emplace("about", entry.about);
    if (!page->add(Json(std::move(item)), account_place(entry), kSmallEntryBytes)) break;
  }
  return std::move(*page).finish();
}

Json validator_ids(const std::vector<contract::ValidatorId>& ids, const Memory& memory) {
  JsonArray out(memory);
  for (const contract::ValidatorId id : ids) out.emplace_back(id.value());
  return out;
}

JsonObject proposal_json(const contract::FoundProposal& found, const Memory& memory) {
  const contract::Proposal& proposal = found.proposal;
  JsonObject out(13, memory);
  out.emplace("proposal_id", found.id.value());
  out.emplace("action", action_json(proposal.action, memory));
  out.emplace("proposer", proposal.proposer.value());
  out.emplace("yes", validator_ids(proposal.yes, memory));
  out.emplace("no", validator_ids(proposal.no, memory));
  out.emplace("status", contract::status_name(proposal.status));
  if (proposal.status == contract::Proposal::Status::awaits_epoch) {
    out.emplace("note", "decided; takes force with the next epoch");
  } else if (proposal.status == contract::Proposal::Status::awaits_joiner) {
    out.emplace("note", "decided; waits until the new validator's node reports that it is ready");
  }
  if (proposal.obstacle) out.emplace("obstacle", code_name(*proposal.obstacle));
  out.emplace("created_at_ms", proposal.created_at.value());
  out.emplace("expires_at_ms", proposal.expires_at.value());
  if (proposal.decided_at) out.emplace("decided_at_ms", proposal.decided_at->value());
  if (proposal.in_force_at) out.emplace("in_force_at_ms", proposal.in_force_at->value());
  return out;
}

Answer get_proposal(const Context& context, const Arguments& arguments, const Memory& memory) {
  const auto version = version_for(context, arguments);
  if (!version) return failed(version.error());
  const ProposalId id(*arguments.number("proposal_id"));
  const auto found = contract::find_proposal((*version)->state(), id);
  if (!found) {
    const std::uint64_t last = contract::read_counters((*version)->state()).proposals;
    return failed({Code::proposal_not_found,
                   fmt::format("there is no proposal {} (at this height); proposals go from 1 to "
                               "{}",
                               id.value(), last)});
  }
  return proven(**version, arguments, contract::proposal_key(id), proposal_json(*found, memory));
}

Answer get_proposal_list(const Context& context, const Arguments& arguments, const Memory& memory) {
  auto page = Page::open(context, arguments, memory);
  if (!page) return failed(page.error());
  page->count_by(contract::counters_key());
  const ProposalId after(number_after(*page));
  for (const auto& found : contract::proposals(page->state(), after, page->wanted())) {
    if (!page->add(proposal_json(found, memory), number_place(found.id.value()), kRecordBytes,
                   {contract::proposal_key(found.id)})) {
      break;
    }
  }
  return std::move(*page).finish();
}

}  // namespace

std::vector<Method> account_methods() {
  return {
      {.name = "getBalance",
       .summary = "A user's tokens",
       .parameters = with_proof({user_parameter("usr_adr")}),
       .result = "balance",
       .handler = get_balance},
      {.name = "getTransactionList",
       .summary = "What an account sent, got and paid",
       .parameters = with_page({{.name = "address",
                                 .type = ParameterType::address,
                                 .description = "of a user or an institution"}}),
       .result = "page of height, time_ms, tx_id, change, amount, other, about",
       .handler = get_transaction_list},
      {.name = "getProposal",
       .summary = "What a validator proposed, and how it stands",
       .parameters = with_proof({id_parameter("proposal_id", "of the proposal")}),
       .result = "proposal",
       .handler = get_proposal},
      {.name = "getProposalList",
       .summary = "All proposals",
       .parameters = with_proven_page({}),
       .result = "page of proposal",
       .handler = get_proposal_list},
  };
}

}  // namespace generion::rpc
