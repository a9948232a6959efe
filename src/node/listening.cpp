#include "node/listening.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/file.h"
#include "consensus/quorum.h"

namespace generion::node {
namespace {

constexpr std::string_view kFile = "votes-lost";
constexpr std::size_t kFileBytesMax = 64;

}  // namespace

Result<std::optional<Listening>> read_listening(const std::filesystem::path& data_dir) {
  const std::filesystem::path path = data_dir / kFile;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return std::nullopt;
  const auto text = read_file(path, kFileBytesMax);
  if (!text) return fail(text.error());
  if (text->empty()) return Listening{};
  std::uint64_t number = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, code] = std::from_chars(text->data(), end, number);
  if (code != std::errc() || (stop != end && *stop != '\n')) {
    return fail(Code::damaged,
                fmt::format("{}: it is to hold the number of an epoch, or nothing. Empty it: the "
                            "node then asks the others again until when it has to listen",
                            path.string()));
  }
  return Listening{Epoch(number)};
}

Result<void> write_listening(const std::filesystem::path& data_dir,
                             const std::optional<Listening>& listening) {
  const std::filesystem::path path = data_dir / kFile;
  if (!listening) {
    std::error_code error;
    std::filesystem::remove(path, error);
    if (error) {
      return fail(Code::io_error,
                  fmt::format("{}: cannot be removed: {}", path.string(), error.message()));
    }
    return sync_directory(data_dir);
  }
  const Bytes text =
      listening->until ? fmt::format("{}\n", listening->until->value()) : std::string();
  return write_file_atomic(path, text, kPublicFileMode);
}

void Listener::on_answer(const PublicKey& peer, Height stable) {
  if (!state_ || state_->until) return;
  Height& known = answers_[peer];
  known = std::max(known, stable);
}

bool Listener::settle(const contract::EpochRules& epoch, const PublicKey& self, Height applied) {
  if (!state_ || state_->until) return false;
  std::size_t count = 0;
  for (const auto& [peer, stable] : answers_) {
    if (peer == self || !epoch.validators.index_of(peer)) continue;
    if (stable > applied) return false;
    ++count;
  }
  if (count < quorum_size(epoch.validators.size())) return false;
  state_->until = epoch.number.next().next();
  return true;
}

bool Listener::end(Epoch epoch) {
  if (!state_ || !state_->until || epoch < *state_->until) return false;
  state_.reset();
  return true;
}

}  // namespace generion::node
