// The thread of the joiner. Ends when the snapshot is complete, or joining has failed.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "node/inbox.h"
#include "node/joiner.h"

namespace generion::node {

class JoinerThread {
 public:
  struct Handlers {
    std::function<Height()> own;             // the newest final height here
    std::function<void(bool)> pause_blocks;  // blocks are not to be fetched meanwhile
    std::function<void()> complete;          // the ledger is to be opened anew
    std::function<void(Error)> failed;
  };

  JoinerThread(Joiner::Settings settings, PeerLinks links, Handlers handlers);
  ~JoinerThread();  // drops what has come; progress is durable

  // Any thread. `hold` is kept until the message was handled.
  void on_tip(const PublicKey& peer, Height stable);
  void on_disconnected(const PublicKey& peer);
  void on_message(const PublicKey& from, Joiner::Reply reply, std::shared_ptr<const void> hold);

  // nullopt: nothing is joined.
  std::optional<rpc::JoinProgress> progress() const;

 private:
  using Task = std::move_only_function<void(Joiner&)>;
  void run();
  bool after_tasks();

  const Handlers handlers_;
  Joiner joiner_;
  bool was_pausing_ = false;
  mutable std::mutex mutex_;
  std::optional<rpc::JoinProgress> progress_;  // guarded by mutex_
  Inbox<Task> inbox_;
  std::thread thread_;
};

}  // namespace generion::node
