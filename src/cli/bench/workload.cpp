#include "cli/bench/workload.h"

#include <fmt/core.h>

#include "base/base64.h"
#include "base/byte_io.h"
#include "cli/bench/parallel.h"
#include "client/transaction_builder.h"
#include "wire/transaction.h"

namespace generion::cli {
namespace {

SignedTransaction make_records(const RecordOptions& options, std::size_t operations,
                               std::size_t number, const crypto::SigningKey& institution) {
  TransactionBody body;
  body.chain_id = options.chain;
  body.sender = institution.public_key();
  body.nonce = crypto::random_fixed<Nonce>();
  body.valid_until = TimeMs(client::now().value() + options.valid_for_ms);
  std::vector<Bytes> attachments;
  for (std::size_t i = 0; i < operations; ++i) {
    Bytes data = crypto::random_bytes(options.data_bytes);
    data.front() = 0;  // 0x01 would mark a capsule
    CreateRecord record;
    record.usr_adr = user_address(options.seed, (number * operations + i) % options.users);
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

Address user_address(std::uint64_t seed, std::uint64_t number) {
  ByteWriter out;
  out.u64(seed).u64(number);
  const Hash hash = crypto::blake2b256({"generion/bench/user", out.bytes()});
  return *Address::from(hash.view());
}

Workload make_workload(const WorkloadShape& shape,
                       const std::function<SignedTransaction(std::size_t)>& make,
                       const std::function<void(std::size_t)>& progress) {
  const std::size_t per_request = shape.transactions_per_request;
  Workload out;
  out.transactions = shape.transactions;
  out.transactions_per_request = per_request;
  out.operations = shape.operations;
  out.requests.resize((shape.transactions + per_request - 1) / per_request);
  const auto work = [&](std::size_t request) {
    std::string text;
    for (std::size_t i = 0; i < out.transactions_in(request); ++i) {
      if (i > 0) text += ',';
      text += call_text(i, make(request * per_request + i));
    }
    out.requests[request] = per_request == 1 ? std::move(text) : "[" + text + "]";
  };
  on_all_cores(out.requests.size(), work, [&](std::size_t request) {
    if (progress) progress(std::min(request * per_request, shape.transactions));
  });
  return out;
}

Workload make_record_workload(const WorkloadShape& shape, const RecordOptions& options,
                              const crypto::SigningKey& institution,
                              const std::function<void(std::size_t)>& progress) {
  return make_workload(
      shape,
      [&](std::size_t number) {
        return make_records(options, shape.operations, number, institution);
      },
      progress);
}

}  // namespace generion::cli
