// Threads that run one io_context until the object dies.
#pragma once

#include <cstddef>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace generion::io {

class IoThreads {
 public:
  explicit IoThreads(std::size_t threads);
  // Drops what is still pending and joins. What uses the context must be stopped before.
  ~IoThreads();
  IoThreads(const IoThreads&) = delete;
  IoThreads& operator=(const IoThreads&) = delete;

  boost::asio::io_context& context();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace generion::io
