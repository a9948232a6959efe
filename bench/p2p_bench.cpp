// Two nodes' networks in one process, over loopback and TLS: messages and bytes a second, and the
// time there and back.
#include <benchmark/benchmark.h>

#include <atomic>
#include <thread>

#include "io/io_threads.h"
#include "p2p/network.h"

namespace {

using namespace generion;

crypto::SigningKey key_of(char letter) {
  return crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(Bytes(32, letter)));
}

// One end: what it receives is counted, and answered if `answers` is set.
struct End {
  End(const crypto::SigningKey& signing_key, const p2p::NetworkSettings& settings)
      : key(signing_key.public_key()) {
    p2p::NetworkHandlers handlers;
    handlers.on_connected = [this](const PublicKey&, PeerRole) { notify(connected); };
    handlers.on_received = [this](const p2p::Received& message) {
      if (answers) network->send(message.peer, message.message);
      notify(received);
    };
    network = std::move(*p2p::Network::create(threads.context(), signing_key, settings, handlers));
    port = *network->start();
  }
  ~End() { network->stop(); }

  static void notify(std::atomic<std::uint64_t>& counter) {
    ++counter;
    counter.notify_all();
  }
  static void wait(std::atomic<std::uint64_t>& counter, std::uint64_t count_min) {
    for (std::uint64_t now = counter; now < count_min; now = counter) counter.wait(now);
  }

  PublicKey key;
  std::atomic<std::uint64_t> connected{0};
  std::atomic<std::uint64_t> received{0};
  std::atomic<bool> answers{false};
  io::IoThreads threads{1};
  std::unique_ptr<p2p::Network> network;
  std::uint16_t port = 0;
};

struct Pair {
  Pair() {
    p2p::NetworkSettings settings;
    const crypto::SigningKey keys[] = {key_of('a'), key_of('b')};
    settings.validators = {keys[0].public_key(), keys[1].public_key()};
    settings.listen = p2p::ListenAddress{"127.0.0.1", 0};
    settings.limits.bytes_per_second = 0;
    settings.limits.messages_per_second = 0;
    to = std::make_unique<End>(keys[1], settings);
    settings.peers = {{to->key, PeerRole::validator, "127.0.0.1", to->port}};
    from = std::make_unique<End>(keys[0], settings);
    End::wait(from->connected, 1);
    End::wait(to->connected, 1);
  }

  // Sends it so often, and waits until all have arrived.
  void send(const PeerMessage& message, std::uint64_t count) {
    const std::uint64_t before = to->received;
    for (std::uint64_t i = 0; i < count; ++i) {
      while (from->network->send(to->key, message) != p2p::Sent::queued) std::this_thread::yield();
    }
    End::wait(to->received, before + count);
  }

  std::unique_ptr<End> to;
  std::unique_ptr<End> from;
};

PeerMessage vote() {
  return Message(Prepare{Epoch(1), View(2), Height(3), Hash{}, PublicKey{}, Signature{}});
}

void votes(benchmark::State& state) {
  constexpr std::uint64_t kCount = 50'000;
  Pair pair;
  for (auto _ : state) pair.send(vote(), kCount);
  state.SetItemsProcessed(static_cast<std::int64_t>(kCount) * state.iterations());
}
BENCHMARK(votes)->UseRealTime()->Unit(benchmark::kMillisecond);

// Transactions of one small operation, so many in a bundle.
void bundles(benchmark::State& state) {
  constexpr std::uint64_t kCount = 200;
  const auto size = static_cast<std::size_t>(state.range(0));
  TransactionBundle bundle;
  bundle.transactions.assign(size, {Bytes(200, 'b'), Signature{}, {}});
  Pair pair;
  for (auto _ : state) pair.send(bundle, kCount);
  state.SetItemsProcessed(static_cast<std::int64_t>(kCount * size) * state.iterations());
}
BENCHMARK(bundles)->Arg(10)->Arg(100)->UseRealTime()->Unit(benchmark::kMillisecond);

void blocks(benchmark::State& state) {
  constexpr std::uint64_t kCount = 64;
  const auto bytes = static_cast<std::size_t>(state.range(0));
  BlockReply reply;
  reply.blocks.resize(1);
  reply.blocks.front().transactions = {{"body", Signature{}, {Bytes(bytes, 'x')}}};
  Pair pair;
  for (auto _ : state) pair.send(reply, kCount);
  state.SetBytesProcessed(static_cast<std::int64_t>(kCount * bytes) * state.iterations());
}
BENCHMARK(blocks)->Arg(64 << 10)->Arg(1 << 20)->UseRealTime()->Unit(benchmark::kMillisecond);

void there_and_back(benchmark::State& state) {
  Pair pair;
  pair.to->answers = true;
  std::uint64_t count = 0;
  for (auto _ : state) {
    pair.from->network->send(pair.to->key, vote());
    End::wait(pair.from->received, ++count);
  }
}
BENCHMARK(there_and_back)->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
