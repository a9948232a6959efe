// An open file descriptor, closed with the object.
#pragma once

#include <unistd.h>

#include <utility>

namespace generion {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }

  int get() const { return value_; }
  bool is_open() const { return value_ >= 0; }
  // Leaves closing it to the caller.
  int release() { return std::exchange(value_, -1); }

 private:
  int value_ = -1;
};

}  // namespace generion
