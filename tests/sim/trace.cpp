#include "trace.h"

#include <fmt/core.h>

#include "base/hex.h"
#include "consensus/verified.h"

namespace generion::sim {
namespace {

std::string_view reason_of(ComplaintReason reason) {
  switch (reason) {
    case ComplaintReason::no_progress:
      return "no progress";
    case ComplaintReason::censorship:
      return "censorship";
    case ComplaintReason::restarted_primary:
      return "own restart";
  }
  return "?";
}

struct Describe {
  const World& world;

  std::string operator()(const StatusReport& m) const {
    return fmt::format("STATUS view {}{} stable {} executed {}{}", m.view.value(),
                       m.has_new_view ? "" : " without NEW-VIEW", m.stable.value(),
                       m.executed.value(), m.recovering_since ? ", recovering" : "");
  }
  std::string operator()(const Echo& m) const {
    return fmt::format("ECHO {} PREPAREs{}", m.prepares.size(),
                       m.view_change ? " and a VIEW-CHANGE" : "");
  }
  std::string operator()(const StableReport& m) const {
    return fmt::format("STABLE height {}", m.stable.header.height.value());
  }

  std::string operator()(const PrePrepare& m) const {
    return fmt::format("PRE-PREPARE view {} height {} {}", m.view.value(), m.batch.height.value(),
                       describe(m.batch, world));
  }
  std::string operator()(const Prepare& m) const {
    return fmt::format("PREPARE view {} height {} {}", m.view.value(), m.height.value(),
                       short_hash(m.digest));
  }
  std::string operator()(const Commit& m) const {
    return fmt::format("COMMIT view {} height {} {}", m.view.value(), m.height.value(),
                       short_hash(m.digest));
  }
  std::string operator()(const SealVote& m) const {
    return fmt::format("SEAL height {} {}", m.seal.height.value(), short_hash(m.seal.block_hash));
  }
  std::string operator()(const Complaint& m) const {
    return fmt::format("COMPLAINT view {}: {}", m.view.value(), reason_of(m.reason));
  }
  std::string operator()(const ViewChange& m) const {
    std::string out = fmt::format("VIEW-CHANGE to {} stable {}", m.view.value(),
                                  m.stable ? m.stable->header.height.value() : 0);
    for (const PreparedCertificate& prepared : m.prepared) {
      out += fmt::format(" prepared {}@{} {}", prepared.height.value(), prepared.view.value(),
                         short_hash(prepared.digest));
    }
    return out;
  }
  std::string operator()(const NewView& m) const {
    std::string out = fmt::format("NEW-VIEW {} of", m.view.value());
    for (const ViewChange& change : m.view_changes) {
      out += fmt::format(" {}", static_cast<char>('A' + world.member_of(change.sender)));
    }
    return out;
  }
};

}  // namespace

std::string as_text(const Trace::Line& line) {
  std::string who = line.from;
  if (!line.to.empty()) who += " -> " + line.to;
  return fmt::format("{:>6} ms  {:<8}  {}", line.at_ms, who, line.text);
}

std::string as_mermaid(const Trace::Line& line) {
  std::string text = line.text;
  for (char& c : text) {
    if (c == ';' || c == '#' || c == ':') c = ',';
  }
  if (line.from.empty()) return fmt::format("  Note over A: {} ms {}", line.at_ms, text);
  if (line.to.empty()) return fmt::format("  Note over {}: {} ms {}", line.from, line.at_ms, text);
  return fmt::format("  {}->>{}: {}", line.from, line.to, text);
}

std::string short_hash(const Hash& hash) {
  return to_hex(hash).substr(0, 6);
}

std::string describe(const Batch& batch, const World& world) {
  std::string ids;
  for (const TxId& id : batch.ids) ids += (ids.empty() ? "" : " ") + world.name_of(id);
  return fmt::format("[{}] {}", ids, short_hash(batch_digest(world.members.chain, batch)));
}

std::string describe(const Message& message, const World& world) {
  const Epoch epoch = consensus::epoch_of(message);
  const std::string in =
      epoch == Epoch(0) ? std::string() : fmt::format(" (epoch {})", epoch.value());
  return std::visit(Describe{world}, message) + in;
}

std::string describe(const consensus::JournalEntry& entry, const World& world) {
  if (const auto* leads = std::get_if<consensus::Leads>(&entry)) {
    return fmt::format("leads view {}", leads->view.value());
  }
  if (const auto* entered = std::get_if<consensus::EnteredView>(&entry)) {
    return fmt::format("has entered view {}", entered->new_view.view.value());
  }
  if (const auto* prepared = std::get_if<consensus::Prepared>(&entry)) {
    return fmt::format("has prepared height {} in view {}: {}",
                       prepared->certificate.height.value(), prepared->certificate.view.value(),
                       short_hash(prepared->certificate.digest));
  }
  return describe(std::get<consensus::OwnVote>(entry).message, world);
}

}  // namespace generion::sim
