// A state in memory at one height, and the keys of those whom tests call by a letter.
#pragma once

#include <map>

#include "contract/execution.h"
#include "rpc/backend.h"
#include "types/address.h"

namespace generion::test {

inline crypto::SigningKey key_of(char name) {
  return crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(std::string(32, name)));
}

inline std::string address_of(char name) {
  return address_text(key_of(name).public_key());
}

class MapState : public contract::StateReader {
 public:
  std::optional<Bytes> object(ByteView key) const override { return find(objects_, key); }
  std::optional<Bytes> lookup(ByteView key) const override { return find(lookups_, key); }
  std::vector<Entry> scan(ByteView prefix, ByteView after, std::size_t limit) const override {
    std::vector<Entry> out;
    auto at = after < prefix ? lookups_.lower_bound(prefix) : lookups_.upper_bound(after);
    for (; at != lookups_.end() && at->first.starts_with(prefix) && out.size() < limit; ++at) {
      out.push_back(*at);
    }
    return out;
  }
  void apply(const contract::BlockWrites& writes) {
    for (const auto& write : writes.objects) objects_[write.key] = write.value;
    for (const auto& write : writes.lookups) {
      if (write.value) {
        lookups_[write.key] = *write.value;
      } else {
        lookups_.erase(write.key);
      }
    }
  }

 private:
  using Map = std::map<Bytes, Bytes, std::less<>>;
  static std::optional<Bytes> find(const Map& map, ByteView key) {
    const auto found = map.find(key);
    return found == map.end() ? std::nullopt : std::optional(found->second);
  }

  Map objects_;
  Map lookups_;
};

class FakeVersion : public rpc::Version {
 public:
  // `sealed` up to which height there are certificates; must outlive the version.
  FakeVersion(Height height, MapState state, const Height& sealed)
      : height_(height), state_(std::move(state)), sealed_(sealed) {
    header_.height = height;
    header_.time = block_time();
  }
  Height height() const override { return height_; }
  Hash block_hash() const override { return crypto::blake2b256({std::to_string(height_.value())}); }
  TimeMs block_time() const override { return TimeMs(1'000 * height_.value()); }
  const contract::StateReader& state() const override { return state_; }
  MapState copy() const { return state_; }
  Result<Bytes> prove(ByteView key) const override {
    if (!state_.object(key)) return fail(Code::not_found, "no such object");
    return "proof of " + Bytes(key);
  }
  Result<ObjectProof> prove_object(ByteView key) const override {
    auto value = state_.object(key);
    if (!value) return fail(Code::not_found, "no such object");
    return ObjectProof{Bytes(key), std::move(*value), Slot(0), {}};
  }
  const BlockHeader& header() const override { return header_; }
  Result<Certificate> certificate() const override {
    if (height_ > sealed_) return fail(Code::not_ready, "not sealed yet");
    return Certificate{generion::block_hash(header_), {{key_of('V').public_key(), {}}}};
  }
  Result<std::vector<SetChange>> set_changes() const override { return {}; }

 private:
  Height height_;
  MapState state_;
  const Height& sealed_;
  BlockHeader header_;
};

}  // namespace generion::test
