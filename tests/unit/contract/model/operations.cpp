#include "operations.h"

#include <array>

namespace generion::contract::model {
namespace {

std::array<std::span<const OperationKind>, 5> all_operations() {
  return {user_operations(), record_operations(), market_operations(), governance_operations(),
          epoch_operations()};
}

char letter_of(const Identity& identity) {
  if (std::holds_alternative<InstitutionId>(identity)) return 'i';
  if (std::holds_alternative<ValidatorId>(identity)) return 'v';
  if (std::holds_alternative<RecoveryOf>(identity)) return 'r';
  if (std::holds_alternative<NodeKeyOf>(identity)) return 'n';
  if (std::holds_alternative<ReservedFor>(identity)) return 'j';
  return 'u';
}

}  // namespace

const OperationKind* find_operation(std::string_view name) {
  for (const auto& group : all_operations()) {
    for (const OperationKind& kind : group) {
      if (kind.name == name) return &kind;
    }
  }
  return nullptr;
}

Step draw_step(Drawing& drawing) {
  const char sender = letter_of(drawing.who());
  const bool anything = drawing.source.one_in(16);
  std::vector<const OperationKind*> tickets;
  for (const auto& group : all_operations()) {
    for (const OperationKind& kind : group) {
      if (!anything && kind.senders.find(sender) == std::string_view::npos) continue;
      tickets.insert(tickets.end(), kind.weight, &kind);
    }
  }
  const OperationKind& kind = *drawing.source.pick(tickets);
  Step out{std::string(kind.name), {}};
  kind.draw(drawing, out);
  return out;
}

PublicKey key_in(const Step& step, std::string_view name) {
  return key_of(step.find(name).value_or(Value()));
}

ReaderKey reader_key_in(const Step& step, std::string_view name) {
  return reader_key_of(step.find(name).value_or(Value()));
}

AttachmentRef data_in(const Step& step, std::string_view name) {
  const Value value = step.find(name).value_or(Value{'b', 1});
  const Hash hash = *Hash::from(key_of(value).view());
  return {hash, 1 + value.number * 100};
}

std::variant<Relocking, AttachmentRef> access_in(const Step& step, const Record* record) {
  const auto lock = step.find("lock");
  if (!lock) return data_in(step, "data");
  Relocking out;
  if (record != nullptr && record->lock) {
    out.from_key = record->data_pub_key;
    out.from_lock = *record->lock;
  }
  if (step.number("stale") == 1) out.from_key = reader_key_of({'k', 200});
  if (step.number("stale") == 2) out.from_lock = lock_of({'l', 200});
  out.lock = lock_of(*lock);
  return out;
}

void draw_access(Drawing& drawing, Step& step, bool capsule) {
  if (drawing.source.one_in(12)) capsule = !capsule;
  if (!capsule) {
    step.add("data", drawing.any('b', 30));
    return;
  }
  step.add("lock", drawing.any('l', 100));
  if (drawing.source.one_in(10)) step.add("stale", drawing.any('n', 2));
}

}  // namespace generion::contract::model
