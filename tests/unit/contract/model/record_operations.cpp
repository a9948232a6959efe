// Sequences' operations about records and shares.
#include "operations.h"

namespace generion::contract::model {
namespace {

void draw_create_record(Drawing& drawing, Step& step) {
  Source& source = drawing.source;
  step.add("as", drawing.new_label('r'));
  const bool for_himself = drawing.user() && !source.one_in(16);
  const Value owner = for_himself ? drawing.myself() : drawing.a_user();
  step.add("owner", owner).add("key", drawing.any('k', 100)).add("data", drawing.any('b', 30));
  if (!source.one_in(3)) step.add("lock", drawing.any('l', 100));
  if (!source.one_in(4)) step.add("type", {'t', source.one_in(20) ? 9 : source.below(3)});
  if (source.one_in(3)) step.add("document", drawing.any('b', 9));
  if (source.one_in(3)) step.add("deidentified", drawing.number(1));
  if (!source.one_in(6)) return;
  const auto of = drawing.world().whose(key_of(owner));
  step.add("replaces", drawing.a_record([&](const Record& record) {
    return Identity(record.owner) == of && !record.deleted;
  }));
}

Operation make_create_record(const Scene& scene, const Step& step) {
  CreateRecord op;
  op.usr_adr = key_in(step, "owner");
  op.data_pub_key = reader_key_in(step, "key");
  op.data = data_in(step, "data");
  if (const auto lock = step.find("lock")) op.lock = lock_of(*lock);
  if (const auto type = step.find("type")) op.type = "t" + std::to_string(type->number);
  if (step.has("document")) op.document = data_in(step, "document").hash;
  op.deidentified = step.has("deidentified");
  if (const auto old = step.find("replaces")) op.replaces = RecordId(scene.labels.id_of(*old));
  return op;
}

void draw_verify_record(Drawing& drawing, Step& step) {
  const auto me = drawing.user();
  for (std::uint64_t n = 1 + drawing.source.below(2); n > 0; --n) {
    const Value record = drawing.a_record([&](const Record& candidate) {
      return candidate.owner == me && !candidate.verified && !candidate.deleted;
    });
    if (step.all("record") != std::vector{record}) step.add("record", record);
  }
}

Operation make_verify_record(const Scene& scene, const Step& step) {
  VerifyRecord op;
  for (const Value record : step.all("record")) {
    op.record_id.emplace_back(scene.labels.id_of(record));
  }
  return op;
}

void draw_delete_record(Drawing& drawing, Step& step) {
  const Identity me = drawing.who();
  step.add("record", drawing.a_record([&](const Record& record) {
    const bool made = record.creator && Identity(*record.creator) == me && !record.verified;
    return !record.deleted && (made || Identity(record.owner) == me);
  }));
}

Operation make_delete_record(const Scene& scene, const Step& step) {
  return DeleteRecord{RecordId(scene.labels.id_of(step.find("record").value_or(Value())))};
}

void draw_relock_record(Drawing& drawing, Step& step) {
  const auto me = drawing.user();
  const auto set = me ? drawing.world().user(*me).reader_key : std::nullopt;
  const bool right = set && !drawing.source.one_in(10);
  step.add("key", right ? Value{'k', set->data()[ReaderKey::kSize - 1]} : drawing.any('k', 100));
  step.add("record", drawing.a_record([&](const Record& record) {
    return record.owner == me && !record.deleted && record.lock;
  }));
  step.add("lock", drawing.any('l', 100));
  if (drawing.source.one_in(10)) step.add("stale", drawing.any('n', 2));
}

Operation make_relock_record(const Scene& scene, const Step& step) {
  RelockRecord op;
  op.pub_key = reader_key_in(step, "key");
  const RecordId id(scene.labels.id_of(step.find("record").value_or(Value())));
  const auto access = access_in(step, scene.world().record(id));
  const auto* relocking = std::get_if<Relocking>(&access);
  op.records.push_back({id, relocking != nullptr ? *relocking : Relocking()});
  return op;
}

void draw_share_record(Drawing& drawing, Step& step) {
  step.add("as", drawing.new_label('c'));
  const Value record = drawing.my_record();
  step.add("record", record).add("to", drawing.a_user()).add("key", drawing.any('k', 100));
  const Record* found = drawing.world().record(RecordId(drawing.labels.id_of(record)));
  draw_access(drawing, step, found != nullptr && found->lock);
  if (drawing.source.one_in(2)) return;
  constexpr std::uint64_t kLater[] = {1, 1'000, 86'400'000, 604'800'000, 0};
  step.add("expires", drawing.number(drawing.source.pick(kLater)));
}

// `expires=` counts from the block's time.
Operation make_share_record(const Scene& scene, const Step& step) {
  ShareRecord op;
  op.record_id = RecordId(scene.labels.id_of(step.find("record").value_or(Value())));
  op.grantee = key_in(step, "to");
  op.data_pub_key = reader_key_in(step, "key");
  op.access = access_in(step, scene.world().record(op.record_id));
  if (step.has("expires")) op.expires_at = scene.model.now().plus(step.number("expires"));
  return op;
}

void draw_revoke_share(Drawing& drawing, Step& step) {
  const auto me = drawing.user();
  step.add("share", drawing.a_share([&](const Share& share) {
    return share.owner == me && share.status == Share::Status::living;
  }));
}

Operation make_revoke_share(const Scene& scene, const Step& step) {
  return RevokeShare{ShareId(scene.labels.id_of(step.find("share").value_or(Value())))};
}

void draw_anchor_log(Drawing& drawing, Step& step) {
  step.add("root", drawing.any('b', 9)).add("count", drawing.any('n', 50));
}

Operation make_anchor_log(const Scene& /*scene*/, const Step& step) {
  return AnchorLog{data_in(step, "root").hash, step.number("count", 1)};
}

constexpr OperationKind kOperations[] = {
    {"createRecord", "ui", 8, draw_create_record, make_create_record},
    {"verifyRecord", "u", 3, draw_verify_record, make_verify_record},
    {"deleteRecord", "ui", 2, draw_delete_record, make_delete_record},
    {"relockRecord", "u", 2, draw_relock_record, make_relock_record},
    {"shareRecord", "u", 6, draw_share_record, make_share_record},
    {"revokeShare", "u", 2, draw_revoke_share, make_revoke_share},
    {"anchorLog", "i", 2, draw_anchor_log, make_anchor_log},
};

}  // namespace

std::span<const OperationKind> record_operations() {
  return kOperations;
}

}  // namespace generion::contract::model
