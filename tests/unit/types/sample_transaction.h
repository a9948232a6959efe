// A key and transactions for tests.
#pragma once

#include "types/transaction.h"

namespace generion {

inline crypto::SigningKey test_key(std::uint8_t seed) {
  return crypto::SigningKey::from_seed(
      crypto::SecretBytes::copy_of(Bytes(32, static_cast<char>(seed))));
}

inline CreateRecord opaque_record(const Address& owner, const Bytes& data) {
  CreateRecord out;
  out.usr_adr = owner;
  out.data_pub_key = *ReaderKey::from(Bytes(32, 'k'));
  out.data = {crypto::blake2b256({data}), data.size()};
  out.type = "Observation";
  return out;
}

inline TransactionBody sample_body(const Address& sender, std::vector<Operation> operations) {
  TransactionBody body;
  body.chain_id = crypto::blake2b256({"a chain"});
  body.sender = sender;
  body.nonce = *Nonce::from("0123456789abcdef");
  body.valid_until = TimeMs(1'700'000'000'000);
  body.operations = std::move(operations);
  return body;
}

}  // namespace generion
