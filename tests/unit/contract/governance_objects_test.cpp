#include "contract/governance_objects.h"

#include <catch2/catch.hpp>

using namespace generion;
using namespace generion::contract;

namespace {

PublicKey key(char byte) {
  return *PublicKey::from(Bytes(32, byte));
}

Proposal full_proposal() {
  Proposal out;
  out.action = Mint{key('u'), 7};
  out.proposer = ValidatorId(3);
  out.yes = {ValidatorId(1), ValidatorId(3)};
  out.no = {ValidatorId(2)};
  out.created_at = TimeMs(10);
  out.expires_at = TimeMs(20);
  out.status = Proposal::Status::impossible;
  out.decided_at = TimeMs(11);
  out.in_force_at = TimeMs(12);
  out.mint_to = UserId(5);
  out.obstacle = Code::mint_limit;
  return out;
}

}  // namespace

TEST_CASE("a proposal's bytes give it back, with and without what may be absent") {
  const Proposal full = full_proposal();
  CHECK(decode_proposal(encode_proposal(full)) == full);
  Proposal bare;
  bare.action = WithdrawInstitution{key('h')};
  CHECK(decode_proposal(encode_proposal(bare)) == bare);
}

TEST_CASE("a proposal's bytes are strict") {
  const Bytes bytes = encode_proposal(full_proposal());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = decode_proposal(ByteView(bytes).substr(0, size));
    // A cut between two fields leaves a shorter proposal, which gives the very same bytes.
    if (cut) CHECK(encode_proposal(*cut) == bytes.substr(0, size));
  }
  CHECK(decode_proposal({}).error().code == Code::malformed);
  Bytes unknown = bytes;
  unknown.back() = 99;  // not in the list of codes: 147 is two bytes, of which this is the last
  CHECK(decode_proposal(unknown).error().code == Code::malformed);
}

TEST_CASE("validators' bytes give them back") {
  const Validators validators = {{{ValidatorId(1), key('a'), key('b'), "first"},
                                  {ValidatorId(4), key('c'), key('d'), "fourth"}}};
  CHECK(decode_validators(encode_validators(validators)) == validators);
  CHECK(find_validator(validators, key('c'))->id == ValidatorId(4));
  CHECK(find_validator(validators, key('d')) == nullptr);
  CHECK(is_member(validators, ValidatorId(4)));
  CHECK_FALSE(is_member(validators, ValidatorId(2)));
}
