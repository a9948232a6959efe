// A node's network in a test, with what happened to it, and settings that make a test quick.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "../types/sample_transaction.h"
#include "io/io_threads.h"
#include "p2p/network.h"

namespace generion::p2p {

inline const Hash kChain = crypto::blake2b256({"a chain"});
constexpr std::chrono::seconds kPatience{20};

// `first` < `second`: whose dial wins is decided by the order of keys.
struct KeyPair {
  crypto::SigningKey first = test_key(1);
  crypto::SigningKey second = test_key(2);
  KeyPair() {
    if (second.public_key() < first.public_key()) std::swap(first, second);
  }
};

inline NetworkSettings quick_settings(const std::vector<PublicKey>& validators) {
  NetworkSettings settings;
  settings.chain = kChain;
  settings.role = PeerRole::validator;
  settings.software = "test 1";
  settings.listen = ListenAddress{"127.0.0.1", 0};
  settings.validators = validators;
  settings.limits.redial_min = std::chrono::milliseconds(10);
  settings.limits.redial_max = std::chrono::milliseconds(50);
  return settings;
}

// A message whose number can be told.
inline PeerMessage numbered(std::uint64_t number) {
  return Tip{Height(number), std::nullopt};
}
inline std::uint64_t number_of(const PeerMessage& message) {
  const auto* tip = std::get_if<Tip>(&message);
  return tip == nullptr ? 0 : tip->executed.value();
}

// A vote, by its height.
inline PeerMessage vote(std::uint64_t height) {
  return Message(Commit{Epoch(0), View(0), Height(height), Hash{}, PublicKey{}});
}

// A message of the lowest priority, of about so many bytes.
inline PeerMessage bulk(std::size_t bytes) {
  BlockReply reply;
  CertifiedBlock block;
  block.batch = null_batch(Epoch(0), Height(1));
  for (std::size_t done = 0; done < bytes; done += 512 * 1024) {
    block.transactions.push_back(
        {"body", Signature{}, {Bytes(std::min<std::size_t>(bytes - done, 512 * 1024), 'x')}});
  }
  reply.blocks.push_back(std::move(block));
  return reply;
}

class TestNode {
 public:
  struct Event {
    enum class Kind : std::uint8_t { connected, received, disconnected };
    Kind kind;
    PublicKey peer;
    PeerMessage message{};
  };

  TestNode(const crypto::SigningKey& key, const NetworkSettings& settings,
           std::function<void(Received&)> on_received = nullptr)
      : key_(key.public_key()), on_received_(std::move(on_received)) {
    NetworkHandlers handlers;
    handlers.on_connected = [this](const PublicKey& peer, PeerRole) {
      add({Event::Kind::connected, peer});
    };
    handlers.on_received = [this](Received received) {
      if (on_received_) on_received_(received);
      add({Event::Kind::received, received.peer, std::move(received.message)});
    };
    handlers.on_failed = [this](const Failure& failure) {
      const std::lock_guard lock(mutex_);
      failures_.push_back(failure);
    };
    handlers.on_disconnected = [this](const PublicKey& peer) {
      add({Event::Kind::disconnected, peer});
    };
    network_ = std::move(*Network::create(threads_.context(), key, settings, std::move(handlers)));
    port_ = *network_->start();
  }
  ~TestNode() { network_->stop(); }

  Network& network() { return *network_; }
  const PublicKey& key() const { return key_; }
  std::uint16_t port() const { return port_; }
  KnownPeer as_peer(PeerRole role = PeerRole::validator) const {
    return {key_, role, "127.0.0.1", port_};
  }

  // Whether it came true before patience ended; asked again after each event and now and then.
  bool wait(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < deadline) {
      if (condition()) return true;
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, std::chrono::milliseconds(5));
    }
    return condition();
  }
  std::size_t count(Event::Kind kind) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(
        std::count_if(events_.begin(), events_.end(), [&](auto& e) { return e.kind == kind; }));
  }
  bool wait_count(Event::Kind kind, std::size_t count_min) {
    return wait([&] { return count(kind) >= count_min; });
  }
  bool wait_connected(std::size_t times = 1) { return wait_count(Event::Kind::connected, times); }
  bool wait_received(std::size_t times) { return wait_count(Event::Kind::received, times); }
  bool wait_disconnected(std::size_t times = 1) {
    return wait_count(Event::Kind::disconnected, times);
  }
  std::vector<Failure> failures() const {
    const std::lock_guard lock(mutex_);
    return failures_;
  }
  std::vector<Event> events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }

  // Of the peer with this key; a status without a key if it is not known.
  PeerStatus status(const PublicKey& peer) const {
    for (PeerStatus& status : network_->peers()) {
      if (status.key == peer) return std::move(status);
    }
    return {};
  }
  bool wait_state(const PublicKey& peer, PeerState state) {
    return wait([&] { return status(peer).state == state; });
  }
  bool wait_failure(const std::string& part) {
    return wait([&] {
      const auto all = failures();
      return std::any_of(all.begin(), all.end(), [&](const Failure& failure) {
        return failure.why.find(part) != std::string::npos;
      });
    });
  }
  bool wait_error(const PublicKey& peer, const std::string& part) {
    return wait([&] { return status(peer).last_error.find(part) != std::string::npos; });
  }

 private:
  void add(Event event) {
    {
      const std::lock_guard lock(mutex_);
      events_.push_back(std::move(event));
    }
    changed_.notify_all();
  }

  const PublicKey key_;
  const std::function<void(Received&)> on_received_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Event> events_;      // guarded by mutex_
  std::vector<Failure> failures_;  // guarded by mutex_
  io::IoThreads threads_{2};
  std::unique_ptr<Network> network_;
  std::uint16_t port_ = 0;
};

}  // namespace generion::p2p
