// A state's objects, decoded: what the invariants look at, without the model.
#pragma once

#include <map>

#include "../memory_state.h"
#include "contract/epoch_objects.h"
#include "contract/governance_objects.h"
#include "contract/market_objects.h"
#include "contract/statistics.h"

namespace generion::contract::model {

struct Decoded {
  Counters counters;
  Parameters parameters;
  Validators validators;
  std::map<UserId, User> users;
  std::map<InstitutionId, Institution> institutions;
  std::map<RecordId, Record> records;
  std::map<ShareId, Share> shares;
  std::map<OrderId, Order> orders;
  std::map<ProposalId, Proposal> proposals;
  std::map<EvidenceId, EvidenceObject> evidence;
  std::map<Epoch, EpochObject> epochs;
  std::map<CellName, Cell> cells;
};

Decoded decode_all(const MemoryState& state);

}  // namespace generion::contract::model
