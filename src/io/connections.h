// All connections of one server: how many there are, and how to end them.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "io/rate_limiter.h"

namespace generion::io {

// One connection. Both functions are called from any thread.
class Session {
 public:
  virtual ~Session() = default;
  virtual void finish() = 0;  // answers what it is at and closes
  virtual void cut() = 0;     // closes at once
};

class Connections {
 public:
  enum class Admission { admitted, server_full, address_full };

  // A counted connection; leaving is its end. Move-only.
  class Ticket {
   public:
    Ticket(Connections& owner, std::uint64_t id, std::string address, Admission admission);
    Ticket(Ticket&& other) noexcept;
    Ticket& operator=(Ticket&&) = delete;
    ~Ticket();

    Admission admission() const { return admission_; }
    // Whom `stop` tells; a session that was attached before is forgotten.
    void attach(std::weak_ptr<Session> session);

   private:
    Connections* owner_;
    std::uint64_t id_;
    std::string address_;
    Admission admission_;
  };

  Connections(std::size_t max, std::size_t per_address_max)
      : max_(max), per_address_max_(per_address_max) {}

  // nullptr: not even room to be told so (limits::kRefusalsMax), or stopping. An empty address
  // counts only in the total.
  std::unique_ptr<Ticket> admit(const std::string& address);

  // Admits no more, and asks all sessions to finish; cuts them after `grace`; waits for the last to
  // leave.
  void stop(std::chrono::milliseconds grace);

  std::size_t open() const;
  std::size_t max() const { return max_; }
  std::size_t per_address_max() const { return per_address_max_; }

 private:
  void leave(std::uint64_t id, const std::string& address, Admission admission);
  std::vector<std::shared_ptr<Session>> sessions() const;

  const std::size_t max_;
  const std::size_t per_address_max_;
  mutable std::mutex mutex_;
  std::condition_variable left_;
  // All guarded by mutex_.
  bool stopping_ = false;
  std::uint64_t next_id_ = 0;
  std::size_t admitted_ = 0;
  std::unordered_map<std::string, std::size_t> per_address_;
  std::map<std::uint64_t, std::weak_ptr<Session>> sessions_;  // of all tickets
};

}  // namespace generion::io
