#include "client/light_client.h"

#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "base/base64.h"
#include "base/file.h"
#include "base/hex.h"
#include "client/proof.h"
#include "contract/market_objects.h"
#include "crypto/merkle.h"
#include "set_history.h"
#include "temporary_directory.h"
#include "wire/proof.h"

namespace generion::client {
namespace {

using Catch::Contains;
using History = SetHistory;

constexpr std::uint64_t kHeartbeat = 30'000;

// A node whose chain has epochs of ten blocks. Its state: counters, parameters, one record.
class LightNode final : public Rpc {
 public:
  // Blocks 1 to `height`; block 10 hands over from abcd to abcde, block 20 to bcdef.
  explicit LightNode(std::uint64_t height, std::string branch = "") : branch_(std::move(branch)) {
    contract::Counters counters;
    counters.records = 1;
    counters.users = 1;
    Parameters parameters = default_parameters();
    parameters.heartbeat_ms = kHeartbeat;
    contract::Record record;
    record.owner = UserId(1);
    objects_ = {{contract::counters_key(), contract::encode_counters(counters)},
                {contract::parameters_key(), encode_parameters(parameters)},
                {contract::record_key(RecordId(1)), contract::encode_record(record)}};
    while (blocks_.size() < height) grow();
  }

  void grow() {
    const std::uint64_t height = blocks_.size() + 1;
    const std::string set = height <= 10 ? "abcd" : height <= 20 ? "abcde" : "bcdef";
    const std::string next = height < 10 ? "abcd" : height < 20 ? "abcde" : "bcdef";
    BlockHeader block = History::header((height - 1) / 10, height, set, next);
    block.parent_hash = blocks_.empty() ? Hash() : block_hash(blocks_.back().header);
    // A branch differs from block 21 on, above the changes of the set.
    block.batch_digest = crypto::blake2b256({height < 21 ? "" : branch_});
    block.state_root = crypto::merkle_root(leaves());
    block.object_count = objects_.size();
    blocks_.push_back(History::link(block, set, next));
  }

  Result<boost::json::value> call(std::string_view method, boost::json::object params) override {
    ++calls;
    if (silent) return fail(Code::unreachable, "no answer");
    if (alter) {
      if (auto answer = alter(method, params)) return *answer;
    }
    if (method == "getLinks") {
      return links(params.at("from_height").to_number<std::uint64_t>());
    }
    if (method != "getProof") return fail(Code::unknown_method, "no such method");
    const auto* height = params.if_contains("height");
    const std::size_t at = height ? height->to_number<std::uint64_t>() : blocks_.size();
    const auto key = from_hex(std::string(params.at("key").as_string()));
    return prove(*key, blocks_.at(at - 1));
  }

  Result<std::vector<Result<boost::json::value>>> call_batch(std::vector<RpcCall>) override {
    return fail(Code::unknown_method, "no batches");
  }

  Result<boost::json::value> links(std::uint64_t from) const {
    if (from > blocks_.size()) return fail(Code::height_ahead, "not there yet");
    std::vector<ChainLink> out;
    if (from > 0) out.push_back(blocks_[from - 1]);
    if (from > 0 && bare) out.back().certificate.signers.clear();
    for (std::uint64_t change = 10; change < blocks_.size(); change += 10) {
      if (change > from && change <= 20) out.push_back(blocks_[change - 1]);
    }
    if (from != blocks_.size()) out.push_back(blocks_.back());
    return page(out);
  }

  static boost::json::value page(const std::vector<ChainLink>& links) {
    return boost::json::object{{"links", to_base64(wire::encode_links(links))},
                               {"height", links.back().header.height.value()}};
  }

  Result<boost::json::value> prove(const Bytes& key, const ChainLink& block) const {
    std::uint64_t slot = 0;
    while (slot < objects_.size() && objects_[slot].first != key) ++slot;
    if (slot == objects_.size()) return fail(Code::not_found, "no such object");
    Proof proof;
    proof.content =
        ObjectProof{key, objects_[slot].second, Slot(slot), crypto::merkle_path(leaves(), slot)};
    proof.header = block.header;
    proof.certificate = block.certificate;
    for (const std::uint64_t change : {10, 20}) {
      if (change < block.header.height.value()) proof.set_changes.push_back(blocks_[change - 1]);
    }
    return boost::json::object{{"proof", to_base64(wire::encode_proof(proof))}};
  }

