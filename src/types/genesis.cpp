#include "types/genesis.h"

#include "types/canonical.h"

namespace generion {
namespace {

Bytes encode_validator(const GenesisValidator& validator) {
  return CanonicalWriter()
      .fixed(1, validator.key)
      .fixed(2, validator.governance_key)
      .bytes(3, validator.name)
      .take();
}

Bytes encode_institution(const GenesisInstitution& institution) {
  return CanonicalWriter()
      .fixed(1, institution.address)
      .bytes(2, institution.name)
      .bytes(3, institution.kind)
      .bytes(4, institution.data_source_url)
      .take();
}

}  // namespace

Bytes encode_genesis(const Genesis& genesis) {
  CanonicalWriter out;
  out.bytes(1, genesis.chain_name).uint(2, genesis.time.value());
  for (const auto& validator : genesis.validators) out.element(3, encode_validator(validator));
  for (const auto& institution : genesis.institutions) {
    out.element(4, encode_institution(institution));
  }
  out.element(5, encode_parameters(genesis.parameters));
  return out.take();
}

Hash chain_id(const Genesis& genesis) {
  return crypto::blake2b256({"generion/genesis/1", encode_genesis(genesis)});
}

}  // namespace generion
