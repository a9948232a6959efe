// A sealed block whose state has lists in it, and its proofs, for tests of complete lists.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "contract/market_objects.h"
#include "contract/objects.h"
#include "crypto/hash.h"
#include "crypto/merkle.h"
#include "types/proof.h"

namespace generion::client {

// Users 1 to 3. Records 1 to 3 are user 1's (2 made by the institution), 4 and 5 user 2's. Shares 1
// and 2 (closed) of record 1 are to user 3, 3 of record 4 is to user 1. Orders 1 (records 1 and 2,
// bought by user 2) and 2 (record 2) are both user 1's.
class ListChain {
 public:
  ListChain() {
    for (char i = 1; i <= 4; ++i) {
      keys_.push_back(crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(Bytes(32, i))));
    }
    std::ranges::sort(keys_, {}, [](const crypto::SigningKey& key) { return key.public_key(); });
    for (const auto& key : keys_) anchor.validators.keys.push_back(key.public_key());
    anchor.chain_id = crypto::blake2b256({"a chain"});
    add_people();
    for (const auto& [id, owner] : {std::pair{1, 1}, {2, 1}, {3, 1}, {4, 2}, {5, 2}}) {
      add_record(id, owner);
    }
    add_share(1, 1, 1, 3);
    add_share(2, 1, 1, 3);
    add_share(3, 4, 2, 1);
    add_order(1, {1, 2}, UserId(2));
    add_order(2, {2}, std::nullopt);
    seal();
  }

  static Address user(int number) { return *Address::from(Bytes(31, 'u') + char(number)); }

  // Puts another value in a key's place and makes the next block of it.
  void change(const Bytes& key, const Bytes& value) {
    place_of(key)->second = value;
    ++height_;
    seal();
  }

  ObjectsProof prove(const std::vector<Bytes>& keys) const {
    ObjectsProof out{{}, header, certificate(3)};
    for (const Bytes& key : keys) out.objects.push_back(object(key));
    return out;
  }

  Proof prove_one(const Bytes& key) const { return {object(key), header, certificate(3)}; }

  Certificate certificate(std::size_t signers) const {
    Certificate out{block_hash(header), {}};
    for (std::size_t i = 0; i < signers; ++i) {
      const Seal seal = make_seal(header, keys_[i]);
      out.signers.push_back({seal.signer, seal.signature});
    }
    return out;
  }

  Bytes value(const Bytes& key) const {
    return const_cast<ListChain*>(this)->place_of(key)->second;
  }

  TrustAnchor anchor;
  BlockHeader header;

 private:
  using Objects = std::vector<std::pair<Bytes, Bytes>>;

  Objects::iterator place_of(const Bytes& key) {
    return std::ranges::find(objects_, key, &std::pair<Bytes, Bytes>::first);
  }

  void add_people() {
    contract::Counters counters;
    counters.users = 3;
    counters.institutions = 1;
    counters.records = 5;
    counters.listed_users = 2;
    counters.shares = 3;
    counters.orders = 2;
    objects_.emplace_back(contract::counters_key(), contract::encode_counters(counters));
    contract::Institution institution;
    institution.address = *Address::from(Bytes(32, 'h'));
    institution.name = "Hospital";
    institution.kind = "hospital";
    objects_.emplace_back(contract::institution_key(contract::InstitutionId(1)),
                          contract::encode_institution(institution));
    std::vector<contract::User> users(3);
    users[0].record_count = 3;
    users[0].share_count = 2;
    users[0].granted_count = 1;
    users[0].order_count = 2;
    users[1].record_count = 2;
    users[1].share_count = 1;
    users[1].purchase_count = 1;
    users[2].granted_count = 2;
    for (int i = 0; i < 3; ++i) {
      users[i].address = user(i + 1);
      objects_.emplace_back(contract::user_key(UserId(i + 1)), contract::encode_user(users[i]));
    }
  }

  void add_record(std::uint64_t id, std::uint64_t owner) {
    contract::Record record;
    record.owner = UserId(owner);
    if (id == 2) record.creator = contract::InstitutionId(1);
    record.data = {crypto::blake2b256({"data"}), 4};
    if (id == 1) record.share_count = 2;
    if (id == 4) record.share_count = 1;
    record.order_count = id == 2 ? 2 : id == 1 ? 1 : 0;
    record.deleted = id == 3;
    objects_.emplace_back(contract::record_key(RecordId(id)), contract::encode_record(record));
  }

  void add_share(std::uint64_t id, std::uint64_t record, std::uint64_t owner,
                 std::uint64_t grantee) {
    contract::Share share;
    share.record = RecordId(record);
    share.owner = UserId(owner);
    share.grantee = UserId(grantee);
    share.access = *Lock::from(Bytes(64, 'l'));
    if (id == 2) share.status = contract::Share::Status::revoked;
    objects_.emplace_back(contract::share_key(ShareId(id)), contract::encode_share(share));
  }

  void add_order(std::uint64_t id, const std::vector<std::uint64_t>& records,
                 std::optional<UserId> buyer) {
    contract::Order order;
    order.seller = UserId(1);
    for (const std::uint64_t record : records) order.records.emplace_back(record);
    order.price = 5;
    order.buyer = buyer;
    objects_.emplace_back(contract::order_key(OrderId(id)), contract::encode_order(order));
  }

  std::vector<Hash> leaves() const {
    std::vector<Hash> out;
    for (const auto& [key, value] : objects_) out.push_back(object_leaf(key, value));
    return out;
  }

  void seal() {
    header.chain_id = anchor.chain_id;
    header.height = Height(height_);
    header.time = TimeMs(1'000 * height_);
    header.state_root = crypto::merkle_root(leaves());
    header.object_count = objects_.size();
    header.validator_set_hash = validator_set_hash(anchor.validators);
    header.next_validator_set_hash = header.validator_set_hash;
  }

  ObjectProof object(const Bytes& key) const {
    const auto place = std::ranges::find(objects_, key, &std::pair<Bytes, Bytes>::first);
    const auto slot = static_cast<std::uint64_t>(place - objects_.begin());
    return {key, place->second, Slot(slot), crypto::merkle_path(leaves(), slot)};
  }

  std::vector<crypto::SigningKey> keys_;
  std::uint64_t height_ = 7;
  Objects objects_;  // by slot
};

}  // namespace generion::client
