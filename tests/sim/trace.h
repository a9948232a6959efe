// What a run says about itself, if anyone listens.
#pragma once

#include <functional>
#include <string>

#include "consensus/actions.h"
#include "world.h"

namespace generion::sim {

class Trace {
 public:
  struct Line {
    std::uint64_t at_ms = 0;
    std::string from;  // a machine; empty: the world
    std::string to;    // empty: nothing was sent
    std::string text;
  };
  using Sink = std::function<void(const Line&)>;

  void listen(Sink sink) { sink_ = std::move(sink); }
  // Ask before composing a text.
  bool is_on() const { return sink_ != nullptr; }
  void add(const Line& line) const { sink_(line); }

 private:
  Sink sink_;
};

// "  1234 ms  A -> B  PREPARE view 0 height 3 [t1 t2]"
std::string as_text(const Trace::Line& line);
// A line of a Mermaid sequence diagram.
std::string as_mermaid(const Trace::Line& line);

// Short, for people: kinds, numbers, the first digits of digests.
std::string describe(const Message& message, const World& world);
std::string describe(const Batch& batch, const World& world);
std::string describe(const consensus::JournalEntry& entry, const World& world);
std::string short_hash(const Hash& hash);

}  // namespace generion::sim
