// A node whose journal lacks votes that it has cast (it is an old copy, lost or damaged, or a
// second machine has the node's key) might contradict itself, so it only listens. It votes again
// from the first epoch in which it cannot have voted yet.
//
// Others prove which that is: q of them say how far they are; e is the epoch of the block after the
// highest answer. This node may have voted in e + 1, before anyone else could prove that e had
// ended, but not in e + 2.
#pragma once

#include <filesystem>
#include <map>
#include <optional>

#include "node/epoch_state.h"

namespace generion::node {

struct Listening {
  std::optional<Epoch> until;  // it votes in that epoch again; none: not known yet
  friend bool operator==(const Listening&, const Listening&) = default;
};

// As the data directory has it; nullopt: the node votes. Error damaged, io_error.
Result<std::optional<Listening>> read_listening(const std::filesystem::path& data_dir);
// Durable when it returns. Errors: disk_full, io_error.
Result<void> write_listening(const std::filesystem::path& data_dir,
                             const std::optional<Listening>& listening);

// Belongs to the replica thread.
class Listener {
 public:
  explicit Listener(std::optional<Listening> state) : state_(state) {}

  const std::optional<Listening>& state() const { return state_; }

  // The journal turned out to lack votes.
  void begin() {
    if (!state_) state_.emplace();
  }

  // A peer said, after this node's start, that it holds final blocks up to here.
  void on_answer(const PublicKey& peer, Height stable);

  // True if it is now known until when this node listens: `epoch` is that of the block after
  // `applied`, which this node has executed.
  bool settle(const contract::EpochRules& epoch, const PublicKey& self, Height applied);

  // True if listening ended with the begin of this epoch.
  bool end(Epoch epoch);

 private:
  std::optional<Listening> state_;
  std::map<PublicKey, Height> answers_;
};

}  // namespace generion::node
