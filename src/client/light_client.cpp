#include "client/light_client.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "client/list_reader.h"
#include "client/node_api.h"
#include "client/proof.h"

namespace generion::client {
namespace {

std::filesystem::path fork_file(const std::filesystem::path& memory) {
  return memory.string() + ".fork";
}

Error of_peer(const LightPeer& peer, const Error& error) {
  return {error.code, fmt::format("{}: {}", peer.name, error.message)};
}

bool did_not_answer(const Error& error) {
  return error.code == Code::unreachable || error.code == Code::timed_out;
}

// What the memory file holds; nothing if there is none.
Result<std::vector<ChainLink>> load_memory(const std::filesystem::path& memory) {
  if (memory.empty()) return {};
  const auto fork = load_links(fork_file(memory));
  if (fork && fork->size() == 2) {
    return fail(
        Code::fork,
        fmt::format("this chain has forked: {} holds two certified blocks that exclude each "
                    "other, of heights {} and {}; show it to the operators, and remove it "
                    "only when they have said which chain goes on",
                    fork_file(memory).string(), fork->front().header.height.value(),
                    fork->back().header.height.value()));
  }
  if (!fork && fork.error().code != Code::file_missing) return fail(fork.error());
  if (auto ok = check_private(memory); !ok) {
    if (ok.error().code == Code::file_missing) return {};
    return fail(ok.error());
  }
  return load_links(memory);
}

Error of_memory(const std::filesystem::path& memory, const Error& error) {
  return {error.code, fmt::format("what was seen before, {}, is not of this chain, or damaged: {}; "
                                  "if you know why, remove it",
                                  memory.string(), error.message)};
}

// From the peers' answer; the first that gives one.
Result<SetChain> fetch_start(const TrustedBlock& trusted, const std::vector<LightPeer>& peers) {
  std::optional<Error> first;
  for (const LightPeer& peer : peers) {
    const auto page = get_links(*peer.rpc, trusted.height, 1);
    auto chain = page ? page->links.empty() ? fail(Code::bad_proof, "it shows no block")
                                            : SetChain::from(trusted, page->links.front())
                      : Result<SetChain>(fail(page.error()));
    if (chain) return chain;
    if (!first) first = of_peer(peer, chain.error());
  }
  return fail(*first);
}

Result<SetChain> start(const LightOptions& options, const std::vector<ChainLink>& memory,
                       const std::vector<LightPeer>& peers) {
  if (!options.trusted) return SetChain(trust_anchor(*options.genesis));
  if (!memory.empty()) return SetChain::from(*options.trusted, memory.front());
  auto chain = fetch_start(*options.trusted, peers);
  if (!chain || !options.genesis) return chain;
  const Hash genesis = chain_id(*options.genesis);
  if (chain->chain_id() == genesis) return chain;
  return fail(Code::wrong_chain, fmt::format("the trusted block is of chain {}, the genesis file "
                                             "of {}",
                                             to_hex(chain->chain_id()), to_hex(genesis)));
}

}  // namespace

Result<void> LightHead::check_fresh() const {
  if (age_ms <= kHeartbeatsMax * heartbeat_ms) return {};
  return fail(Code::stale,
              fmt::format("block {}, the newest that {} showed, is {} s old, and this chain makes "
                          "one every {} s: newer ones are hidden, or the chain stands still",
                          block.header.height.value(),
                          peers == 1 ? "the asked node" : fmt::format("{} nodes", peers),
                          age_ms / 1'000, heartbeat_ms / 1'000));
}

LightClient::LightClient(LightOptions options, std::vector<LightPeer> peers, SetChain chain,
                         bool saved)
    : options_(std::move(options)),
      peers_(std::move(peers)),
      chain_(std::move(chain)),
      reader_(peers_.front().rpc) {
  if (!chain_.head()) return;
  seen_ = chain_.head()->header.height;
  if (saved) saved_ = block_hash(chain_.head()->header);
}

Result<std::unique_ptr<LightClient>> LightClient::open(LightOptions options,
                                                       std::vector<LightPeer> peers) {
  if (!options.genesis && !options.trusted) {
    return fail(Code::usage, "a light client begins with a genesis file or a trusted block");
  }
  if (peers.empty()) return fail(Code::usage, "a light client asks at least one node");
  const auto memory = load_memory(options.memory);
  if (!memory) return fail(memory.error());
  auto chain = start(options, *memory, peers);
  if (!chain) {
    return fail(memory->empty() ? chain.error() : of_memory(options.memory, chain.error()));
  }
  if (auto ok = chain->follow(*memory); !ok) return fail(of_memory(options.memory, ok.error()));
  return std::unique_ptr<LightClient>(
      new LightClient(std::move(options), std::move(peers), std::move(*chain), !memory->empty()));
}

// From what was seen on, which has to stand in this peer's chain too; from the beginning, if the
// peer does not have it yet.
Result<CertifiedHeader> LightClient::head_of(const LightPeer& peer) {
  Height from = seen_;
  bool from_start = false;
  while (true) {
    auto page = get_links(*peer.rpc, from, limits::kPageDefault);
    if (!page && page.error().code == Code::height_ahead && !from_start) {
      from = chain_.start();
      from_start = true;
      continue;
    }
    if (!page) return fail(of_peer(peer, page.error()));
    if (page->links.empty() || (from.value() > 0 && page->links.front().header.height != from)) {
      return fail(Code::bad_proof,
                  fmt::format("{} did not show the blocks that it was asked for", peer.name));
    }
    if (auto ok = noted(chain_.follow(page->links)); !ok) return fail(of_peer(peer, ok.error()));
    const ChainLink& last = page->links.back();
    if (!page->more) return CertifiedHeader{last.header, last.certificate};
    if (last.header.height <= from) {
      return fail(Code::bad_proof, fmt::format("{}'s links do not go on", peer.name));
    }
    from = last.header.height;
  }
}

// Whether the block at the head of one peer stands in the chain of another.
Result<void> LightClient::compare(const LightPeer& higher, Height height, const LightPeer& lower) {
  const auto page = get_links(*higher.rpc, height, 1);
  if (!page) return fail(of_peer(higher, page.error()));
  if (page->links.empty() || page->links.front().header.height != height) {
    return fail(Code::bad_proof,
                fmt::format("{} did not show block {}", higher.name, height.value()));
  }
  if (auto ok = noted(chain_.follow({page->links.front()})); !ok) {
    return fail(ok.error().code,
                fmt::format("{} and {} differ: {}", higher.name, lower.name, ok.error().message));
  }
  return {};
}

Result<std::uint64_t> LightClient::heartbeat(const LightPeer& peer, const BlockHeader& head) {
  if (heartbeat_ && heartbeat_->first == head.epoch) return heartbeat_->second;
  const Bytes key = contract::parameters_key();
  const auto proof = get_object_proof(*peer.rpc, key, head.height);
  if (!proof) return fail(of_peer(peer, proof.error()));
  if (auto ok = check(*proof); !ok) return fail(of_peer(peer, ok.error()));
  const auto* object = std::get_if<ObjectProof>(&proof->content);
  if (object == nullptr || object->key != key) {
    return fail(Code::bad_proof, peer.name + " proved another object than the parameters");
  }
  const auto parameters = decode_parameters(object->value);
  if (!parameters) return fail(Code::bad_proof, parameters.error().message);
  heartbeat_ = {head.epoch, parameters->heartbeat_ms};
  return parameters->heartbeat_ms;
}

Result<LightHead> LightClient::refresh(TimeMs now) {
  std::vector<std::pair<const LightPeer*, CertifiedHeader>> shown;
  std::optional<Error> silent;
  for (const LightPeer& peer : peers_) {
    if (shown.size() == kHeadPeers) break;
    auto head = head_of(peer);
    if (!head && !did_not_answer(head.error())) return fail(head.error());
    if (head) {
      shown.emplace_back(&peer, std::move(*head));
    } else {
      silent = head.error();
    }
  }
  if (shown.empty()) return fail(*silent);
  const auto height_of = [](const auto& one) { return one.second.header.height; };
  const auto& best = *std::ranges::max_element(shown, {}, height_of);
  const auto& lower = *std::ranges::min_element(shown, {}, height_of);
  const BlockHeader& head = best.second.header;
  if (height_of(lower) < head.height) {
    if (auto ok = compare(*best.first, height_of(lower), *lower.first); !ok) {
      return fail(ok.error());
    }
  }
  reader_ = best.first->rpc;
  if (auto ok = check_current(head); !ok) return fail(ok.error());
  const auto every = heartbeat(*best.first, head);
  if (!every) return fail(every.error());
  seen_ = head.height;
  if (auto ok = remember(); !ok) return fail(ok.error());
  const std::uint64_t made = head.time.value();
  return LightHead{best.second, chain_.anchor_at(head.height).validators.size(), shown.size(),
                   *every, now.value() > made ? now.value() - made : 0};
}

// Unless another process has seen more meanwhile.
Result<void> LightClient::remember() {
  const auto& head = chain_.head();
  if (options_.memory.empty() || !head || block_hash(head->header) == saved_) return {};
  const auto other = load_links(options_.memory);
  if (other && !other->empty() && other->back().header.height >= head->header.height) return {};
  if (!other && other.error().code != Code::file_missing) return fail(other.error());
  if (auto ok = save_links(options_.memory, chain_.links(), kPrivateFileMode); !ok) return ok;
  saved_ = block_hash(head->header);
  return {};
}

Result<void> LightClient::noted(Result<void> result) {
  if (result || !chain_.conflict() || options_.memory.empty()) return result;
  const auto& [first, second] = *chain_.conflict();
  const auto path = fork_file(options_.memory);
  if (auto ok = save_links(path, {first, second}, kPrivateFileMode); !ok) return ok;
  return fail(result.error().code,
              fmt::format("{}; both are in {}", result.error().message, path.string()));
}

Result<void> LightClient::check(const BlockHeader& header, const Certificate& certificate,
                                const std::vector<SetChange>& changes) {
  return noted(chain_.check(header, certificate, changes));
}

Result<void> LightClient::check(const Proof& proof) {
  if (auto ok = check(proof.header, proof.certificate, proof.set_changes); !ok) return ok;
  return verify_content(proof);
}

Result<void> LightClient::check_current(const BlockHeader& header) const {
  if (header.height >= seen_) return {};
  return fail(Code::stale, fmt::format("what was shown is of block {}, but block {} was seen: the "
                                       "node is behind, or hides newer blocks; ask another node",
                                       header.height.value(), seen_.value()));
}

Result<Proof> LightClient::object(ByteView key, std::optional<Height> height) {
  auto proof = get_object_proof(*reader_, key, height);
  if (!proof) return proof;
  if (auto ok = check(*proof); !ok) return fail(ok.error());
  const auto* object = std::get_if<ObjectProof>(&proof->content);
  if (object == nullptr || object->key != key || (height && proof->header.height != *height)) {
    return fail(Code::bad_proof, "the node proved another object than the one asked for");
  }
  if (!height) {
    if (auto ok = check_current(proof->header); !ok) return fail(ok.error());
  }
  return proof;
}

Result<Proof> LightClient::outcome(const TxId& tx_id, const Hash& tx_hash) {
  auto proof = get_receipt_proof(*reader_, tx_id);
  if (!proof) return proof;
  if (auto ok = check(*proof); !ok) return fail(ok.error());
  const auto* content = std::get_if<ReceiptProof>(&proof->content);
  const auto receipt = content == nullptr ? fail(Code::bad_proof, "it is of an object")
                                          : decode_receipt(content->receipt);
  if (!receipt || receipt->tx_hash != tx_hash) {
    return fail(Code::bad_proof, "the node proved something else than how the transaction ended");
  }
  return proof;
}

Result<Proof> LightClient::absent(const contract::ObjectName& id) {
  auto counters = object(contract::counters_key());
  if (!counters) return counters;
  if (auto ok = check_above_counter(id, std::get<ObjectProof>(counters->content),
                                    counters->header.height);
      !ok) {
    return fail(ok.error());
  }
  return counters;
}

Result<ProvenList> LightClient::list(const ListQuestion& question) {
  auto list = read_proven_list(*reader_, question,
                               [this](const BlockHeader& header, const Certificate& certificate,
                                      const std::vector<SetChange>& changes) {
                                 return check(header, certificate, changes);
                               });
  if (!list) return list;
  if (auto ok = check_current(list->header); !ok) return fail(ok.error());
  return list;
}

}  // namespace generion::client
