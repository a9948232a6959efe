#include "node/joiner_thread.h"

#include <pthread.h>

#include <chrono>

#include "node/clock.h"

namespace generion::node {
namespace {

constexpr std::chrono::milliseconds kTick{200};

}  // namespace

JoinerThread::JoinerThread(Joiner::Settings settings, PeerLinks links, Handlers handlers)
    : handlers_(std::move(handlers)),
      joiner_(std::move(settings), std::move(links)),
      was_pausing_(joiner_.pauses_blocks()) {
  handlers_.pause_blocks(was_pausing_);
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "joiner");
}

JoinerThread::~JoinerThread() {
  inbox_.close();
  thread_.join();
}

void JoinerThread::on_tip(const PublicKey& peer, Height stable) {
  inbox_.push([peer, stable](Joiner& joiner) { joiner.on_tip(peer, stable); });
}

void JoinerThread::on_disconnected(const PublicKey& peer) {
  inbox_.push([peer](Joiner& joiner) { joiner.on_disconnected(peer); });
}

void JoinerThread::on_message(const PublicKey& from, Joiner::Reply reply,
                              std::shared_ptr<const void> hold) {
  inbox_.push([from, reply = std::move(reply), hold = std::move(hold)](Joiner& joiner) mutable {
    joiner.on_message(from, std::move(reply));
  });
}

std::optional<rpc::JoinProgress> JoinerThread::progress() const {
  const std::lock_guard lock(mutex_);
  return progress_;
}

void JoinerThread::run() {
  while (auto tasks = inbox_.take_until(std::chrono::steady_clock::now() + kTick)) {
    joiner_.on_own(handlers_.own());
    for (Task& task : *tasks) task(joiner_);
    joiner_.tick(read_clocks().monotonic);
    if (!after_tasks()) return;
  }
}

bool JoinerThread::after_tasks() {
  if (joiner_.pauses_blocks() != was_pausing_) {
    was_pausing_ = joiner_.pauses_blocks();
    handlers_.pause_blocks(was_pausing_);
  }
  {
    const std::lock_guard lock(mutex_);
    progress_ = joiner_.is_joining() ? std::optional(joiner_.progress()) : std::nullopt;
  }
  if (joiner_.stage() == Joiner::Stage::failed) {
    handlers_.failed(joiner_.failure());
    return false;
  }
  if (joiner_.stage() != Joiner::Stage::complete) return true;
  handlers_.complete();
  return false;
}

}  // namespace generion::node
