#include "client/list_proof.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hex.h"
#include "contract/governance_objects.h"
#include "contract/market_objects.h"
#include "types/address.h"

namespace generion::client {
namespace {

using contract::ObjectName;
using contract::SingleObject;

constexpr std::size_t kMissingShown = 10;

std::unexpected<Error> bad(std::string message) {
  return fail(Code::bad_proof, std::move(message));
}

template <class Object>
Result<Object> decoded(const Bytes& key, const Bytes& value, Result<Object> (*decode)(ByteView)) {
  auto object = decode(value);
  if (object) return object;
  const auto name = contract::parse_object_key(key);
  return bad(fmt::format("{} is proven but can't be read by this version: {}",
                         name ? object_title(*name) : to_hex(key), object.error().message));
}

// What the count stands in, and by which an entry is known to belong to the question.
struct Counter {
  std::uint64_t count = 0;
  std::string title;
  std::optional<UserId> user{};
};

Result<Counter> counter_of_user(const ProvenList& list) {
  const Address& address = *list.question.user;
  for (const auto& [key, value] : list.others) {
    const auto name = contract::parse_object_key(key);
    if (!name || !std::holds_alternative<UserId>(*name)) continue;
    const auto user = decoded(key, value, contract::decode_user);
    if (!user) return fail(user.error());
    if (user->address != address) continue;
    Counter out{0, object_title(*name), std::get<UserId>(*name)};
    switch (list.question.kind) {
      case ListKind::records_of_owner:
        out.count = user->record_count;
        break;
      case ListKind::shares_of_owner:
        out.count = user->share_count;
        break;
      case ListKind::shares_to:
        out.count = user->granted_count;
        break;
      case ListKind::orders_of_seller:
        out.count = user->order_count;
        break;
      default:
        out.count = user->purchase_count;
    }
    return out;
  }
  return bad(fmt::format("the node proved no user with the address {}, whose object counts the {}",
                         address_text(address), question_text(list.question)));
}

Result<Counter> counter_of_record(const ProvenList& list) {
  const RecordId id = *list.question.record;
  const auto found = list.others.find(contract::record_key(id));
  if (found == list.others.end()) {
    return bad(fmt::format("the node did not prove record {}, whose object counts the {}",
                           id.value(), question_text(list.question)));
  }
  const auto record = decoded(found->first, found->second, contract::decode_record);
  if (!record) return fail(record.error());
  const bool shares = list.question.kind == ListKind::shares_of_record;
  return Counter{shares ? record->share_count : record->order_count, object_title(id)};
}

Result<Counter> counter_of_chain(const ProvenList& list) {
  const auto found = list.others.find(contract::counters_key());
  if (found == list.others.end()) {
    return bad(fmt::format("the node did not prove the chain's counters, which count the {}",
                           question_text(list.question)));
  }
  const auto counters = decoded(found->first, found->second, contract::decode_counters);
  if (!counters) return fail(counters.error());
  Counter out{0, object_title(SingleObject::counters)};
  switch (list.question.kind) {
    case ListKind::orders:
      out.count = counters->orders;
      break;
    case ListKind::users:
      out.count = counters->listed_users;
      break;
    case ListKind::institutions:
      out.count = counters->institutions;
      break;
    default:
      out.count = counters->proposals;
  }
  return out;
}

Result<Counter> counter_of(const ProvenList& list) {
  if (list.question.user) return counter_of_user(list);
  if (list.question.record) return counter_of_record(list);
  return counter_of_chain(list);
}

// Whether the entry is an answer to the question.
Result<bool> belongs(const ListQuestion& question, const Counter& counter, const Bytes& key,
                     const Bytes& value) {
  switch (question.kind) {
    case ListKind::records_of_owner: {
      const auto record = decoded(key, value, contract::decode_record);
      if (!record) return fail(record.error());
      return record->owner == *counter.user;
    }
    case ListKind::shares_of_owner:
    case ListKind::shares_to:
    case ListKind::shares_of_record: {
      const auto share = decoded(key, value, contract::decode_share);
      if (!share) return fail(share.error());
      if (question.kind == ListKind::shares_of_record) return share->record == *question.record;
      return (question.kind == ListKind::shares_to ? share->grantee : share->owner) ==
             *counter.user;
    }
    case ListKind::orders_of_seller:
    case ListKind::orders_of_buyer:
    case ListKind::orders_of_record: {
      const auto order = decoded(key, value, contract::decode_order);
      if (!order) return fail(order.error());
      if (question.kind == ListKind::orders_of_seller) return order->seller == *counter.user;
      if (question.kind == ListKind::orders_of_buyer) return order->buyer == counter.user;
      return std::ranges::count(order->records, *question.record) > 0;
    }
    case ListKind::users: {
      const auto user = decoded(key, value, contract::decode_user);
      if (!user) return fail(user.error());
      return user->record_count > 0;
    }
    case ListKind::orders:
    case ListKind::institutions:
    case ListKind::proposals:
      return true;
  }
  return false;
}

// The numbers from 1 to `count` that have no entry, of lists that hold every number.
std::string missing_numbers(const ProvenList& list, std::uint64_t count) {
  const auto key_of = [&](std::uint64_t number) -> std::optional<Bytes> {
    if (list.question.kind == ListKind::orders) return contract::order_key(OrderId(number));
    if (list.question.kind == ListKind::institutions) {
      return contract::institution_key(contract::InstitutionId(number));
    }
    if (list.question.kind == ListKind::proposals) {
      return contract::proposal_key(ProposalId(number));
    }
    return std::nullopt;
  };
  std::vector<std::uint64_t> missing;
  for (std::uint64_t number = 1; number <= count && missing.size() < kMissingShown; ++number) {
    const auto key = key_of(number);
    if (!key) return {};
    if (!list.items.contains(*key)) missing.push_back(number);
  }
  return fmt::format(" ({}{})", fmt::join(missing, ", "),
                     count - list.items.size() > missing.size() ? ", ..." : "");
}

}  // namespace

HeaderCheck check_from(TrustAnchor anchor) {
  return [anchor = std::move(anchor)](const BlockHeader& header, const Certificate& certificate,
                                      const std::vector<SetChange>& changes) -> Result<void> {
    const auto followed = follow_sets(anchor, changes);
    if (!followed) return fail(followed.error());
    return verify_header(header, certificate, *followed);
  };
}

Result<void> ListCheck::check_head(const ObjectsProof& page) {
  if (pages_ == 0) {
    if (auto ok = check_(page.header, page.certificate, page.set_changes); !ok) return ok;
    list_.header = page.header;
    list_.block_hash = block_hash(page.header);
    list_.signers = page.certificate.signers.size();
  } else if (page.header != list_.header) {
    return bad(
        fmt::format("page {} is of block {} ({}), the first of block {} ({}): a list is "
                    "proven at one block",
                    pages_ + 1, page.header.height.value(), to_hex(block_hash(page.header)),
                    list_.header.height.value(), to_hex(list_.block_hash)));
  }
  ++pages_;
  return {};
}

Result<void> ListCheck::add(const ObjectsProof& page) {
  if (auto ok = check_head(page); !ok) return ok;
  for (const ObjectProof& object : page.objects) {
    const auto name = contract::parse_object_key(object.key);
    if (!name) {
      return bad(fmt::format("page {} holds {}, which is no key of an object", pages_,
                             to_hex(object.key)));
    }
    if (auto ok = verify_object_proof(object, page.header); !ok) {
      return bad(fmt::format("{}: {}", object_title(*name), ok.error().message));
    }
    // Pages repeat the others; only an entry stands once.
    if (!is_entry(question_.kind, *name)) {
      list_.others.emplace(object.key, object.value);
    } else if (!list_.items.emplace(object.key, object.value).second) {
      return bad(fmt::format("{} stands twice in the list", object_title(*name)));
    }
  }
  return {};
}

Result<ProvenList> ListCheck::finish() && {
  if (pages_ == 0) return bad("the node proved nothing");
  list_.question = std::move(question_);
  const auto counter = counter_of(list_);
  if (!counter) return fail(counter.error());
  for (const auto& [key, value] : list_.items) {
    const auto is_answer = belongs(list_.question, *counter, key, value);
    if (!is_answer) return fail(is_answer.error());
    if (!*is_answer) {
      return bad(fmt::format("{} does not belong to the {}",
                             object_title(*contract::parse_object_key(key)),
                             question_text(list_.question)));
    }
  }
  const std::uint64_t found = list_.items.size();
  if (found < counter->count) {
    return bad(
        fmt::format("{} of the {} {} are withheld{}: {} in block {} count {}, the node "
                    "showed {}",
                    counter->count - found, counter->count, question_text(list_.question),
                    missing_numbers(list_, counter->count), counter->title,
                    list_.header.height.value(), counter->count, found));
  }
  if (found > counter->count) {
    return bad(fmt::format("{} {} are proven, but {} in block {} count {}", found,
                           question_text(list_.question), counter->title,
                           list_.header.height.value(), counter->count));
  }
  return std::move(list_);
}

Result<void> verify_absent(const ObjectName& id, const Proof& counters, const TrustAnchor& anchor) {
  if (auto ok = verify_proof(counters, anchor); !ok) return ok;
  const auto* object = std::get_if<ObjectProof>(&counters.content);
  if (object == nullptr) return bad("what was proven are not the chain's counters");
  return check_above_counter(id, *object, counters.header.height);
}

Result<void> check_above_counter(const ObjectName& id, const ObjectProof& counters, Height height) {
  if (counters.key != contract::counters_key()) {
    return bad("what was proven are not the chain's counters");
  }
  const auto read = decoded(counters.key, counters.value, contract::decode_counters);
  if (!read) return fail(read.error());
  std::uint64_t number = 0;
  std::uint64_t last = 0;
  if (const auto* record = std::get_if<RecordId>(&id)) {
    number = record->value();
    last = read->records;
  } else if (const auto* share = std::get_if<ShareId>(&id)) {
    number = share->value();
    last = read->shares;
  } else if (const auto* order = std::get_if<OrderId>(&id)) {
    number = order->value();
    last = read->orders;
  } else if (const auto* proposal = std::get_if<ProposalId>(&id)) {
    number = proposal->value();
    last = read->proposals;
  } else {
    return bad("that there is no such object is not proven by the counters");
  }
  if (number > last || number == 0) return {};
  return bad(fmt::format("{} is in block {}: numbers go up to {}", object_title(id), height.value(),
                         last));
}

}  // namespace generion::client
