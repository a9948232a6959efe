// Waits in a connection's coroutine for the answer that a handler gives from any thread.
#pragma once

#include <mutex>
#include <optional>

#include "net/asio.h"
#include "net/http_message.h"

namespace generion::net {

// The first of `complete` and `complete` with nullopt (dropped, or cut off) resumes the waiter on
// its strand; later ones do nothing. Safe from any thread.
class PendingAnswer {
 public:
  using Resume = std::move_only_function<void(std::optional<Response>)>;

  explicit PendingAnswer(Resume resume) : resume_(std::move(resume)) {}

  void complete(std::optional<Response> response) {
    Resume resume;
    {
      const std::lock_guard lock(mutex_);
      resume = std::exchange(resume_, nullptr);
    }
    if (resume) resume(std::move(response));
  }

 private:
  std::mutex mutex_;
  Resume resume_;  // guarded by mutex_; empty once called
};

// The Respond that a handler gets.
class AnswerOnce {
 public:
  explicit AnswerOnce(std::shared_ptr<PendingAnswer> pending) : pending_(std::move(pending)) {}
  AnswerOnce(AnswerOnce&&) = default;
  AnswerOnce& operator=(AnswerOnce&&) = default;
  ~AnswerOnce() {
    if (pending_) pending_->complete(std::nullopt);
  }
  void operator()(Response response) {
    std::exchange(pending_, nullptr)->complete(std::move(response));
  }

 private:
  std::shared_ptr<PendingAnswer> pending_;
};

}  // namespace generion::net
