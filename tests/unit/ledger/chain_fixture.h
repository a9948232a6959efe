// A chain of one validator for the ledger's tests: makes transactions, batches, blocks and
// certificates that are the same in every run.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/byte_io.h"
#include "ledger/ledger.h"

namespace generion::ledger::test {

using TransactionPtr = std::shared_ptr<const Transaction>;

inline constexpr std::uint64_t kStartMs = 1'700'000'000'000;

// A key that depends on `name` only.
inline crypto::SigningKey key_of(std::string_view name) {
  const Hash seed = crypto::blake2b256({"ledger test key", name});
  return crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(seed.view()));
}

inline Genesis make_genesis(std::string_view chain_name = "ledger test") {
  Genesis genesis;
  genesis.chain_name = chain_name;
  genesis.time = TimeMs(kStartMs);
  genesis.validators = {{key_of("validator").public_key(), key_of("governor").public_key(), "one"}};
  genesis.institutions = {{key_of("hospital").public_key(), "Hospital", "hospital", ""}};
  genesis.parameters = default_parameters();
  genesis.parameters.user_admission = Parameters::UserAdmission::open;
  return genesis;
}

class Maker {
 public:
  explicit Maker(const Genesis& genesis) : chain_(chain_id(genesis)) {}

  // A transaction of `user`, valid from kStartMs to `valid_until`; nonces count up.
  TransactionPtr transaction(std::string_view user, std::vector<Operation> operations,
                             std::vector<Bytes> attachments = {},
                             TimeMs valid_until = TimeMs(kStartMs + 1'000'000));
  // The user stores an opaque record of his own.
  TransactionPtr create_record(std::string_view user, const Bytes& data);
  TransactionPtr delete_record(std::string_view user, RecordId id);
  TransactionPtr set_key(std::string_view user);

  Batch batch(Height height, const std::vector<TransactionPtr>& transactions,
              std::uint64_t time_ms = 0) const;  // 0: a second a height after the start
  PutBatch put(const Batch& batch, std::vector<TransactionPtr> transactions) const;

 private:
  Hash chain_;
  std::uint64_t nonce_ = 0;
};

inline TransactionPtr Maker::transaction(std::string_view user, std::vector<Operation> operations,
                                         std::vector<Bytes> attachments, TimeMs valid_until) {
  const crypto::SigningKey key = key_of(user);
  TransactionBody body;
  body.chain_id = chain_;
  body.sender = key.public_key();
  body.nonce = *Nonce::from(ByteWriter().u64(0).u64(++nonce_).bytes());
  body.valid_until = valid_until;
  body.operations = std::move(operations);
  auto checked =
      check_transaction(sign_transaction(body, std::move(attachments), key), Attachments::required);
  if (!checked) FAIL(checked.error().message);
  return std::make_shared<const Transaction>(std::move(*checked));
}

inline TransactionPtr Maker::create_record(std::string_view user, const Bytes& data) {
  CreateRecord create;
  create.usr_adr = key_of(user).public_key();
  create.data_pub_key = *ReaderKey::from(key_of("reader").public_key().view());
  create.data = {crypto::blake2b256({data}), data.size()};
  return transaction(user, {create}, {data});
}

inline TransactionPtr Maker::delete_record(std::string_view user, RecordId id) {
  return transaction(user, {DeleteRecord{id}});
}

inline TransactionPtr Maker::set_key(std::string_view user) {
  const Hash key = crypto::blake2b256({"reader", user});
  return transaction(user, {SetUserPubKey{*ReaderKey::from(key.view())}});
}

inline Batch Maker::batch(Height height, const std::vector<TransactionPtr>& transactions,
                          std::uint64_t time_ms) const {
  Batch batch;
  batch.height = height;
  batch.proposer = key_of("validator").public_key();
  batch.time = TimeMs(time_ms != 0 ? time_ms : kStartMs + 1000 * height.value());
  for (const TransactionPtr& transaction : transactions) batch.ids.push_back(transaction->id);
  return batch;
}

inline PutBatch Maker::put(const Batch& batch, std::vector<TransactionPtr> transactions) const {
  return {batch_digest(chain_, batch), batch, std::move(transactions)};
}

inline Seal seal(const BlockHeader& header) {
  return make_seal(header, key_of("validator"));
}

inline Certificate certificate(const BlockHeader& header) {
  const Seal own = seal(header);
  return {own.block_hash, {{own.signer, own.signature}}};
}

// What the runner does with one batch: persist, execute, persist, apply, and stable if asked. Fails
// the test if one of these fails.
enum class Until { applied, stable };
inline std::shared_ptr<const ExecutedBlock> run(Ledger& ledger, const PutBatch& put,
                                                Until until = Until::stable) {
  const auto must = [](const Result<void>& result) {
    if (!result) FAIL(result.error().message);
  };
  must(ledger.persist({.batches = {put}, .blocks = {}, .stable = {}}));
  auto block = ledger.execute(put.batch, put.transactions);
  if (!block) FAIL(block.error().message);
  const BlockHeader& header = (*block)->header;
  must(ledger.persist({.batches = {}, .blocks = {{*block, seal(header)}}, .stable = {}}));
  must(ledger.apply(**block));
  if (until == Until::stable) {
    must(ledger.persist(
        {.batches = {}, .blocks = {}, .stable = {{header.height, certificate(header)}}}));
  }
  return *block;
}

}  // namespace generion::ledger::test