  const ChainLink& block(std::uint64_t height) const { return blocks_.at(height - 1); }
  TimeMs time() const { return blocks_.back().header.time; }

  std::function<std::optional<Result<boost::json::value>>(std::string_view,
                                                          const boost::json::object&)>
      alter;
  bool silent = false;
  bool bare = false;  // the block that links begin with is final by a later one's certificate
  std::size_t calls = 0;

 private:
  std::vector<Hash> leaves() const {
    std::vector<Hash> out;
    for (const auto& [key, value] : objects_) out.push_back(object_leaf(key, value));
    return out;
  }

  std::string branch_;
  std::vector<std::pair<Bytes, Bytes>> objects_;
  std::vector<ChainLink> blocks_;
};

Genesis genesis() {
  Genesis out;
  out.chain_name = "a chain";
  out.parameters = default_parameters();
  return out;
}

// From block 1, which a test trusts: a genesis file of this chain can't be made.
LightOptions options(const LightNode& node, const std::filesystem::path& memory = {}) {
  return {.trusted = TrustedBlock{Height(1), block_hash(node.block(1).header)}, .memory = memory};
}

std::unique_ptr<LightClient> opened(LightOptions from, std::vector<LightPeer> peers) {
  auto light = LightClient::open(std::move(from), std::move(peers));
  if (!light) FAIL(light.error().message);
  return std::move(*light);
}

template <class T>
Code code(const Result<T>& result) {
  return result ? Code::ok : result.error().code;
}

}  // namespace

TEST_CASE("a light client follows two nodes, and reads from the one that is ahead") {
  LightNode first(23);
  LightNode second(25);
  const auto light = opened(options(first), {{&first, "first"}, {&second, "second"}});
  const auto head = light->refresh(second.time());
  REQUIRE(head);
  CHECK(head->block.header == second.block(25).header);
  CHECK(head->peers == 2);
  CHECK(head->validators == 5);
  CHECK(head->heartbeat_ms == kHeartbeat);
  CHECK(head->check_fresh());
  CHECK(light->chain().changes() == 2);

  const auto record = light->object(contract::record_key(RecordId(1)));
  REQUIRE(record);
  CHECK(record->header.height == Height(25));
  CHECK(code(light->absent(RecordId(2))) == Code::ok);
  CHECK(code(light->absent(RecordId(1))) == Code::bad_proof);
  CHECK(code(light->absent(ShareId(1))) == Code::ok);
  CHECK(code(light->object(contract::record_key(RecordId(2)))) == Code::not_found);

  second.grow();
  CHECK(light->refresh(second.time())->block.header.height == Height(26));
  second.bare = true;
  second.grow();
  CHECK(light->refresh(second.time())->block.header.height == Height(27));
}

TEST_CASE("one node is asked if there is no other, or the other does not answer") {
  LightNode node(25);
  LightNode dead(25);
  dead.silent = true;
  CHECK(opened(options(node), {{&node, "node"}})->refresh(node.time())->peers == 1);
  const auto light = opened(options(node), {{&node, "node"}, {&dead, "dead"}});
  CHECK(light->refresh(node.time())->peers == 1);
  node.silent = true;
  CHECK(code(light->refresh(node.time())) == Code::unreachable);
}

TEST_CASE("a block that is older than an idle chain's is stale") {
  LightNode node(25);
  const auto light = opened(options(node), {{&node, "node"}});
  const TimeMs late(node.time().value() + kHeartbeatsMax * kHeartbeat);
  CHECK(light->refresh(late)->check_fresh());
  const auto stale = light->refresh(TimeMs(late.value() + 1));
  REQUIRE(stale);
  CHECK(code(stale->check_fresh()) == Code::stale);
  CHECK(light->refresh(TimeMs(1))->check_fresh());  // the caller's clock is behind
}

TEST_CASE("what was seen is never gone") {
  TemporaryDirectory directory;
  const auto memory = directory.path() / "seen.links";
  LightNode node(25);
  {
    const auto light = opened(options(node, memory), {{&node, "node"}});
    REQUIRE(light->refresh(node.time()));
    CHECK(check_private(memory));
    // Within a run too.
    LightNode behind(24);
    node.alter = [&behind](std::string_view method, const boost::json::object& params) {
      return behind.call(method, params);
    };
    CHECK(code(light->object(contract::record_key(RecordId(1)))) == Code::stale);
    CHECK(code(light->refresh(node.time())) == Code::stale);
    node.alter = nullptr;
    CHECK(light->refresh(node.time()));
  }
  LightNode behind(24);
  const auto later = opened(options(node, memory), {{&behind, "behind"}});
  CHECK(behind.calls == 0);  // the memory has the trusted block
  CHECK(later->chain().head()->header.height == Height(25));
  const auto stale = later->refresh(node.time());
  REQUIRE(code(stale) == Code::stale);
  CHECK_THAT(stale.error().message, Contains("25"));
  CHECK(code(later->object(contract::record_key(RecordId(1)))) == Code::stale);
  // A node that is behind does no harm beside one that is not.
  const auto both = opened(options(node, memory), {{&behind, "behind"}, {&node, "node"}});
  CHECK(both->refresh(node.time()));
  CHECK(both->object(contract::record_key(RecordId(1))));

  // Who has seen more in the meantime is not overwritten.
  LightNode ahead(30);
  REQUIRE(opened(options(node, memory), {{&ahead, "ahead"}})->refresh(ahead.time()));
  node.grow();
  REQUIRE(both->refresh(node.time()));
  CHECK(load_links(memory)->back().header.height == Height(30));
}

TEST_CASE("a memory that is damaged, another chain's or open to others is refused") {
  TemporaryDirectory directory;
  const auto memory = directory.path() / "seen.links";
  LightNode node(25);
  REQUIRE(opened(options(node, memory), {{&node, "node"}})->refresh(node.time()));
  const auto open = [&] {
    return code(LightClient::open(options(node, memory), {{&node, "node"}}));
  };
  REQUIRE(open() == Code::ok);
  const auto whole = *load_links(memory);
  SECTION("damaged") {
    REQUIRE(write_file_atomic(memory, "\xff\xff", kPrivateFileMode));
    CHECK(open() == Code::malformed);
  }
  SECTION("a seal altered") {
    auto altered = whole;
    altered.back().certificate.signers[0].signature = Signature();
    REQUIRE(save_links(memory, altered, kPrivateFileMode));
    CHECK(open() == Code::bad_proof);
  }
  SECTION("a change of the set left out") {
    REQUIRE(save_links(memory, {whole.front(), whole.back()}, kPrivateFileMode));
    CHECK(open() == Code::bad_proof);
  }
  SECTION("another beginning") {
    REQUIRE(save_links(memory, {whole.begin() + 1, whole.end()}, kPrivateFileMode));
    CHECK(open() == Code::bad_proof);
  }
  SECTION("readable by others") {
    ::chmod(memory.c_str(), 0644);
    CHECK(open() == Code::bad_file_mode);
  }
}

TEST_CASE("two nodes with two certified chains are a fork; it is kept, and all stops") {
  TemporaryDirectory directory;
  const auto memory = directory.path() / "seen.links";
  LightNode first(23);
  const std::uint64_t height = GENERATE(22, 23, 24, 25, 30);
  LightNode second(height, "another history");
  const auto light = opened(options(first, memory), {{&first, "first"}, {&second, "second"}});
  const auto head = light->refresh(first.time());
  REQUIRE(code(head) == Code::fork);
  CHECK_THAT(head.error().message, Contains("seen.links.fork"));
  CHECK(code(light->refresh(first.time())) == Code::fork);
  CHECK(code(light->object(contract::record_key(RecordId(1)))) == Code::fork);
  const auto both = load_links(memory.string() + ".fork");
  REQUIRE(both);
  REQUIRE(both->size() == 2);
  // The same height, or one that does not stand on the other.
  const auto [low, high] = std::minmax(both->front().header.height, both->back().header.height);
  CHECK(high.value() - low.value() <= 1);
  CHECK(both->front().header != both->back().header);
  // Also the next time, and with honest nodes.
  const auto again = LightClient::open(options(first, memory), {{&first, "first"}});
  REQUIRE(code(again) == Code::fork);
  CHECK_THAT(again.error().message, Contains("seen.links.fork"));
}

TEST_CASE("a node that shows another history than was seen is found out alone") {
  TemporaryDirectory directory;
  const auto memory = directory.path() / "seen.links";
  LightNode node(23);
  REQUIRE(opened(options(node, memory), {{&node, "node"}})->refresh(node.time()));
  LightNode liar(30, "another history");
  const auto light = opened(options(node, memory), {{&liar, "liar"}});
  CHECK(code(light->refresh(liar.time())) == Code::fork);
}

TEST_CASE("a lie is found out, and whose it is") {
  LightNode fresh(25);
  const auto other = opened(options(fresh), {{&fresh, "fresh"}});
  const auto tell = [&](const std::vector<ChainLink>& told) {
    fresh.alter = [=](std::string_view, const boost::json::object&) {
      return std::optional<Result<boost::json::value>>(LightNode::page(told));
    };
    return other->refresh(fresh.time());
  };
  const auto missing = tell({fresh.block(1), fresh.block(20), fresh.block(25)});
  REQUIRE(code(missing) == Code::bad_proof);
  CHECK_THAT(missing.error().message, Contains("fresh"));
  ChainLink altered = fresh.block(25);
  altered.header.state_root = Hash();
  CHECK(code(tell({fresh.block(1), fresh.block(10), fresh.block(20), altered})) == Code::bad_proof);
  ChainLink few = fresh.block(25);
  few.certificate.signers.resize(3);
  CHECK(code(tell({fresh.block(1), fresh.block(10), fresh.block(20), few})) == Code::bad_proof);
  CHECK(code(tell({fresh.block(10), fresh.block(20), fresh.block(25)})) == Code::bad_proof);
  fresh.alter = nullptr;
  CHECK(other->refresh(fresh.time()));
}

TEST_CASE("an altered object, or another one, is refused") {
  LightNode node(25);
  const auto light = opened(options(node), {{&node, "node"}});
  const Bytes key = contract::record_key(RecordId(1));
  const auto shown = [&](const std::function<void(Proof&)>& change) {
    Proof proof = *wire::decode_proof(
        *from_base64(std::string(node.prove(key, node.block(25))->at("proof").as_string())));
    change(proof);
    node.alter = [proof](std::string_view, const boost::json::object&) {
      return std::optional<Result<boost::json::value>>(
          boost::json::object{{"proof", to_base64(wire::encode_proof(proof))}});
    };
    return code(light->object(key));
  };
  CHECK(shown([](Proof&) {}) == Code::ok);
  CHECK(shown([](Proof& proof) { std::get<ObjectProof>(proof.content).value += '\0'; }) ==
        Code::bad_proof);
  CHECK(shown([](Proof& proof) { std::get<ObjectProof>(proof.content).path.pop_back(); }) ==
        Code::bad_proof);
  CHECK(shown([&node](Proof& proof) {
          proof = *wire::decode_proof(*from_base64(std::string(
              node.prove(contract::counters_key(), node.block(25))->at("proof").as_string())));
        }) == Code::bad_proof);
}

TEST_CASE("a light client needs a beginning and a node that knows it") {
  LightNode node(5);
  CHECK(code(LightClient::open({}, {{&node, "node"}})) == Code::usage);
  CHECK(code(LightClient::open(options(node), {})) == Code::usage);
  CHECK(code(LightClient::open({.trusted = TrustedBlock{Height(1), Hash()}}, {{&node, "node"}})) ==
        Code::bad_proof);
  LightOptions both = options(node);
  both.genesis = genesis();
  CHECK(code(LightClient::open(both, {{&node, "node"}})) == Code::wrong_chain);
  const auto other = opened({.genesis = genesis()}, {{&node, "node"}});
  CHECK(code(other->refresh(node.time())) == Code::wrong_chain);
}

}  // namespace generion::client
