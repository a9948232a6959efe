// What a scenario's steps do. README.md lists them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stage.h"
#include "words.h"

namespace generion::scenarios {

class Steps {
 public:
  Steps();

  // What the step gave, line by line. Throws ScenarioError and sim::Broken.
  std::vector<std::string> run(std::string_view line);

 private:
  // steps.cpp
  bool set_up(Words& words);
  void do_step(Words& words);
  void do_member_step(Words& words);
  Stage& stage();
  sim::Machine& machine(std::size_t member);
  std::vector<std::size_t> machines(Words& words);
  Matcher matcher(Words& words);
  void crash(Words& words);
  void start(Words& words);
  void send_transactions(Words& words);
  void set_clock(sim::Machine& machine, Words& words);
  // says.cpp: a faulty member's words
  void say(std::size_t member, Words& words);
  Message message(std::size_t member, Words& words);
  PrePrepare proposal(std::size_t member, View view, Height height, Words& words);
  Hash hash(Words& words);
  std::vector<TxId> transactions(Words& words);
  sim::TransactionPtr named(const std::string& name);
  // expect.cpp
  void expect(Words& words);
  void expect_of(const sim::Machine& machine, const std::string& what, Words& words);

  sim::Plan plan_;
  std::unique_ptr<Stage> stage_;             // from the first step that is no setting
  std::map<std::size_t, sim::Disk> copies_;  // of disks, by member
};

}  // namespace generion::scenarios
