#include "node/evidence_log.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/byte_io.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "wire/messages.h"

namespace generion::node {
namespace {

namespace fs = std::filesystem;

struct Facts {
  std::string_view kind;
  Epoch epoch;
  View view;
  std::optional<Height> height;
};

struct FactsOf {
  Facts operator()(const PrePrepare& m) const {
    return {"PRE-PREPARE", m.batch.epoch, m.view, m.batch.height};
  }
  Facts operator()(const Prepare& m) const { return {"PREPARE", m.epoch, m.view, m.height}; }
  Facts operator()(const Commit& m) const { return {"COMMIT", m.epoch, m.view, m.height}; }
  Facts operator()(const SealVote& m) const { return {"SEAL", m.epoch, View(0), m.seal.height}; }
  Facts operator()(const Complaint& m) const { return {"COMPLAINT", m.epoch, m.view, {}}; }
  Facts operator()(const ViewChange& m) const { return {"VIEW-CHANGE", m.epoch, m.view, {}}; }
  Facts operator()(const NewView& m) const { return {"NEW-VIEW", m.epoch, m.view, {}}; }
  Facts operator()(const StatusReport& m) const { return {"STATUS", m.epoch, m.view, {}}; }
  Facts operator()(const Echo& m) const { return {"ECHO", m.epoch, View(0), {}}; }
  Facts operator()(const StableReport& m) const {
    return {"STABLE", m.stable.header.epoch, View(0), m.stable.header.height};
  }
};

// A file's content: time, culprit, the two messages with their lengths.
Bytes encode(const rpc::EvidenceView& view) {
  return ByteWriter()
      .u64(view.found_at.value())
      .fixed(view.culprit)
      .sized(view.first)
      .sized(view.second)
      .bytes();
}

std::optional<rpc::EvidenceView> decode(ByteView bytes) {
  ByteReader in(bytes);
  const TimeMs now(in.u64());
  const auto culprit = in.fixed<PublicKey>();
  const Bytes first(in.sized());
  const Bytes second(in.sized());
  if (!in.done()) return std::nullopt;
  auto one = wire::decode_message(first);
  auto other = wire::decode_message(second);
  if (!one || !other) return std::nullopt;
  return evidence_view({culprit, std::move(*one), std::move(*other)}, now);
}

}  // namespace

rpc::EvidenceView evidence_view(const consensus::Evidence& evidence, TimeMs now) {
  const Facts facts = std::visit(FactsOf{}, evidence.first);
  rpc::EvidenceView out;
  out.culprit = evidence.culprit;
  out.found_at = now;
  out.kind = facts.kind;
  out.epoch = facts.epoch;
  out.view = facts.view;
  out.height = facts.height;
  out.first = wire::encode_message(evidence.first);
  out.second = wire::encode_message(evidence.second);
  return out;
}

void EvidenceLog::load() {
  std::error_code error;
  std::vector<rpc::EvidenceView> found;
  for (const auto& entry : fs::directory_iterator(directory_, error)) {
    const auto bytes = read_file(entry.path(), limits::kFrameBytesMax * 2);
    if (!bytes) continue;
    if (auto view = decode(*bytes)) found.push_back(std::move(*view));
  }
  std::ranges::sort(found, {}, &rpc::EvidenceView::found_at);
  for (rpc::EvidenceView& view : found) remember(std::move(view));
}

bool EvidenceLog::remember(rpc::EvidenceView view) {
  const std::lock_guard lock(mutex_);
  const bool is_known = std::ranges::any_of(newest_, [&](const rpc::EvidenceView& held) {
    return held.first == view.first && held.second == view.second;
  });
  if (is_known) return false;
  if (newest_.size() == limits::kEvidenceMax) newest_.pop_front();
  newest_.push_back(std::move(view));
  return true;
}

Result<void> EvidenceLog::add(const consensus::Evidence& evidence, TimeMs now) {
  const rpc::EvidenceView view = evidence_view(evidence, now);
  if (!remember(view)) return {};
  const Bytes bytes = encode(view);
  const Hash name = crypto::blake2b256({view.first, view.second});
  std::error_code error;
  if (!fs::exists(directory_, error)) {
    if (auto made = create_private_directory(directory_); !made) return made;
  }
  return write_file_atomic(directory_ / to_hex(name), bytes, kPublicFileMode);
}

std::vector<rpc::EvidenceView> EvidenceLog::newest() const {
  const std::lock_guard lock(mutex_);
  return {newest_.begin(), newest_.end()};
}

std::vector<rpc::EvidenceFound> EvidenceLog::found() const {
  const std::lock_guard lock(mutex_);
  std::vector<rpc::EvidenceFound> out;
  for (const rpc::EvidenceView& view : newest_) out.push_back({view.culprit, view.found_at});
  return out;
}

}  // namespace generion::node
