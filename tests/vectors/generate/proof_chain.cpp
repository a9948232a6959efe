#include "proof_chain.h"

#include <algorithm>

#include "crypto/merkle.h"

namespace generion::vectors {
namespace {

constexpr std::string_view kLetters = "abcdefghijklmnop";
constexpr std::uint64_t kSystemReceipts = 2;

std::vector<Receipt> some_receipts() {
  std::vector<Receipt> out(3);
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].tx_hash = crypto::blake2b256({"transaction ", std::to_string(i)});
  }
  out[0].new_ids = {4, 300};
  out[1].code = Code::not_owner;
  out[1].failed_operation = 2;
  return out;
}

// Of what fell due, then of the transactions.
std::vector<Hash> receipt_leaves(const std::vector<Receipt>& receipts) {
  std::vector<Hash> out;
  for (std::uint64_t i = 1; i <= kSystemReceipts; ++i) {
    out.push_back(crypto::merkle_leaf(encode_system_receipt({DueKind::share_expiry, i, Code::ok})));
  }
  for (const Receipt& receipt : receipts)
    out.push_back(crypto::merkle_leaf(encode_receipt(receipt)));
  return out;
}

std::vector<Hash> transaction_leaves(const std::vector<Receipt>& receipts) {
  std::vector<Hash> out;
  for (const Receipt& receipt : receipts)
    out.push_back(crypto::merkle_leaf(receipt.tx_hash.view()));
  return out;
}

Genesis genesis_of(std::string_view set) {
  Genesis out;
  out.chain_name = "vectors";
  out.time = TimeMs(1'700'000'000'000);
  out.parameters = default_parameters();
  out.parameters.record_types = {"Patient"};
  for (const auto& key : ProofChain::keys_of(set)) {
    const auto governance =
        crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(key.public_key().view()));
    out.validators.push_back({key.public_key(), governance.public_key(),
                              "Hospital " + std::to_string(out.validators.size() + 1)});
  }
  return out;
}

}  // namespace

std::vector<crypto::SigningKey> ProofChain::keys_of(std::string_view names) {
  std::vector<crypto::SigningKey> out;
  for (const char name : names) {
    out.push_back(crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(Bytes(32, name))));
  }
  std::ranges::sort(out, {}, [](const crypto::SigningKey& key) { return key.public_key(); });
  return out;
}

ValidatorSet ProofChain::set_of(std::string_view names) {
  ValidatorSet out;
  for (const auto& key : keys_of(names)) out.keys.push_back(key.public_key());
  return out;
}

Certificate ProofChain::sealed(const BlockHeader& header, std::string_view by) {
  Certificate out{block_hash(header), {}};
  for (const auto& key : keys_of(by)) {
    const Seal seal = make_seal(header, key);
    out.signers.push_back({seal.signer, seal.signature});
  }
  return out;
}

ChainLink ProofChain::link(const BlockHeader& header, std::string_view by, std::string_view next) {
  return {header, sealed(header, by), set_of(next)};
}

std::string ProofChain::quorum(std::string_view set) {
  return std::string(set.substr(0, quorum_size(set.size())));
}

BlockHeader ProofChain::header(std::uint64_t epoch, std::uint64_t height, std::string_view set,
                               std::string_view next) const {
  BlockHeader out;
  out.chain_id = chain_id(genesis_);
  out.epoch = Epoch(epoch);
  out.height = Height(height);
  out.parent_hash = crypto::blake2b256({"parent of ", std::to_string(height)});
  out.time = TimeMs(1'700'000'000'000 + 1'000 * height);
  out.batch_digest = crypto::blake2b256({"batch"});
  out.tx_root = crypto::merkle_root({});
  out.receipt_root = out.tx_root;
  out.state_root = crypto::blake2b256({"state"});
  out.object_count = 5;
  out.validator_set_hash = validator_set_hash(set_of(set));
  out.next_validator_set_hash = validator_set_hash(set_of(next));
  return out;
}

ProofChain::ProofChain(std::size_t n) : receipts_(some_receipts()) {
  // One joins; then two leave and another joins.
  sets_ = {std::string(kLetters.substr(0, n)), std::string(kLetters.substr(0, n + 1)),
           std::string(kLetters.substr(2, n))};
  genesis_ = genesis_of(sets_[0]);
  for (const std::size_t epoch : {0, 1}) {
    const BlockHeader last = header(epoch, 40 * (epoch + 1), sets_[epoch], sets_[epoch + 1]);
    changes_.push_back(link(last, quorum(sets_[epoch]), sets_[epoch + 1]));
  }
  const std::string& now = sets_[2];
  head_ = link(header(2, 99, now, now), quorum(now), now);
  state_ = header(2, 95, now, now);
  state_.state_root = state_objects_.header.state_root;
  state_.object_count = state_objects_.header.object_count;
  state_.tx_count = receipts_.size();
  state_.tx_root = crypto::merkle_root(transaction_leaves(receipts_));
  state_.receipt_root = crypto::merkle_root(receipt_leaves(receipts_));
}

std::vector<ChainLink> ProofChain::links() const {
  std::vector<ChainLink> out = changes_;
  out.push_back(head_);
  return out;
}

ObjectsProof ProofChain::objects(const std::vector<Bytes>& keys) const {
  ObjectsProof out = state_objects_.prove(keys);
  out.header = state_;
  out.certificate = sealed(state_, quorum(sets_[2]));
  return out;
}

Proof ProofChain::object(const Bytes& key) const {
  ObjectsProof all = objects({key});
  Proof out;
  out.content = std::move(all.objects.front());
  out.header = all.header;
  out.certificate = std::move(all.certificate);
  return out;
}

Proof ProofChain::receipt(std::size_t place) const {
  Proof out;
  out.content =
      ReceiptProof{encode_receipt(receipts_[place]), place, kSystemReceipts,
                   crypto::merkle_path(receipt_leaves(receipts_), kSystemReceipts + place),
                   crypto::merkle_path(transaction_leaves(receipts_), place)};
  out.header = state_;
  out.certificate = sealed(state_, quorum(sets_[2]));
  return out;
}

Hash ProofChain::tx_hash(std::size_t place) const {
  return receipts_[place].tx_hash;
}

}  // namespace generion::vectors
