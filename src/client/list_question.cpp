#include "client/list_question.h"

#include <fmt/format.h>

#include "types/address.h"

namespace generion::client {

using contract::ObjectName;
using contract::SingleObject;

namespace {

std::string numbered(std::string_view kind, std::uint64_t number) {
  return fmt::format("{} {}", kind, number);
}

struct Title {
  std::string operator()(SingleObject object) const {
    switch (object) {
      case SingleObject::counters:
        return "the counters";
      case SingleObject::parameters:
        return "the parameters";
      case SingleObject::validators:
        return "the validators";
    }
    return "an object";
  }
  std::string operator()(contract::InstitutionId id) const {
    return numbered("institution", id.value());
  }
  std::string operator()(UserId id) const { return numbered("user", id.value()); }
  std::string operator()(RecordId id) const { return numbered("record", id.value()); }
  std::string operator()(ShareId id) const { return numbered("share", id.value()); }
  std::string operator()(OrderId id) const { return numbered("order", id.value()); }
  std::string operator()(ProposalId id) const { return numbered("proposal", id.value()); }
  std::string operator()(const contract::CellName&) const { return "a statistics cell"; }
  std::string operator()(Epoch number) const { return numbered("epoch", number.value()); }
  std::string operator()(contract::EvidenceId id) const { return numbered("evidence", id.value()); }
};

}  // namespace

bool is_entry(ListKind kind, const ObjectName& name) {
  switch (kind) {
    case ListKind::records_of_owner:
      return std::holds_alternative<RecordId>(name);
    case ListKind::shares_of_owner:
    case ListKind::shares_to:
    case ListKind::shares_of_record:
      return std::holds_alternative<ShareId>(name);
    case ListKind::orders:
    case ListKind::orders_of_seller:
    case ListKind::orders_of_buyer:
    case ListKind::orders_of_record:
      return std::holds_alternative<OrderId>(name);
    case ListKind::users:
      return std::holds_alternative<UserId>(name);
    case ListKind::institutions:
      return std::holds_alternative<contract::InstitutionId>(name);
    case ListKind::proposals:
      return std::holds_alternative<ProposalId>(name);
  }
  return false;
}

std::string object_title(const ObjectName& name) {
  return std::visit(Title{}, name);
}

std::string question_text(const ListQuestion& question) {
  const std::string user = question.user ? address_text(*question.user) : std::string();
  const std::uint64_t record = question.record ? question.record->value() : 0;
  switch (question.kind) {
    case ListKind::records_of_owner:
      return fmt::format("records of {}", user);
    case ListKind::shares_of_owner:
      return fmt::format("shares given by {}", user);
    case ListKind::shares_to:
      return fmt::format("shares received by {}", user);
    case ListKind::shares_of_record:
      return fmt::format("shares of record {}", record);
    case ListKind::orders:
      return "orders of the chain";
    case ListKind::orders_of_seller:
      return fmt::format("orders of the seller {}", user);
    case ListKind::orders_of_buyer:
      return fmt::format("orders of the buyer {}", user);
    case ListKind::orders_of_record:
      return fmt::format("orders that hold record {}", record);
    case ListKind::users:
      return "users that have had a record";
    case ListKind::institutions:
      return "institutions of the chain";
    case ListKind::proposals:
      return "proposals of the chain";
  }
  return {};
}

}  // namespace generion::client
