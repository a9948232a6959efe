// What a faulty member is made to say: "D sends PREPARE view 0 height 1 #2 to B C".
#include "scenario.h"
#include "steps.h"

namespace generion::scenarios {

void Steps::say(std::size_t member, Words& words) {
  if (stage().network().machine_of(member) != nullptr) {
    throw ScenarioError(name_of(member) + " is not faulty");
  }
  const Message said = message(member, words);
  words.must_take("to");
  stage().say_as(member, words.members(), said);
}

Message Steps::message(std::size_t member, Words& words) {
  const Epoch epoch = stage().world().members.epoch;
  const PublicKey& key = stage().world().key(member);
  const std::string kind = words.word("a kind of message");
  View view;
  if (words.take("view")) view = View(words.number("a view"));
  if (kind == "COMPLAINT") {
    if (words.take("own")) {
      words.must_take("restart");
      return Complaint{epoch, view, ComplaintReason::restarted_primary, key, {}};
    }
    return Complaint{epoch, view, ComplaintReason::no_progress, key, {}};
  }
  words.must_take("height");
  const Height height(words.number("a height"));
  if (kind == "PRE-PREPARE") return proposal(member, view, height, words);
  if (kind == "PREPARE") return Prepare{epoch, view, height, hash(words), key, {}};
  if (kind == "COMMIT") return Commit{epoch, view, height, hash(words), key};
  if (kind == "SEAL") return SealVote{epoch, Seal{height, hash(words), key, {}}};
  throw ScenarioError(kind + ": a scenario cannot make such a message");
}

PrePrepare Steps::proposal(std::size_t member, View view, Height height, Words& words) {
  const TimeMs time(sim::kWallStart + stage().now_ms());
  const PublicKey& key = stage().world().key(member);
  return {
      view, Batch{stage().world().members.epoch, height, key, time, transactions(words)}, key, {}};
}

// "#2" of the trace, or "another": one that nobody has proposed.
Hash Steps::hash(Words& words) {
  if (words.take("another")) return crypto::blake2b256({"nobody has proposed this"});
  const std::string label = words.word("#1, #2 and so on, or another");
  const auto found = stage().hash_called(label);
  if (!found) throw ScenarioError(label + " was not in the trace");
  return *found;
}

sim::TransactionPtr Steps::named(const std::string& name) {
  const sim::World& world = stage().world();
  for (const auto& transaction : world.transactions) {
    if (world.name_of(transaction->id) == name) return transaction;
  }
  for (const sim::ReformStep& step : world.reforms.at(sim::Reform::rotate)) {
    if (world.name_of(step.transaction->id) == name) return step.transaction;
  }
  throw ScenarioError("there is no transaction " + name);
}

std::vector<TxId> Steps::transactions(Words& words) {
  std::vector<TxId> out;
  while (!words.is_next("to")) {
    const std::string name = words.word("t0, t1 and so on");
    out.push_back(named(name)->id);
  }
  return out;
}

}  // namespace generion::scenarios
