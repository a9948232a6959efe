#include "rpc/submissions.h"

#include <fmt/core.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <mutex>

namespace generion::rpc {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kRetryAfterMs = 1'000;  // when a full node may have room for another waiter

struct Waiter {
  Wait wait;
  Clock::time_point deadline;
  Done done;  // empty once called
  std::optional<Outcome> known;
};
using Waiters = std::list<std::shared_ptr<Waiter>>;

}  // namespace

bool is_reached(const Outcome& outcome, Wait wait) {
  switch (outcome.state) {
    case Outcome::State::unknown:
      return false;
    case Outcome::State::accepted:
      return wait == Wait::accepted;
    case Outcome::State::expired:
      return true;
    case Outcome::State::executed:
    case Outcome::State::refused:
      // What was refused without a block has nothing to be sealed.
      return wait != Wait::sealed || outcome.sealed || !outcome.height;
  }
  return false;
}

// Callbacks of the backend hold it, so that one that comes late finds it alive.
class Submissions::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(boost::asio::io_context& io, Backend& backend, std::size_t waiters_max,
       std::chrono::milliseconds timeout)
      : backend_(backend), waiters_max_(waiters_max), timeout_(timeout) {
    timer_.emplace(io);
  }

  void submit(SignedTransaction transaction, Wait wait, Done done) {
    std::unique_lock lock(mutex_);
    if (auto refusal = check_room()) {
      lock.unlock();
      return done(std::unexpected(std::move(*refusal)));
    }
    const auto waiter =
        std::make_shared<Waiter>(Waiter{wait, Clock::now() + timeout_, std::move(done), {}});
    const auto place = waiters_.insert(waiters_.end(), waiter);
    arm();
    lock.unlock();
    backend_.submit(std::move(transaction), wait,
                    [self = shared_from_this(), waiter, place](Result<Outcome> outcome) {
                      self->report(waiter, place, std::move(outcome));
                    });
  }

  void stop() {
    Waiters ended;
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
      ended.swap(waiters_);
      // The backend may hold callbacks, and so this object, for longer than the io_context lives.
      timer_.reset();
    }
    for (const auto& waiter : ended) finish(*waiter, std::unexpected(shutting_down(waiter->known)));
  }

  std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return waiters_.size();
  }

 private:
  static Failure shutting_down(std::optional<Outcome> known) {
    Failure out(Error{Code::shutting_down,
                      "the node is stopping; send the same bytes to another one, which is safe"});
    out.outcome = std::move(known);
    return out;
  }

  std::optional<Failure> check_room() const {
    if (stopped_) return shutting_down({});
    if (waiters_.size() < waiters_max_) return std::nullopt;
    Failure out(Error{Code::overloaded,
                      fmt::format("{} sendTransaction calls wait already, the most that this "
                                  "node holds; the transaction was not taken",
                                  waiters_max_)});
    out.limit = waiters_max_;
    out.retry_after_ms = kRetryAfterMs;
    return out;
  }

  // A waiter is in the list as long as its `done` is set; whoever takes it out under the lock calls
  // `done`.
  void report(const std::shared_ptr<Waiter>& waiter, Waiters::iterator place,
              Result<Outcome> outcome) {
    {
      const std::lock_guard lock(mutex_);
      if (stopped_ || waiter->deadline == Clock::time_point::min()) return;
      if (outcome && !is_reached(*outcome, waiter->wait)) {
        waiter->known = std::move(*outcome);
        return;
      }
      waiter->deadline = Clock::time_point::min();
      waiters_.erase(place);
    }
    if (outcome) {
      finish(*waiter, std::move(*outcome));
    } else {
      finish(*waiter, std::unexpected(Failure(std::move(outcome.error()))));
    }
  }

  static void finish(Waiter& waiter, std::expected<Outcome, Failure> result) {
    std::exchange(waiter.done, nullptr)(std::move(result));
  }

  // All waiters have the same time, so the first in the list is the first due.
  void arm() {
    if (armed_ || waiters_.empty()) return;
    armed_ = true;
    timer_->expires_at(waiters_.front()->deadline);
    timer_->async_wait([weak = weak_from_this()](boost::system::error_code ec) {
      if (auto self = ec ? nullptr : weak.lock()) self->on_timer();
    });
  }

  void on_timer() {
    Waiters due;
    {
      const std::lock_guard lock(mutex_);
      if (stopped_) return;
      armed_ = false;
      const Clock::time_point now = Clock::now();
      auto end = waiters_.begin();
      for (; end != waiters_.end() && (*end)->deadline <= now; ++end) {
        (*end)->deadline = Clock::time_point::min();
      }
      due.splice(due.begin(), waiters_, waiters_.begin(), end);
      arm();
    }
    for (const auto& waiter : due) {
      Failure failure(
          Error{Code::timed_out,
                fmt::format("not {} after {} ms; it may still be: ask getTransaction, or send the "
                            "same bytes again, which is safe",
                            wait_name(waiter->wait), timeout_.count())});
      failure.limit = static_cast<std::uint64_t>(timeout_.count());
      failure.outcome = std::move(waiter->known);
      finish(*waiter, std::unexpected(std::move(failure)));
    }
  }

  Backend& backend_;
  const std::size_t waiters_max_;
  const std::chrono::milliseconds timeout_;
  mutable std::mutex mutex_;
  // All guarded by mutex_, and so is what the waiters hold while they are in the list.
  std::optional<boost::asio::steady_timer> timer_;  // until stop
  Waiters waiters_;
  bool armed_ = false;
  bool stopped_ = false;
};

Submissions::Submissions(boost::asio::io_context& io, Backend& backend, std::size_t waiters_max,
                         std::chrono::milliseconds timeout)
    : impl_(std::make_shared<Impl>(io, backend, waiters_max, timeout)) {}
Submissions::~Submissions() {
  stop();
}

void Submissions::submit(SignedTransaction transaction, Wait wait, Done done) {
  impl_->submit(std::move(transaction), wait, std::move(done));
}
void Submissions::stop() {
  impl_->stop();
}
std::size_t Submissions::waiting() const {
  return impl_->waiting();
}

}  // namespace generion::rpc
