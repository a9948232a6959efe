// sendTransaction calls that wait for their outcome: bounded in number and in time.
#pragma once

#include <chrono>
#include <memory>

#include "rpc/method.h"

namespace boost::asio {
class io_context;
}

namespace generion::rpc {

// Safe from any thread.
class Submissions {
 public:
  // `io` runs the clock; it and `backend` must outlive this object.
  Submissions(boost::asio::io_context& io, Backend& backend, std::size_t waiters_max,
              std::chrono::milliseconds timeout);
  ~Submissions();

  // Passes the transaction on and calls `done` once, on any thread: when `wait` is reached, when it
  // is refused, or timed_out with the outcome as far as it is known. overloaded: waiters_max calls
  // wait already.
  void submit(SignedTransaction transaction, Wait wait, Done done);

  // Answers all that wait, and all later calls, with shutting_down.
  void stop();

  std::size_t waiting() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

// Whether `outcome` is what a sender with this wait waits for.
bool is_reached(const Outcome& outcome, Wait wait);

}  // namespace generion::rpc
