#include "io/connections.h"

#include <vector>

#include "base/limits.h"

namespace generion::io {

Connections::Ticket::Ticket(Connections& owner, std::uint64_t id, std::string address,
                            Admission admission)
    : owner_(&owner), id_(id), address_(std::move(address)), admission_(admission) {}

Connections::Ticket::Ticket(Ticket&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)),
      id_(other.id_),
      address_(std::move(other.address_)),
      admission_(other.admission_) {}

Connections::Ticket::~Ticket() {
  if (owner_ != nullptr) owner_->leave(id_, address_, admission_);
}

void Connections::Ticket::attach(std::weak_ptr<Session> session) {
  std::shared_ptr<Session> late;
  {
    const std::lock_guard lock(owner_->mutex_);
    owner_->sessions_[id_] = session;
    if (owner_->stopping_) late = session.lock();
  }
  if (late) late->finish();
}

std::unique_ptr<Connections::Ticket> Connections::admit(const std::string& address) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return nullptr;
  const std::string counted = address.empty() ? address : counted_address(address);
  Admission admission = Admission::admitted;
  if (admitted_ >= max_) {
    admission = Admission::server_full;
  } else if (!counted.empty()) {
    const auto found = per_address_.find(counted);
    if (found != per_address_.end() && found->second >= per_address_max_) {
      admission = Admission::address_full;
    }
  }
  if (admission == Admission::admitted) {
    ++admitted_;
    if (!counted.empty()) ++per_address_[counted];
  } else if (sessions_.size() - admitted_ >= limits::kRefusalsMax) {
    return nullptr;
  }
  const std::uint64_t id = next_id_++;
  sessions_.emplace(id, std::weak_ptr<Session>());
  return std::make_unique<Ticket>(*this, id, counted, admission);
}

void Connections::leave(std::uint64_t id, const std::string& address, Admission admission) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(id);
  if (admission == Admission::admitted) {
    --admitted_;
    const auto found = per_address_.find(address);
    if (found != per_address_.end() && --found->second == 0) per_address_.erase(found);
  }
  // Under the lock: whoever waits in stop() may destroy this object as soon as he sees the last one
  // gone.
  left_.notify_all();
}

std::vector<std::shared_ptr<Session>> Connections::sessions() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Session>> out;
  for (const auto& [id, session] : sessions_) {
    if (auto alive = session.lock()) out.push_back(std::move(alive));
  }
  return out;
}

void Connections::stop(std::chrono::milliseconds grace) {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  for (const auto& session : sessions()) session->finish();
  const auto all_left = [this] { return sessions_.empty(); };
  {
    std::unique_lock lock(mutex_);
    if (left_.wait_for(lock, grace, all_left)) return;
  }
  for (const auto& session : sessions()) session->cut();
  std::unique_lock lock(mutex_);
  left_.wait(lock, all_left);
}

std::size_t Connections::open() const {
  const std::lock_guard lock(mutex_);
  return admitted_;
}

}  // namespace generion::io
