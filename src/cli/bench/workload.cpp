#include "cli/bench/workload.h"

#include <fmt/core.h>

#include <atomic>
#include <thread>

#include "base/base64.h"
#include "base/byte_io.h"
#include "client/transaction_builder.h"
#include "wire/transaction.h"

namespace generion::cli {
namespace {

// A user is a public key; nobody signs for these.
Address user_address(std::uint64_t seed, std::uint64_t number) {
  ByteWriter out;
  out.u64(seed).u64(number);
  const Hash hash = crypto::blake2b256({"generion/bench/user", out.bytes()});
  return *Address::from(hash.view());
}

SignedTransaction make_transaction(const WorkloadOptions& options, std::size_t number,
                                   const crypto::SigningKey& institution) {
  TransactionBody body;
  body.chain_id = options.chain;
  body.sender = institution.public_key();
  body.nonce = crypto::random_fixed<Nonce>();
  body.valid_until = TimeMs(client::now().value() + options.valid_for_ms);
  std::vector<Bytes> attachments;
  for (std::size_t i = 0; i < options.operations; ++i) {
    Bytes data = crypto::random_bytes(options.data_bytes);
    data.front() = 0;  // 0x01 would mark a capsule
    CreateRecord record;
    record.usr_adr = user_address(options.seed, (number * options.operations + i) % options.users);
    record.data_pub_key = *ReaderKey::from(record.usr_adr.view());
    record.data = {crypto::blake2b256({data}), data.size()};
    record.type = "Observation";
    body.operations.push_back(std::move(record));
    attachments.push_back(std::move(data));
  }
  return sign_transaction(body, std::move(attachments), institution);
}

std::string call_text(std::size_t id, const SignedTransaction& transaction) {
  return fmt::format(
      R"({{"jsonrpc":"2.0","id":{},"method":"sendTransaction","params":["{}","executed"]}})", id,
      to_base64(wire::encode_transaction(transaction)));
}

}  // namespace

Workload make_workload(const WorkloadOptions& options, const crypto::SigningKey& institution,
                       const std::function<void(std::size_t)>& progress) {
  const std::size_t per_request = options.transactions_per_request;
  Workload out;
  out.transactions_per_request = per_request;
  out.operations = options.operations;
  out.requests.resize((options.transactions + per_request - 1) / per_request);
  std::atomic<std::size_t> next = 0;
  const auto work = [&](bool reports) {
    while (true) {
      const std::size_t request = next.fetch_add(1);
      if (request >= out.requests.size()) return;
      std::string text;
      for (std::size_t i = 0; i < per_request; ++i) {
        const std::size_t number = request * per_request + i;
        if (i > 0) text += ',';
        text += call_text(i, make_transaction(options, number, institution));
      }
      out.requests[request] = per_request == 1 ? std::move(text) : "[" + text + "]";
      if (reports && progress) progress(std::min(request * per_request, options.transactions));
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
    threads.emplace_back(work, false);
  }
  work(true);
  for (std::thread& thread : threads) thread.join();
  return out;
}

}  // namespace generion::cli
