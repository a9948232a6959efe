// Nobody changes what is not theirs.
#include <fmt/core.h>

#include "invariants.h"

namespace generion::contract::model {
namespace {

class Rights {
 public:
  Rights(const Decoded& before, const Decoded& after, const Doers& doers)
      : before_(before), after_(after), doers_(doers) {}

  std::optional<std::string> check() {
    for (const auto& [id, now] : after_.users) check_user(id, now);
    for (const auto& [id, now] : after_.institutions) check_institution(id, now);
    for (const auto& [id, now] : after_.records) check_record(id, now);
    for (const auto& [id, now] : after_.shares) check_share(id, now);
    for (const auto& [id, now] : after_.orders) check_order(id, now);
    for (const auto& [id, now] : after_.proposals) check_proposal(id, now);
    for (const auto& [number, now] : after_.epochs) check_epoch(number, now);
    for (const auto& [id, now] : after_.evidence) check_evidence(id, now);
    check_what_epochs_change();
    return breach_;
  }

 private:
  bool user_sent(UserId id) const { return doers_.users.contains(id); }
  bool institution_sent(InstitutionId id) const { return doers_.institutions.contains(id); }

  void require(bool entitled, std::string_view what, std::uint64_t number, std::string_view part) {
    if (entitled || breach_) return;
    breach_ = fmt::format("{} {}: {} was changed by somebody who may not", what, number, part);
  }

  void check_user(UserId id, const User& now) {
    const auto old = before_.users.find(id);
    if (old == before_.users.end()) return;
    const User& was = old->second;
    const bool himself = user_sent(id);
    const auto part = [&](bool changed, bool entitled, std::string_view name) {
      if (changed) require(entitled, "user", id.value(), name);
    };
    part(was.address != now.address, himself || doers_.due, "address");
    part(was.reader_key != now.reader_key, himself, "reader_key");
    part(was.recovery != now.recovery, himself, "recovery");
    part(was.pending_move != now.pending_move,
         himself || doers_.due || doers_.recovered.contains(id), "pending_move");
    part(was.balance > now.balance, himself, "balance");
    part(was.budget != now.budget, himself, "budget");
    part(was.order_count != now.order_count, himself, "order_count");
    part(was.share_count != now.share_count, himself, "share_count");
    part(was.purchase_count != now.purchase_count, himself, "purchase_count");
    part(was.failed_deliveries != now.failed_deliveries, doers_.due, "failed_deliveries");
    part(was.admitted_by != now.admitted_by || was.first_seen != now.first_seen, false, "origin");
  }

  void check_institution(InstitutionId id, const Institution& now) {
    const auto old = before_.institutions.find(id);
    if (old == before_.institutions.end()) {
      return require(doers_.validators, "institution", id.value(), "its being there");
    }
    const Institution& was = old->second;
    if (was.log != now.log || was.budget != now.budget) {
      require(institution_sent(id), "institution", id.value(), "log or budget");
    }
    Institution same = now;
    same.log = was.log;
    same.budget = was.budget;
    if (was != same) {
      require(doers_.validators || doers_.due, "institution", id.value(), "what is decided");
    }
  }

  void check_record(RecordId id, const Record& now) {
    const bool creator = now.creator && institution_sent(*now.creator);
    const bool owner = user_sent(now.owner);
    const auto old = before_.records.find(id);
    if (old == before_.records.end()) {
      return require(now.creator ? creator : owner, "record", id.value(), "its being there");
    }
    const Record& was = old->second;
    const auto part = [&](bool changed, bool entitled, std::string_view name) {
      if (changed) require(entitled, "record", id.value(), name);
    };
    part(was.lock != now.lock || was.data_pub_key != now.data_pub_key, owner, "lock");
    part(was.verified != now.verified, owner, "verified");
    part(was.deleted != now.deleted, owner || (creator && !now.verified), "deleted");
    part(was.share_count != now.share_count, owner, "share_count");
    part(was.order_count != now.order_count, owner, "order_count");
    part(was.living_shares != now.living_shares, owner || doers_.due, "living_shares");
    const bool kept = was.owner == now.owner && was.creator == now.creator &&
                      was.data == now.data && was.document == now.document &&
                      was.type == now.type && was.filed == now.filed &&
                      was.replaces == now.replaces && was.created_at == now.created_at;
    part(!kept, false, "what never changes");
  }

  void check_share(ShareId id, const Share& now) {
    const bool owner = user_sent(now.owner);
    const auto old = before_.shares.find(id);
    if (old == before_.shares.end()) {
      return require(owner, "share", id.value(), "its being there");
    }
    if (old->second == now) return;
    require(owner || doers_.due, "share", id.value(), "status");
    Share same = now;
    same.status = old->second.status;
    same.closed_at = old->second.closed_at;
    require(old->second == same, "share", id.value(), "what never changes");
  }

