// generion-proof-vectors DIR: whether DIR (tests/vectors/proofs) holds what this makes; with
// --rewrite it is written. They are deterministic: keys have fixed seeds, Ed25519 no randomness.
#include <fmt/core.h>

#include <filesystem>
#include <string>

#include "base/base64.h"
#include "base/file.h"
#include "base/limits.h"
#include "proof_cases.h"
#include "wire/proof.h"

namespace generion::vectors {
namespace {

// A case a line.
std::string file_of(std::size_t n) {
  const ProofChain chain(n);
  Cases cases(chain);
  add_good(cases);
  add_bad_seals(cases);
  add_bad_sets(cases);
  add_bad_content(cases);
  add_bad_lists(cases);
  const auto genesis = boost::json::parse(genesis_json(chain.genesis()));
  std::string out = fmt::format(
      "{{\n\"validators\": {},\n\"quorum\": {},\n\"genesis\": {},\n\"sets\": \"{}\",\n\"cases\": "
      "[\n",
      n, quorum_size(n), boost::json::serialize(genesis),
      to_base64(wire::encode_links(chain.changes())));
  for (std::size_t i = 0; i < cases.all.size(); ++i) {
    out += boost::json::serialize(cases.all[i]);
    out += i + 1 < cases.all.size() ? ",\n" : "\n";
  }
  return out + "]\n}\n";
}

int run(const std::filesystem::path& directory, bool rewrite) {
  bool same = true;
  for (const std::size_t n : {4, 5, 6}) {
    const auto path = directory / fmt::format("validators-{}.json", n);
    const std::string made = file_of(n);
    if (rewrite) {
      if (const auto ok = write_file_atomic(path, made, kPublicFileMode); !ok) {
        fmt::print(stderr, "{}\n", ok.error().message);
        return 1;
      }
      continue;
    }
    const auto there = read_file(path, limits::kRpcAnswerBytesMax);
    if (there && *there == made) continue;
    fmt::print(
        "{} is not what is made now. It is right nevertheless? Then: generion-proof-vectors "
        "--rewrite {}\n",
        path.string(), directory.string());
    same = false;
  }
  return same ? 0 : 1;
}

}  // namespace
}  // namespace generion::vectors

int main(int count, char** arguments) {
  const bool rewrite = count == 3 && std::string(arguments[1]) == "--rewrite";
  if (count != 2 && !rewrite) {
    fmt::print(stderr, "usage: generion-proof-vectors [--rewrite] DIRECTORY\n");
    return 2;
  }
  return generion::vectors::run(arguments[count - 1], rewrite);
}
