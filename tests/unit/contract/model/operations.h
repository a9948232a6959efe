// The operations that sequences are made of: one row each. README.md says how to add one.
#pragma once

#include <span>
#include <string_view>

#include "drawing.h"

namespace generion::contract::model {

// What a step means depends on what the chain is like just before it.
struct Scene {
  const Model& model;
  const Labels& labels;

  const World& world() const { return model.world; }
};

struct OperationKind {
  std::string_view name;
  // Who draws it as a rule: u users, i institutions, v validators, r recovery keys,
  // n nodes of validators, j those whose keys are reserved.
  std::string_view senders;
  std::uint64_t weight;
  void (*draw)(Drawing& drawing, Step& step);
  Operation (*make)(const Scene& scene, const Step& step);
};

// Of one file each.
std::span<const OperationKind> user_operations();
std::span<const OperationKind> record_operations();
std::span<const OperationKind> market_operations();
std::span<const OperationKind> governance_operations();
std::span<const OperationKind> epoch_operations();

// nullptr: there is none of this name.
const OperationKind* find_operation(std::string_view name);

// One that the sender of the model's transaction might send next.
Step draw_step(Drawing& drawing);

// --- what several of them need ---

PublicKey key_in(const Step& step, std::string_view name);
ReaderKey reader_key_in(const Step& step, std::string_view name);
AttachmentRef data_in(const Step& step, std::string_view name);
// `lock=` and, for a wrong proof, `stale=` (n1: another key, n2: another lock); else `data=`.
std::variant<Relocking, AttachmentRef> access_in(const Step& step, const Record* record);
void draw_access(Drawing& drawing, Step& step, bool capsule);

}  // namespace generion::contract::model
