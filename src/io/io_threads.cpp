#include "io/io_threads.h"

#include <pthread.h>

#include <string>
#include <thread>
#include <vector>

#include "io/asio.h"

namespace generion::io {

class IoThreads::Impl {
 public:
  explicit Impl(std::size_t threads) : io_(static_cast<int>(threads)), work_(io_.get_executor()) {
    threads_.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i) {
      threads_.emplace_back([this] { io_.run(); });
      pthread_setname_np(threads_.back().native_handle(), ("io-" + std::to_string(i)).c_str());
    }
  }
  ~Impl() {
    io_.stop();
    for (std::thread& thread : threads_) thread.join();
  }
  asio::io_context& context() { return io_; }

 private:
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::vector<std::thread> threads_;
};

IoThreads::IoThreads(std::size_t threads) : impl_(std::make_unique<Impl>(threads)) {}
IoThreads::~IoThreads() = default;
boost::asio::io_context& IoThreads::context() {
  return impl_->context();
}

}  // namespace generion::io
