#include "decoded.h"

#include "base/assert.h"

namespace generion::contract::model {
namespace {

template <class Object>
Object must(Result<Object> decoded) {
  GENERION_ASSERT(decoded.has_value());
  return std::move(*decoded);
}

struct AddObject {
  Decoded& out;
  const Bytes& value;

  void operator()(SingleObject single) const {
    switch (single) {
      case SingleObject::counters:
        out.counters = must(decode_counters(value));
        return;
      case SingleObject::validators:
        out.validators = must(decode_validators(value));
        return;
      case SingleObject::parameters:
        out.parameters = must(decode_parameters(value));
        return;
    }
  }
  void operator()(InstitutionId id) const {
    out.institutions[id] = must(decode_institution(value));
  }
  void operator()(UserId id) const { out.users[id] = must(decode_user(value)); }
  void operator()(RecordId id) const { out.records[id] = must(decode_record(value)); }
  void operator()(ShareId id) const { out.shares[id] = must(decode_share(value)); }
  void operator()(OrderId id) const { out.orders[id] = must(decode_order(value)); }
  void operator()(ProposalId id) const { out.proposals[id] = must(decode_proposal(value)); }
  void operator()(EvidenceId id) const { out.evidence[id] = must(decode_evidence(value)); }
  void operator()(Epoch number) const { out.epochs[number] = must(decode_epoch(value)); }
  void operator()(const CellName& name) const { out.cells[name] = must(decode_cell(value)); }
};

}  // namespace

Decoded decode_all(const MemoryState& state) {
  Decoded out;
  for (const auto& [key, value] : state.objects()) {
    const auto name = parse_object_key(key);
    GENERION_ASSERT(name.has_value());
    std::visit(AddObject{out, value}, *name);
  }
  return out;
}

}  // namespace generion::contract::model
