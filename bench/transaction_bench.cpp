// What one transaction costs at each step that depends on its bytes alone.
#include <benchmark/benchmark.h>

#include "base/base64.h"
#include "contract/check_operations.h"
#include "crypto/merkle.h"
#include "types/block.h"
#include "types/genesis.h"
#include "types/transaction.h"
#include "wire/transaction.h"

namespace generion {
namespace {

SignedTransaction sample_transaction() {
  static const crypto::SigningKey key = crypto::SigningKey::generate();
  const Bytes data(100, 'd');
  CreateRecord record;
  record.usr_adr = key.public_key();
  record.data_pub_key = *ReaderKey::from(Bytes(32, 'k'));
  record.data = {crypto::blake2b256({data}), data.size()};
  record.type = "Observation";
  TransactionBody body;
  body.sender = key.public_key();
  body.nonce = crypto::random_fixed<Nonce>();
  body.valid_until = TimeMs(1'800'000'000'000);
  body.operations = {record};
  return sign_transaction(body, {data}, key);
}

void verify(benchmark::State& state) {
  const Transaction transaction = *check_transaction(sample_transaction(), Attachments::required);
  for (auto _ : state) benchmark::DoNotOptimize(verify_transaction(transaction));
}
BENCHMARK(verify);

void check(benchmark::State& state) {
  const SignedTransaction transaction = sample_transaction();
  for (auto _ : state) {
    benchmark::DoNotOptimize(check_transaction(transaction, Attachments::required));
  }
}
BENCHMARK(check);

void check_operations(benchmark::State& state) {
  const Transaction transaction = *check_transaction(sample_transaction(), Attachments::required);
  const Parameters parameters = default_parameters();
  for (auto _ : state) {
    benchmark::DoNotOptimize(contract::check_operations(transaction, parameters));
  }
}
BENCHMARK(check_operations);

void decode_envelope(benchmark::State& state) {
  const Bytes text = to_base64(wire::encode_transaction(sample_transaction()));
  for (auto _ : state) {
    benchmark::DoNotOptimize(wire::decode_transaction(*from_base64(text)));
  }
}
BENCHMARK(decode_envelope);

void receipt_leaf(benchmark::State& state) {
  const Receipt receipt{crypto::blake2b256({"t"}), Code::ok, 0, {1'000'000}};
  for (auto _ : state) {
    benchmark::DoNotOptimize(crypto::merkle_leaf(encode_receipt(receipt)));
  }
}
BENCHMARK(receipt_leaf);

}  // namespace
}  // namespace generion

BENCHMARK_MAIN();
