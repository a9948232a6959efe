#include "node/journal_codec.h"

#include <fmt/core.h>

#include "base/assert.h"
#include "base/byte_io.h"
#include "consensus/verified.h"
#include "wire/messages.h"

namespace generion::node {
namespace {

using consensus::EnteredView;
using consensus::JournalEntry;
using consensus::Leads;
using consensus::OwnVote;
using consensus::Prepared;

// Stored values: frozen.
enum class Kind : std::uint8_t { leads = 1, entered_view = 2, prepared = 3, own_vote = 4 };

Bytes with_kind(Kind kind, ByteView content) {
  return ByteWriter().u8(static_cast<std::uint8_t>(kind)).raw(content).bytes();
}

struct Encode {
  Bytes operator()(const Leads& entry) const {
    return with_kind(Kind::leads,
                     ByteWriter().u64(entry.epoch.value()).u64(entry.view.value()).bytes());
  }
  Bytes operator()(const EnteredView& entry) const {
    return with_kind(Kind::entered_view, wire::encode_message(entry.new_view));
  }
  Bytes operator()(const Prepared& entry) const {
    return with_kind(Kind::prepared, wire::encode_prepared(entry.certificate));
  }
  Bytes operator()(const OwnVote& entry) const {
    return with_kind(Kind::own_vote, wire::encode_message(entry.message));
  }
};

std::unexpected<Error> damaged(std::string_view what) {
  return fail(Code::damaged, fmt::format("journal: {}; restore nothing over it, see the "
                                         "operators' page on a damaged journal",
                                         what));
}

struct HeightOf {
  std::optional<Height> operator()(const Prepare& m) const { return m.height; }
  std::optional<Height> operator()(const Commit& m) const { return m.height; }
  std::optional<Height> operator()(const SealVote& m) const { return m.seal.height; }
  std::optional<Height> operator()(const PrePrepare& m) const { return m.batch.height; }
  std::optional<Height> operator()(const Complaint&) const { return std::nullopt; }
  std::optional<Height> operator()(const ViewChange&) const { return std::nullopt; }
  std::optional<Height> operator()(const NewView&) const { return std::nullopt; }
  std::optional<Height> operator()(const StatusReport&) const { return std::nullopt; }
  std::optional<Height> operator()(const Echo&) const { return std::nullopt; }
  std::optional<Height> operator()(const StableReport&) const { return std::nullopt; }
};

struct ViewOf {
  View operator()(const Prepare& m) const { return m.view; }
  View operator()(const Commit& m) const { return m.view; }
  View operator()(const SealVote&) const { return View(0); }
  View operator()(const PrePrepare& m) const { return m.view; }
  View operator()(const Complaint& m) const { return m.view; }
  View operator()(const ViewChange& m) const { return m.view; }
  View operator()(const NewView& m) const { return m.view; }
  View operator()(const StatusReport& m) const { return m.view; }
  View operator()(const Echo&) const { return View(0); }
  View operator()(const StableReport&) const { return View(0); }
};

}  // namespace

Bytes encode_journal_entry(const JournalEntry& entry) {
  return std::visit(Encode{}, entry);
}

Result<JournalEntry> decode_journal_entry(ByteView bytes) {
  ByteReader in(bytes);
  const auto kind = static_cast<Kind>(in.u8());
  const ByteView content = bytes.empty() ? bytes : bytes.substr(1);
  switch (kind) {
    case Kind::leads: {
      const Leads entry{Epoch(in.u64()), View(in.u64())};
      if (!in.done()) return damaged("a 'leads' entry has the wrong size");
      return entry;
    }
    case Kind::entered_view: {
      auto message = wire::decode_message(content);
      if (!message) return damaged(message.error().message);
      auto* new_view = std::get_if<NewView>(&*message);
      if (new_view == nullptr) return damaged("an 'entered view' entry holds no NEW-VIEW");
      return EnteredView{std::move(*new_view)};
    }
    case Kind::prepared: {
      auto certificate = wire::decode_prepared(content);
      if (!certificate) return damaged(certificate.error().message);
      return Prepared{std::move(*certificate)};
    }
    case Kind::own_vote: {
      auto message = wire::decode_message(content);
      if (!message) return damaged(message.error().message);
      return OwnVote{std::move(*message)};
    }
  }
  return damaged(fmt::format("an entry has the unknown kind {}", static_cast<unsigned>(kind)));
}

std::optional<Height> journal_height(const JournalEntry& entry) {
  if (const auto* prepared = std::get_if<Prepared>(&entry)) return prepared->certificate.height;
  if (const auto* vote = std::get_if<OwnVote>(&entry)) return std::visit(HeightOf{}, vote->message);
  return std::nullopt;
}

Epoch journal_epoch(const JournalEntry& entry) {
  if (const auto* leads = std::get_if<Leads>(&entry)) return leads->epoch;
  if (const auto* entered = std::get_if<EnteredView>(&entry)) return entered->new_view.epoch;
  if (const auto* prepared = std::get_if<Prepared>(&entry)) return prepared->certificate.epoch;
  return consensus::epoch_of(std::get<OwnVote>(entry).message);
}

View journal_view(const JournalEntry& entry) {
  if (const auto* leads = std::get_if<Leads>(&entry)) return leads->view;
  if (const auto* entered = std::get_if<EnteredView>(&entry)) return entered->new_view.view;
  if (const auto* prepared = std::get_if<Prepared>(&entry)) return prepared->certificate.view;
  return std::visit(ViewOf{}, std::get<OwnVote>(entry).message);
}

}  // namespace generion::node
