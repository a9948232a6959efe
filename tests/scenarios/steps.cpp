#include "steps.h"

#include <fmt/core.h>

#include <limits>

#include "scenario.h"

namespace generion::scenarios {

Steps::Steps() {
  plan_.seed = 0;
  plan_.is_still = true;
  plan_.chaos_ms = std::numeric_limits<std::uint32_t>::max();
  plan_.delay_ms = 1;
  plan_.transactions = 40;
  plan_.timeout_ms = 2'000;
  plan_.heartbeat_ms = 30'000;
  plan_.empty_gap_ms = 15'000;
}

std::vector<std::string> Steps::run(std::string_view line) {
  Words words(line, plan_.members);
  if (!set_up(words)) do_step(words);
  words.must_be_done();
  return stage_ ? stage_->take_trace() : std::vector<std::string>();
}

bool Steps::set_up(Words& words) {
  if (stage_) return false;
  if (words.take("members")) {
    plan_.members = words.number("how many");
  } else if (words.take("timeout")) {
    plan_.timeout_ms = words.duration_ms();
  } else if (words.take("heartbeat")) {
    plan_.heartbeat_ms = words.duration_ms();
    plan_.empty_gap_ms = plan_.heartbeat_ms / 2;
  } else if (words.take("batches")) {
    words.must_take("of");
    plan_.batch_max = words.number("how many");
  } else if (words.take("window")) {
    plan_.window = words.number("how many");
  } else if (words.take("faulty")) {
    for (const std::size_t member : words.members()) {
      plan_.faulty.push_back({member, sim::Fault::silent});
    }
  } else if (words.take("censor")) {
    plan_.faulty.push_back({words.member(), sim::Fault::censor});
  } else if (words.take("wrong")) {
    for (const std::size_t member : words.members()) {
      plan_.faulty.push_back({member, sim::Fault::wrong});
    }
  } else {
    return false;
  }
  return true;
}

Stage& Steps::stage() {
  if (!stage_) {
    stage_ = std::make_unique<Stage>(plan_);
    stage_->begin();
    stage_->network().checker().may_stop();
  }
  return *stage_;
}

void Steps::do_step(Words& words) {
  if (words.take("run")) return stage().run(words.duration_ms());
  if (words.take("client")) return send_transactions(words);
  if (words.take("expect")) return expect(words);
  if (words.take("drop")) return stage().drop(matcher(words));
  if (words.take("hold")) return stage().hold(matcher(words));
  if (words.take("release")) return stage().release();
  if (words.take("heal")) return stage().heal();
  if (words.take("hide")) return stage().hide(words.word("a kind"));
  if (words.take("show")) return stage().show(words.word("a kind"));
  if (words.take("crash")) return crash(words);
  if (words.take("start")) return start(words);
  if (words.take("cut")) {
    words.must_take("off");
    for (const std::size_t member : words.members()) stage().cut_off(member);
    return;
  }
  do_member_step(words);
}

// "B ..."
void Steps::do_member_step(Words& words) {
  const std::size_t member = words.member();
  if (words.take("sends")) return say(member, words);
  sim::Machine& chosen = machine(member);
  if (words.take("clock")) return set_clock(chosen, words);
  if (words.take("journal")) {
    words.must_take("lost");
    if (chosen.is_up()) throw ScenarioError("it has to be crashed first");
    stage().network().checker().lost_journal(member);
    return chosen.lose_journal();
  }
  if (words.take("disk")) {
    if (words.take("slow")) {
      return chosen.slow_disk_until(stage().now_ms() + words.duration_ms());
    }
    if (words.take("copied")) {
      copies_[member] = chosen.disk();
      return;
    }
    words.must_take("restored");
    if (!copies_.contains(member)) throw ScenarioError("its disk was not copied before");
    if (chosen.is_up()) throw ScenarioError("it has to be crashed first");
    return chosen.put_disk(copies_.at(member));
  }
  throw ScenarioError("there is no such step; tests/scenarios/README.md lists them");
}

sim::Machine& Steps::machine(std::size_t member) {
  sim::Machine* found = stage().network().machine_of(member);
  if (found == nullptr) throw ScenarioError(name_of(member) + " is faulty: it has no machine");
  return *found;
}

// Of those named; "all": those that have one and are up.
std::vector<std::size_t> Steps::machines(Words& words) {
  const bool is_all = words.is_next("all");
  std::vector<std::size_t> out;
  for (const std::size_t member : words.members()) {
    const sim::Machine* found = stage().network().machine_of(member);
    if (is_all && (found == nullptr || !found->is_up())) continue;
    out.push_back(machine(member).identity().member);
  }
  return out;
}

// "PREPARE view 0 height 1 from A to B"; "everything"
Matcher Steps::matcher(Words& words) {
  Matcher out;
  const std::string kind = words.word("a kind of message");
  if (kind != "everything") out.kind = kind;
  if (words.take("view")) out.view = View(words.number("a view"));
  if (words.take("height")) out.height = Height(words.number("a height"));
  if (words.take("from")) out.from = words.member();
  if (words.take("to")) out.to = words.member();
  return out;
}

void Steps::crash(Words& words) {
  for (const std::size_t member : machines(words)) machine(member).crash();
}

void Steps::start(Words& words) {
  const bool is_all = words.is_next("all");
  for (const std::size_t member : words.members()) {
    sim::Machine* found = stage().network().machine_of(member);
    if (found != nullptr && !found->is_up()) {
      found->boot();
    } else if (!is_all) {
      throw ScenarioError(name_of(member) + " is up already, or has no machine");
    }
  }
}

void Steps::send_transactions(Words& words) {
  words.must_take("sends");
  std::vector<sim::TransactionPtr> sent;
  while (!words.is_next("to")) sent.push_back(named(words.word("t0, t1 and so on")));
  words.must_take("to");
  for (const std::size_t member : machines(words)) {
    for (const auto& transaction : sent) machine(member).submit(transaction);
  }
}

// "3 s ahead", "3 s behind", "right"
void Steps::set_clock(sim::Machine& machine, Words& words) {
  if (words.take("right")) return machine.set_skew(0);
  const auto skew = static_cast<std::int64_t>(words.duration_ms());
  if (words.take("behind")) return machine.set_skew(-skew);
  words.must_take("ahead");
  machine.set_skew(skew);
}

}  // namespace generion::scenarios
