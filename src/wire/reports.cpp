// STATUS, ECHO and STABLE.
#include "base/limits.h"
#include "wire/message_parts.h"

namespace generion::wire {
namespace {

Bytes bits_to_bytes(const MemberBits& bits) {
  Bytes out;
  for (std::size_t i = 0; i < bits.size(); ++i) {
    if (!bits[i]) continue;
    out.resize(i / 8 + 1, '\0');
    out[i / 8] = static_cast<char>(static_cast<unsigned char>(out[i / 8]) | 1U << (i % 8));
  }
  return out;
}

MemberBits bits_of(Fields& fields, std::string_view name, ByteView bytes) {
  MemberBits out;
  for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
    if ((static_cast<unsigned char>(bytes[i / 8]) >> (i % 8) & 1U) == 0) continue;
    if (i >= out.size()) {
      fields.fault(fmt::format("{} names member {}; there are at most {}", name, i, out.size()));
      return out;
    }
    out.set(i);
  }
  return out;
}

HeldVotes read(Fields& fields, const v1::HeldVotes& in) {
  return {Height(in.height()), in.has_proposal(), bits_of(fields, "prepares", in.prepares()),
          bits_of(fields, "commits", in.commits()), bits_of(fields, "seals", in.seals())};
}

}  // namespace

void write(v1::StatusReport& out, const StatusReport& message) {
  out.set_epoch(message.epoch.value());
  out.set_view(message.view.value());
  out.set_has_new_view(message.has_new_view);
  out.set_stable(message.stable.value());
  out.set_executed(message.executed.value());
  out.set_complaints(bits_to_bytes(message.complaints));
  out.set_view_changes(bits_to_bytes(message.view_changes));
  for (const HeldVotes& held : message.held) {
    v1::HeldVotes& entry = *out.add_held();
    entry.set_height(held.height.value());
    entry.set_has_proposal(held.has_proposal);
    entry.set_prepares(bits_to_bytes(held.prepares));
    entry.set_commits(bits_to_bytes(held.commits));
    entry.set_seals(bits_to_bytes(held.seals));
  }
  if (message.recovering_since) out.set_recovering_since_ms(message.recovering_since->value());
  out.set_sender(Bytes(message.sender.view()));
}

StatusReport read(Fields& fields, const v1::StatusReport& in) {
  StatusReport out;
  out.epoch = Epoch(in.epoch());
  out.view = View(in.view());
  out.has_new_view = in.has_new_view();
  out.stable = Height(in.stable());
  out.executed = Height(in.executed());
  out.complaints = bits_of(fields, "complaints", in.complaints());
  out.view_changes = bits_of(fields, "view_changes", in.view_changes());
  if (fields.at_most("held", in.held_size(), limits::kLogHeights)) {
    for (const auto& held : in.held()) out.held.push_back(read(fields, held));
  }
  if (in.has_recovering_since_ms()) out.recovering_since = TimeMs(in.recovering_since_ms());
  out.sender = fields.fixed<PublicKey>("sender", in.sender());
  return out;
}

void write(v1::Echo& out, const Echo& message) {
  out.set_epoch(message.epoch.value());
  out.set_recovering_since_ms(message.recovering_since.value());
  out.set_of(Bytes(message.of.view()));
  for (const Prepare& prepare : message.prepares) write(*out.add_prepare(), prepare);
  if (message.view_change) write(*out.mutable_view_change(), *message.view_change);
  out.set_sender(Bytes(message.sender.view()));
}

Echo read(Fields& fields, const v1::Echo& in) {
  Echo out;
  out.epoch = Epoch(in.epoch());
  out.recovering_since = TimeMs(in.recovering_since_ms());
  out.of = fields.fixed<PublicKey>("of", in.of());
  if (fields.at_most("prepare", in.prepare_size(), limits::kLogHeights)) {
    for (const auto& prepare : in.prepare()) out.prepares.push_back(read(fields, prepare));
  }
  if (in.has_view_change()) out.view_change = read(fields, in.view_change());
  out.sender = fields.fixed<PublicKey>("sender", in.sender());
  return out;
}

void write(v1::StableReport& out, const StableReport& message) {
  write(*out.mutable_stable(), message.stable);
  out.set_sender(Bytes(message.sender.view()));
}

StableReport read(Fields& fields, const v1::StableReport& in) {
  return {read(fields, in.stable()), fields.fixed<PublicKey>("sender", in.sender())};
}

}  // namespace generion::wire
