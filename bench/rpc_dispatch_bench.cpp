// What the RPC adds to a transaction: JSON-RPC text in, decoded transaction out, and its answer.
#include <benchmark/benchmark.h>

#include "../tests/unit/rpc/fake_backend.h"
#include "base/assert.h"
#include "base/base64.h"
#include "io/io_threads.h"
#include "rpc/dispatcher.h"
#include "wire/transaction.h"

namespace {

using namespace generion;

// Accepts everything at once.
class AcceptingBackend : public test::FakeBackend {
 public:
  void submit(SignedTransaction transaction, rpc::Wait, SubmitCallback callback) override {
    benchmark::DoNotOptimize(transaction);
    rpc::Outcome outcome;
    outcome.state = rpc::Outcome::State::accepted;
    outcome.tx_hash = Hash();
    callback(std::move(outcome));
  }
};

void send_transactions(benchmark::State& state) {
  AcceptingBackend backend;
  io::IoThreads threads(1);
  rpc::Submissions submissions(threads.context(), backend, 1'000, std::chrono::seconds(30));
  const rpc::MethodTable table = rpc::node_methods();
  const rpc::Dispatcher dispatcher(table, rpc::Context{backend, submissions}, 1'000);
  const net::Peer peer;
  const rpc::MethodList served;  // all
  const Bytes data(400, 'x');
  const std::string transaction = to_base64(
      wire::encode_transaction(backend.sign('H', {test::FakeBackend::record('P', data)}, {data})));
  std::string batch;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    batch += (batch.empty() ? "[" : ",") + (R"({"jsonrpc":"2.0","id":)" + std::to_string(i)) +
             R"(,"method":"sendTransaction","params":{"transaction":")" + transaction + "\"}}";
  }
  batch += "]";
  for (auto _ : state) {
    std::size_t answered = 0;
    dispatcher.call(batch, {served, peer}, [&](rpc::Reply reply) { answered = reply.text.size(); });
    GENERION_ASSERT(answered > 0);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(batch.size()));
}
BENCHMARK(send_transactions)->Arg(1)->Arg(100)->Arg(1'000);

}  // namespace

BENCHMARK_MAIN();
