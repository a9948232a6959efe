#include "wire/proof.h"

#include <catch2/catch.hpp>

#include "crypto/keys.h"

namespace generion::wire {
namespace {

ObjectsProof sample() {
  ObjectsProof out;
  const std::vector<Hash> path(24, Hash());
  out.objects.push_back({"\x05 key", "value", Slot(1), path});
  out.objects.push_back({"\x04 other", Bytes(300, 'v'), Slot(1'000'000'000), {}});
  out.header.height = Height(7);
  out.certificate.block_hash = block_hash(out.header);
  out.certificate.signers.push_back({PublicKey(), Signature()});
  SetChange change;
  change.header.height = Height(3);
  change.certificate.block_hash = block_hash(change.header);
  change.next.keys = {PublicKey()};
  out.set_changes.push_back(change);
  return out;
}

}  // namespace

TEST_CASE("wire: what proves many objects survives its encoding") {
  const ObjectsProof proof = sample();
  const auto decoded = decode_objects_proof(encode_objects_proof(proof));
  REQUIRE(decoded);
  CHECK(*decoded == proof);
}

TEST_CASE("wire: an object takes at most what its bound says") {
  ObjectsProof none = sample();
  none.objects.clear();
  for (const ObjectProof& object : sample().objects) {
    ObjectsProof one = none;
    one.objects.push_back(object);
    CHECK(encode_objects_proof(one).size() - encode_objects_proof(none).size() <=
          object_proof_bytes_max(object));
  }
}

TEST_CASE("wire: a damaged proof of many objects is refused, and says why") {
  CHECK(decode_objects_proof("\xff").error().code == Code::malformed);
  CHECK(decode_objects_proof("").error().code == Code::malformed);  // no header
  ObjectsProof proof = sample();
  proof.objects.front().path.resize(65);
  const auto decoded = decode_objects_proof(encode_objects_proof(proof));
  REQUIRE_FALSE(decoded);
  CHECK(decoded.error().message == "proof: sibling has 65 entries; at most 64 are taken");
}

TEST_CASE("wire: what proves one object is a proof file") {
  ObjectsProof one = sample();
  one.objects.pop_back();
  const auto file = decode_proof(encode_objects_proof(one));
  REQUIRE(file);
  CHECK(std::get<ObjectProof>(file->content) == one.objects.front());
  CHECK(file->header == one.header);
}

TEST_CASE("wire: links survive their encoding, with and without seals and next set") {
  std::vector<ChainLink> links(3);
  for (ChainLink& link : links) {
    link.header.height = Height(7);
    link.certificate.block_hash = block_hash(link.header);
  }
  links[1].certificate.signers.push_back({PublicKey(), Signature()});
  links[1].next.keys.resize(4);
  const auto decoded = decode_links(encode_links(links));
  REQUIRE(decoded);
  CHECK(*decoded == links);
  CHECK(decode_links("")->empty());
}

TEST_CASE("wire: damaged or too many links are refused, and it says why") {
  CHECK(decode_links("\xff").error().code == Code::malformed);
  ChainLink link;
  link.certificate.block_hash = block_hash(link.header);
  CHECK(decode_links(encode_links(std::vector(258, link))));
  const auto many = decode_links(encode_links(std::vector(259, link)));
  REQUIRE_FALSE(many);
  CHECK(many.error().message == "links: link has 259 entries; at most 258 are taken");
  link.next.keys.resize(101);
  CHECK(decode_links(encode_links({link})).error().code == Code::malformed);
  CHECK(decode_links(Bytes(4 * 1024 * 1024 + 1, 'x')).error().code == Code::too_large);
}

}  // namespace generion::wire
