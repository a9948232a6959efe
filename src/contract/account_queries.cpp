#include "contract/account_queries.h"

#include "contract/queries.h"
#include "contract/read_objects.h"

namespace generion::contract {

std::optional<Account> find_account(const StateReader& state, const Address& address) {
  const Identity identity = find_identity(state, address);
  if (const auto* user = std::get_if<UserId>(&identity)) return *user;
  if (const auto* institution = std::get_if<InstitutionId>(&identity)) return *institution;
  return std::nullopt;
}

std::optional<std::uint64_t> find_balance(const StateReader& state, const Address& address) {
  const auto id = find_user_id(state, address);
  if (!id) return std::nullopt;
  return read_existing(state, user_key(*id), decode_user).balance;
}

std::vector<FoundEntry> account_entries(const StateReader& state, const Account& account,
                                        std::optional<AccountPlace> after, std::size_t limit) {
  const Bytes from = after ? account_key(account, after->position, after->sequence) : Bytes();
  std::vector<FoundEntry> out;
  for (const auto& [key, value] : state.scan(account_prefix(account), from, limit)) {
    FoundEntry found{parse_account(key, value), std::nullopt};
    if (const auto other = found.entry.other) {
      found.other = user_address(state, *other);
    }
    out.push_back(std::move(found));
  }
  return out;
}

std::optional<FoundProposal> find_proposal(const StateReader& state, ProposalId id) {
  auto proposal = read(state, proposal_key(id), decode_proposal);
  if (!proposal) return std::nullopt;
  return FoundProposal{id, std::move(*proposal)};
}

std::vector<FoundProposal> proposals(const StateReader& state, ProposalId after,
                                     std::size_t limit) {
  const std::uint64_t count = read_counters(state).proposals;
  std::vector<FoundProposal> out;
  for (std::uint64_t n = after.value(); n < count && out.size() < limit; ++n) {
    const ProposalId id(n + 1);
    out.push_back({id, read_existing(state, proposal_key(id), decode_proposal)});
  }
  return out;
}

Validators read_validators(const StateReader& state) {
  return read_existing(state, validators_key(), decode_validators);
}

}  // namespace generion::contract
