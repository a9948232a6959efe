#include "ledger/execution_state.h"

#include "types/proof.h"

namespace generion::ledger {

std::shared_ptr<const PendingState> prepare_state(const StateTree& tree,
                                                  const contract::BlockWrites& writes,
                                                  const std::function<Slot(ByteView)>& slot_of,
                                                  const StateTree::PageSource& pages) {
  auto out = std::make_shared<PendingState>();
  std::vector<StateTree::Update> updates;
  updates.reserve(writes.objects.size());
  out->slots.reserve(writes.objects.size());
  std::uint64_t next = tree.size();
  for (const contract::ObjectWrite& write : writes.objects) {
    const Slot slot = write.created ? Slot(next++) : slot_of(write.key);
    out->slots.push_back(slot);
    updates.push_back({slot, object_leaf(write.key, write.value)});
  }
  auto changed = tree.with(std::move(updates), pages);
  out->tree = std::move(changed.tree);
  out->pages = std::move(changed.pages);
  return out;
}

}  // namespace generion::ledger
