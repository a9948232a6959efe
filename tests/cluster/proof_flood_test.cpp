// A flood of bad proofs costs its sender, not the node: the node's CPU for transactions full of
// proofs that hold, for as many whose last proof fails, and for doing nothing; and a bystander who
// is served all the while.
//
//   proof_flood_test [TRANSACTIONS]
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <thread>
#include <vector>

#include "cli/bench/local_chain.h"
#include "cli/bench/measure.h"
#include "client/node_api.h"
#include "client/rpc_client.h"
#include "client/transaction_builder.h"
#include "crypto/relock.h"

namespace generion {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kProofs = 64;  // in each transaction: as many as a chain takes
constexpr std::size_t kClients = 4;
constexpr std::uint64_t kValidForMs = 3'000'000;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "proof_flood_test: %s\n", why.c_str());
  std::exit(1);
}

void require(bool condition, const std::string& why) {
  if (!condition) give_up(why);
}

std::unique_ptr<client::RpcClient> connect(const cli::LocalChain& node) {
  auto out = client::RpcClient::create({.url = node.url(), .call_timeout_ms = 60'000});
  require(out.has_value(), "no client");
  return std::move(*out);
}

// A user with one capsule record of his own.
class Patient {
 public:
  Patient() : key_(crypto::SigningKey::generate()) {}

  const Address& address() const { return key_.public_key(); }

  void create_record(const cli::LocalChain& node) {
    auto capsule = client::NewCapsule::lock_to(reader_.public_key());
    require(capsule.has_value(), "no capsule");
    lock_ = capsule->lock();
    client::TransactionBuilder builder(node.chain(), address());
    client::RecordFields fields;
    fields.owner = address();
    builder.create_capsule_record(fields, *capsule, CapsuleMeta{.title = "a document"});
    auto built = builder.build(client::now(), kValidForMs);
    require(built.has_value(), built ? "" : built.error().message);
    const auto signed_transaction = client::sign(std::move(*built), key_);
    require(signed_transaction.has_value(), "not signed");
    const auto done =
        client::send_transaction(*connect(node), *signed_transaction, client::Wait::executed);
    require(done && done->state == TxState::executed && done->new_ids.size() == 1, "no record");
    record_ = RecordId(done->new_ids.front());
  }

  // The record shared with `grantee` again and again: `proofs` proofs, of which the last is bad or
  // not.
  enum class Last : std::uint8_t { good, bad };
  SignedTransaction share(const Hash& chain, const Address& grantee, std::size_t proofs,
                          Last last) const {
    const ReaderKey to = crypto::ReaderSecret::from_seed(crypto::SecretBytes(32)).public_key();
    const auto made =
        crypto::relock(chain, crypto::share_context(grantee), record_.value(), reader_, lock_, to);
    require(made.has_value(), "not relocked");
    ShareRecord share;
    share.record_id = record_;
    share.grantee = grantee;
    share.data_pub_key = to;
    Relocking access{reader_.public_key(), lock_, made->lock, made->proof};
    share.access = access;
    TransactionBody body;
    body.chain_id = chain;
    body.sender = address();
    body.nonce = crypto::random_fixed<Nonce>();
    body.valid_until = TimeMs(client::now().value() + kValidForMs);
    body.operations.assign(proofs, share);
    if (last == Last::bad) {
      access.proof.data()[0] ^= 1;
      share.access = access;
      body.operations.back() = share;
    }
    return sign_transaction(body, {}, key_);
  }

 private:
  crypto::SigningKey key_;
  crypto::ReaderSecret reader_ = crypto::ReaderSecret::from_seed(key_.seed());
  Lock lock_;
  RecordId record_;
};

struct Cost {
  std::map<Code, std::size_t> answers;  // ok: executed
  double seconds = 0;
  double cpu_seconds = 0;
};

double cpu_seconds(const cli::LocalChain& node) {
  const auto by_thread = cli::process_cpu_seconds(node.process());
  require(by_thread.has_value(), "no CPU figures");
  double out = 0;
  for (const auto& [name, seconds] : *by_thread) out += seconds;
  return out;
}

// Of the node, while `work` runs.
template <class Work>
Cost measure(const cli::LocalChain& node, const Work& work) {
  Cost out;
  const double before = cpu_seconds(node);
  const auto start = Clock::now();
  out.answers = work();
  out.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  out.cpu_seconds = cpu_seconds(node) - before;
  return out;
}

// Each once, from several connections at a time.
std::map<Code, std::size_t> send_all(const cli::LocalChain& node,
                                     const std::vector<SignedTransaction>& transactions) {
  std::atomic<std::size_t> next = 0;
  std::array<std::map<Code, std::size_t>, kClients> answers;
  std::vector<std::thread> clients;
  for (auto& mine : answers) {
    clients.emplace_back([&] {
      const auto rpc = connect(node);
      for (std::size_t i = next++; i < transactions.size(); i = next++) {
        const auto outcome =
            client::send_transaction(*rpc, transactions[i], client::Wait::executed);
        ++mine[outcome ? outcome->code : outcome.error().code];
      }
    });
  }
  for (std::thread& client : clients) client.join();
  std::map<Code, std::size_t> out;
  for (const auto& mine : answers) {
    for (const auto& [code, count] : mine) out[code] += count;
  }
  return out;
}

void print(const char* name, std::size_t transactions, const Cost& cost) {
  std::printf("%-22s %6zu %9.2f s %9.1f ms", name, transactions, cost.seconds,
              cost.cpu_seconds * 1'000);
  if (transactions > 0) {
    std::printf(" %9.2f ms", cost.cpu_seconds * 1'000 / static_cast<double>(transactions));
  }
  for (const auto& [code, count] : cost.answers) {
    std::printf("  %s %zu", std::string(code_name(code)).c_str(), count);
  }
  std::printf("\n");
}

int run(std::size_t count) {
  const auto institution = crypto::SigningKey::generate();
  auto started = cli::LocalChain::start(institution);
  require(started.has_value(), started ? "" : started.error().message);
  cli::LocalChain& node = **started;
  Patient honest, attacker, bystander;
  const Address grantee = crypto::SigningKey::generate().public_key();
  client::TransactionBuilder admission(node.chain(), institution.public_key());
  admission.admit_users({honest.address(), attacker.address(), bystander.address(), grantee});
  const auto admit = client::sign(*admission.build(client::now(), kValidForMs), institution);
  require(client::send_transaction(*connect(node), *admit, client::Wait::executed).has_value(),
          "nobody was admitted");
  for (Patient* patient : {&honest, &attacker, &bystander}) patient->create_record(node);

  std::vector<SignedTransaction> good, bad, fair;
  for (std::size_t i = 0; i < count; ++i) {
    good.push_back(honest.share(node.chain(), grantee, kProofs, Patient::Last::good));
    bad.push_back(attacker.share(node.chain(), grantee, kProofs, Patient::Last::bad));
    fair.push_back(bystander.share(node.chain(), grantee, 1, Patient::Last::good));
  }

  const Cost held = measure(node, [&] { return send_all(node, good); });
  const Cost failed = measure(node, [&] { return send_all(node, bad); });
  const Cost idle = measure(node, [&] {
    std::this_thread::sleep_for(std::chrono::seconds(2));  // what is measured, not a wait
    return std::map<Code, std::size_t>{};
  });
  std::map<Code, std::size_t> flooded;
  std::thread flood([&] { flooded = send_all(node, bad); });
  const auto served = send_all(node, fair);
  flood.join();

  std::printf("%-22s %6s %11s %12s %12s  answers\n", "", "sent", "took", "node's CPU", "each");
  print("proofs that hold", count, held);
  print("last of 64 is bad", count, failed);
  print("idle", 0, idle);
  require(held.answers == std::map<Code, std::size_t>{{Code::ok, count}}, "a good one was refused");
  require(served == std::map<Code, std::size_t>{{Code::ok, count}}, "the bystander was refused");
  for (const auto& answers : {failed.answers, flooded}) {
    for (const auto& [code, number] : answers) {
      require(code == Code::bad_proof || code == Code::rate_limited,
              "a bad one was answered " + std::string(code_name(code)));
    }
  }
  require(failed.answers.contains(Code::bad_proof), "no proof was found to be bad");
  require(failed.answers.contains(Code::rate_limited), "the sender never had to pause");
  require(failed.cpu_seconds < held.cpu_seconds / 2,
          "bad proofs cost the node as much as good ones");
  require(node.stop() == 0, "the node did not end with status 0");
  return 0;
}

}  // namespace
}  // namespace generion

int main(int argc, char** argv) {
  return generion::run(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 40);
}
