// Where a scenario plays: a simulated network without chance, in which each message takes 1 ms and
// each sync is done at once, and a trace that tells every message once, when it is sent.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "network.h"

namespace generion::scenarios {

// Which messages; what is not set matches all.
struct Matcher {
  std::optional<std::string> kind;
  std::optional<View> view;
  std::optional<Height> height;
  std::optional<std::size_t> from;  // a member
  std::optional<std::size_t> to;

  bool matches(std::size_t sender, std::size_t receiver, const Message& message) const;
};

class Stage {
 public:
  explicit Stage(const sim::Plan& plan);

  sim::Network& network() { return network_; }
  const sim::World& world() const { return network_.world(); }
  std::uint64_t now_ms() const { return network_.now_ms(); }

  // All start and hear from one another; the trace and its time begin afterwards.
  void begin();
  void run(std::uint64_t ms) { network_.run_until(now_ms() + ms); }

  void drop(const Matcher& which) { dropped_.push_back(which); }
  void hold(const Matcher& which) { held_.push_back(which); }
  void cut_off(std::size_t member);
  // What was held is sent now.
  void release();
  // All links are well again; what was lost stays lost.
  void heal();

  void hide(const std::string& kind) { hidden_.insert(kind); }
  void show(const std::string& kind) { hidden_.erase(kind); }

  // By a member without a machine, signed with its key.
  void say_as(std::size_t from, const std::vector<std::size_t>& to, const Message& message);

  // A hash that the trace calls "#1"; nullopt: none was called so.
  std::optional<Hash> hash_called(const std::string& label) const;

  // What happened since the last call.
  std::vector<std::string> take_trace();

 private:
  struct Held {
    std::size_t from = 0;
    std::size_t to = 0;
    Message message;
  };
  // Receivers of one message of one sender, until another line comes.
  struct Sending {
    std::uint64_t at_ms = 0;
    std::size_t from = 0;
    Message message;
    std::vector<std::size_t> to, lost, held;
  };

  bool on_message(std::size_t from, std::size_t to, const Message& message);
  void learn_hashes(const Message& message);
  void on_line(const sim::Trace::Line& line);
  void tell_sending();
  void tell(std::uint64_t at_ms, const std::string& who, const std::string& to,
            const std::string& text);
  std::string labelled(const std::string& text);

  std::vector<Matcher> dropped_;
  std::vector<Matcher> held_;
  std::set<std::size_t> cut_;
  std::vector<Held> waiting_;
  std::set<std::string> hidden_ = {"STATUS", "journal"};
  std::optional<Sending> sending_;
  std::map<std::string, std::string> labels_;  // by a hash's first digits
  std::map<std::string, Hash> hashes_;         // the same
  // Machines that do the same at the same time share a line.
  struct Line {
    std::uint64_t at_ms = 0;
    std::string who, to, text;
  };
  std::set<std::string> told_;  // in this step
  std::vector<Sending> lost_;   // messages that reached nobody
  std::vector<Line> trace_;
  std::uint64_t started_ms_ = 0;
  sim::Network network_;
};

std::string name_of(std::size_t member);  // "A" for 0

}  // namespace generion::scenarios