  // The creator of an unverified record can delete it, and its orders with it.
  bool maker_sent(const Order& order) const {
    for (const RecordId id : order.records) {
      const Record& record = after_.records.at(id);
      if (record.deleted && record.creator && institution_sent(*record.creator)) return true;
    }
    return false;
  }

  void check_order(OrderId id, const Order& now) {
    const bool seller = user_sent(now.seller);
    const auto old = before_.orders.find(id);
    if (old == before_.orders.end()) {
      return require(seller, "order", id.value(), "its being there");
    }
    const Order& was = old->second;
    if (was == now) return;
    require(was.records == now.records && was.price == now.price && was.seller == now.seller,
            "order", id.value(), "what never changes");
    if (was.buyer != now.buyer) {
      require(now.buyer != now.seller && user_sent(*now.buyer), "order", id.value(), "buyer");
    }
    const bool ended = was.status != now.status && now.status != Order::Status::purchased;
    if (!ended) return;
    const bool refunded = now.status == Order::Status::refunded;
    require(refunded ? doers_.due : seller || maker_sent(now), "order", id.value(), "status");
  }

  void check_proposal(ProposalId id, const Proposal& now) {
    const auto old = before_.proposals.find(id);
    if (old != before_.proposals.end() && old->second == now) return;
    const bool voted =
        old == before_.proposals.end() || old->second.yes != now.yes || old->second.no != now.no;
    require(doers_.validators || !voted, "proposal", id.value(), "votes");
    require(doers_.validators || doers_.due || doers_.epoch || doers_.joiners.contains(id),
            "proposal", id.value(), "status");
  }

  bool began_epoch() const { return after_.epochs.size() > before_.epochs.size(); }

  void check_epoch(Epoch number, const EpochObject& now) {
    const auto old = before_.epochs.find(number);
    if (old == before_.epochs.end()) {
      return require(doers_.epoch, "epoch", number.value(), "its being there");
    }
    const EpochObject& was = old->second;
    if (was == now) return;
    const bool under_way = number.value() + 1 == before_.epochs.size();
    require(
        under_way && (doers_.validators || doers_.due || doers_.epoch || !doers_.joiners.empty()),
        "epoch", number.value(), "its end or what waits for it");
    require(!was.last || was.last == now.last, "epoch", number.value(), "its end, known before");
    EpochObject same = now;
    same.last = was.last;
    same.decided = was.decided;
    same.upgrades = was.upgrades;
    require(was == same, "epoch", number.value(), "what never changes");
  }

  void check_evidence(EvidenceId id, const EvidenceObject& now) {
    const auto old = before_.evidence.find(id);
    const bool is_new = old == before_.evidence.end();
    require(is_new ? doers_.validators : old->second == now, "evidence", id.value(), "all");
  }

  // Members and parameters stay the same within an epoch, but for governance keys.
  void check_what_epochs_change() {
    if (began_epoch()) return;
    const std::uint64_t number = before_.epochs.size() - 1;
    require(before_.parameters == after_.parameters, "epoch", number, "its parameters");
    Validators same = after_.validators;
    for (std::size_t i = 0; i < same.members.size(); ++i) {
      if (i == before_.validators.members.size()) break;
      Validator& now = same.members[i];
      const PublicKey& was = before_.validators.members[i].governance_key;
      require(was == now.governance_key || doers_.validators, "epoch", number, "governance keys");
      now.governance_key = was;
    }
    require(before_.validators == same, "epoch", number, "its members");
  }

  const Decoded& before_;
  const Decoded& after_;
  const Doers& doers_;
  std::optional<std::string> breach_;
};

}  // namespace

void Doers::add(const Identity& sender) {
  if (const auto* user = std::get_if<UserId>(&sender)) users.insert(*user);
  if (const auto* recovery = std::get_if<RecoveryOf>(&sender)) recovered.insert(recovery->user);
  if (const auto* id = std::get_if<InstitutionId>(&sender)) institutions.insert(*id);
  if (std::holds_alternative<ValidatorId>(sender) || std::holds_alternative<NodeKeyOf>(sender)) {
    validators = true;
  }
  if (const auto* kept = std::get_if<ReservedFor>(&sender)) joiners.insert(kept->proposal);
}

std::optional<std::string> check_rights(const Decoded& before, const Decoded& after,
                                        const Doers& doers) {
  return Rights(before, after, doers).check();
}

}  // namespace generion::contract::model
