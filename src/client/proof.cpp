#include "client/proof.h"

#include <fmt/core.h>

#include "base/file.h"
#include "base/limits.h"
#include "wire/proof.h"

namespace generion::client {

Result<Proof> load_proof(const std::filesystem::path& path) {
  const auto bytes = read_file(path, limits::kProofBytesMax);
  if (!bytes) return fail(bytes.error());
  auto proof = wire::decode_proof(*bytes);
  if (!proof) {
    return fail(proof.error().code, fmt::format("{}: {}", path.string(), proof.error().message));
  }
  return proof;
}

Result<void> save_proof(const std::filesystem::path& path, const Proof& proof) {
  return write_file_atomic(path, wire::encode_proof(proof), kPublicFileMode);
}

Result<std::vector<ChainLink>> load_links(const std::filesystem::path& path) {
  const auto bytes = read_file(path, limits::kLinksBytesMax);
  if (!bytes) return fail(bytes.error());
  auto links = wire::decode_links(*bytes);
  if (!links) {
    return fail(links.error().code, fmt::format("{}: {}", path.string(), links.error().message));
  }
  return links;
}

Result<void> save_links(const std::filesystem::path& path, const std::vector<ChainLink>& links,
                        mode_t mode) {
  return write_file_atomic(path, wire::encode_links(links), mode);
}

Result<Genesis> load_genesis(const std::filesystem::path& path) {
  const auto text = read_file(path, limits::kGenesisBytesMax);
  if (!text) return fail(text.error());
  auto genesis = parse_genesis(*text);
  if (!genesis) {
    return fail(genesis.error().code,
                fmt::format("{}: {}", path.string(), genesis.error().message));
  }
  return genesis;
}

}  // namespace generion::client
