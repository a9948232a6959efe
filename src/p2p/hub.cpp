#include "p2p/hub.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/byte_io.h"
#include "base/limits.h"
#include "crypto/secret.h"
#include "io/tcp_address.h"
#include "types/address.h"
#include "wire/peer.h"

namespace generion::p2p {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A connection that lasted so long was none of a row of failures.
constexpr milliseconds kLasting{10'000};

// Connections that exist at once: one of each peer, some that replace others, and handshakes.
constexpr std::size_t kConnectionsMax = 4 * limits::kPeersMax;

std::uint64_t random_number() {
  return ByteReader(crypto::random_bytes(sizeof(std::uint64_t))).u64();
}

Bytes hello_frame(const NetworkSettings& settings) {
  const LinkMessage hello =
      Hello{settings.protocol, settings.chain, settings.role, random_number(), settings.software};
  return *make_frame(wire::encode_frame(hello));
}

Ending ended_for(RefusalReason reason, std::string text) {
  return {.why = text, .said = refusal(reason, std::move(text))};
}

// The other end will not change its mind soon.
bool is_lasting(RefusalReason reason) {
  return reason == RefusalReason::wrong_protocol || reason == RefusalReason::wrong_chain ||
         reason == RefusalReason::unknown_key || reason == RefusalReason::self;
}

bool is_duplicate(const std::optional<Refusal>& word) {
  return word && word->reason == RefusalReason::duplicate;
}

// Nothing is wrong with a connection that another one replaces, or that the node wanted to end.
bool is_failure(const Ending& ending) {
  return !ending.why.empty() && !is_duplicate(ending.said) && !is_duplicate(ending.heard);
}

Refusal duplicate() {
  return refusal(RefusalReason::duplicate, "another connection between the two of us is kept");
}

}  // namespace

Hub::Hub(io::asio::io_context& io, const PublicKey& key, const NetworkSettings& settings,
         NetworkHandlers handlers, std::shared_ptr<io::asio::ssl::context> tls)
    : io_(io),
      own_{key, settings.chain, settings.protocol},
      listen_(settings.listen),
      handlers_(std::move(handlers)),
      context_{*this, settings.limits, std::move(tls), hello_frame(settings)},
      connections_(kConnectionsMax, kConnectionsMax),
      handshakes_(settings.limits.handshakes_max, settings.limits.handshakes_per_address_max),
      strand_(io::asio::make_strand(io)),
      acceptor_(strand_),
      dial_timer_(strand_) {
  set_validators(settings.validators);
  set_peers(settings.peers);
}

std::optional<PeerRole> Hub::Peer::role() const {
  if (is_validator) return PeerRole::validator;
  if (known && known->role == PeerRole::observer) return PeerRole::observer;
  return std::nullopt;
}

bool Hub::Peer::is_dialable() const {
  return role() && known && !known->host.empty() && known->port != 0 && !session && !next &&
         !dialling;
}

// --- What the node asks for ---

Sent Hub::send(const PublicKey& peer, const PeerMessage& message) {
  SessionPtr session;
  {
    const std::lock_guard lock(mutex_);
    const auto found = peers_.find(peer);
    if (found != peers_.end()) session = found->second.session;
  }
  if (!session) return Sent::not_connected;
  const FramePtr frame = make_frame(wire::encode_frame(message));
  if (frame->size() > limits::kFrameBytesMax + kFrameHeaderBytes) return Sent::too_large;
  return session->push(priority_of(message), frame);
}

std::size_t Hub::broadcast(Audience audience, const PeerMessage& message) {
  const FramePtr frame = make_frame(wire::encode_frame(message));
  if (frame->size() > limits::kFrameBytesMax + kFrameHeaderBytes) return 0;
  const Priority priority = priority_of(message);
  std::size_t count = 0;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, peer] : peers_) {
    if (!peer.session) continue;
    if (audience == Audience::validators && !peer.is_validator) continue;
    if (audience == Audience::observers && peer.is_validator) continue;
    if (peer.session->push(priority, frame) == Sent::queued) ++count;
  }
  return count;
}

void Hub::set_validators(const std::vector<PublicKey>& validators) {
  const std::lock_guard lock(mutex_);
  for (auto& [key, peer] : peers_) peer.is_validator = false;
  for (const PublicKey& key : validators) {
    if (key != own_.key) peers_[key].is_validator = true;
  }
  after_change();
}

void Hub::set_peers(const std::vector<KnownPeer>& peers) {
  const std::lock_guard lock(mutex_);
  for (auto& [key, peer] : peers_) {
    const auto same = std::find_if(peers.begin(), peers.end(),
                                   [&](const KnownPeer& entry) { return entry.key == key; });
    if (same == peers.end()) peer.known.reset();
  }
  for (const KnownPeer& entry : peers) {
    if (entry.key == own_.key) continue;
    Peer& peer = peers_[entry.key];
    if (peer.known == entry) continue;
    peer.known = entry;
    peer.failures = 0;
    peer.dial_at = {};
  }
  after_change();
}

// Somebody gained or lost the right to be here, or has another address.
void Hub::after_change() {
  const auto now = steady_clock::now();
  for (auto place = peers_.begin(); place != peers_.end();) {
    auto& [key, peer] = *place;
    const auto role = peer.role();
    for (const SessionPtr& session : {peer.session, peer.next, peer.dialling}) {
      if (!session) continue;
      if (role) {
        session->role = *role;
      } else {
        session->end(ended_for(
            RefusalReason::unknown_key,
            fmt::format("{} is no validator any more, nor a listed observer", address_text(key))));
      }
    }
    const bool is_needed = role || peer.known || peer.session || peer.next || peer.dialling;
    if (is_needed) refresh_state(peer, now);
    place = is_needed ? std::next(place) : peers_.erase(place);
  }
  arm_dial_timer();
}

void Hub::punish(const PublicKey& key, const std::string& why) {
  const std::lock_guard lock(mutex_);
  const auto found = peers_.find(key);
  if (found == peers_.end()) return;
  for (const SessionPtr& session : {found->second.session, found->second.next}) {
    if (!session) continue;
    session->end({.kind = Ending::Kind::misbehaved,
                  .why = why,
                  .said = refusal(RefusalReason::invalid, why)});
  }
}

// --- What the sessions tell ---

Standing Hub::standing_of(const PublicKey& key) const {
  const auto found = peers_.find(key);
  if (found == peers_.end()) return {};
  return {found->second.role(), found->second.pause.left(steady_clock::now())};
}

std::optional<Refusal> Hub::judge(const Session& session) {
  const std::lock_guard lock(mutex_);
  if (auto no = check_hello(own_, session.peer(), session.hello(), standing_of(session.peer()))) {
    return no;
  }
  const Peer& peer = peers_.at(session.peer());
  if (peer.session &&
      !takes_place(own_.key, session.peer(), peer.session->connection(), session.connection())) {
    return duplicate();
  }
  return std::nullopt;
}

std::optional<Refusal> Hub::on_welcomed(const SessionPtr& session) {
  const std::lock_guard lock(mutex_);
  const auto found = peers_.find(session->peer());
  if (is_stopping_) return stopping();
  if (found == peers_.end() || !found->second.role()) {
    return refusal(RefusalReason::unknown_key, "the peer lost its right during the handshake");
  }
  Peer& peer = found->second;
  session->role = *peer.role();
  for (const SessionPtr& present : {peer.session, peer.next}) {
    if (present &&
        !takes_place(own_.key, session->peer(), present->connection(), session->connection())) {
      return duplicate();
    }
  }
  if (!peer.session) {
    peer.session = session;
    session->begin();
    return std::nullopt;
  }
  for (const SessionPtr& present : {peer.session, peer.next}) {
    if (present) present->end({.said = duplicate()});
  }
  peer.next = session;
  return std::nullopt;
}

void Hub::on_begun(const SessionPtr& session) {
  const PublicKey& key = session->peer();
  {
    const std::lock_guard lock(mutex_);
    Peer& peer = peers_.at(key);
    peer.begun_at = steady_clock::now();
    peer.dialling = peer.dialling == session ? nullptr : peer.dialling;
    peer.status.software = session->hello().software;
    peer.status.says = session->hello().role;
    ++peer.status.connections;
    refresh_state(peer, peer.begun_at);
  }
  if (handlers_.on_connected) handlers_.on_connected(key, session->role);
}

void Hub::on_message(const SessionPtr& session, PeerMessage message,
                     std::shared_ptr<const void> hold) {
  if (!handlers_.on_received) return;
  handlers_.on_received({session->peer(), session->role, std::move(message), std::move(hold)});
}

// The table first, so that a handler finds it as it is; the session's place last, so that the next
// connection begins after the handler has heard of the end of this one.
void Hub::on_ended(const SessionPtr& session, const Ending& ending) {
  const PublicKey& key = session->peer();
  {
    const std::lock_guard lock(mutex_);
    if (!session->has_begun() && !session->is_dialled()) {
      ++(ending.said ? stats_.refused : stats_.failed_handshakes);
    }
    if (const auto found = peers_.find(key); found != peers_.end()) {
      note_ending(found->second, *session, ending);
      plan_redial(found->second, *session, ending);
      if (session->has_begun()) found->second.begun_at = {};
      refresh_state(found->second, steady_clock::now());
    }
  }
  if (session->has_begun() && handlers_.on_disconnected) handlers_.on_disconnected(key);
  if (is_failure(ending) && handlers_.on_failed) {
    const auto known_key = key.is_zero() ? std::nullopt : std::optional(key);
    handlers_.on_failed({session->address(), known_key, ending.why});
  }
  const std::lock_guard lock(mutex_);
  const auto found = peers_.find(key);
  if (found == peers_.end()) return;
  Peer& peer = found->second;
  for (SessionPtr* const place : {&peer.session, &peer.next, &peer.dialling}) {
    if (*place == session) place->reset();
  }
  if (!peer.session && peer.next) {
    peer.session = std::exchange(peer.next, nullptr);
    peer.session->begin();
  }
  after_change();
}

void Hub::note_ending(Peer& peer, const Session& session, const Ending& ending) {
  const auto now = steady_clock::now();
  PeerStatus& status = peer.status;
  if (session.has_begun()) {
    const SessionCounters& counters = session.counters();
    status.bytes_in += counters.bytes_in;
    status.bytes_out += counters.bytes_out;
    status.messages_in += counters.messages_in;
    status.messages_out += counters.messages_out;
    status.dropped += counters.dropped;
  }
  if (is_failure(ending)) {
    status.last_error = ending.why;
    status.error_at = std::chrono::system_clock::now();
  }
  if (ending.kind == Ending::Kind::misbehaved) {
    peer.pause.begin(context_.limits.pause_min, context_.limits.pause_max, now);
    ++status.pauses;
  }
}

void Hub::plan_redial(Peer& peer, const Session& session, const Ending& ending) {
  const bool has_begun = session.has_begun();
  if (!has_begun && !session.is_dialled()) return;
  const bool has_another = peer.next || (peer.session && peer.session.get() != &session);
  if (has_another && (is_duplicate(ending.said) || is_duplicate(ending.heard))) return;
  const NetworkLimits& limits = context_.limits;
  const auto now = steady_clock::now();
  if (has_begun && now - peer.begun_at > kLasting) peer.failures = 0;
  milliseconds delay =
      redial_delay(limits.redial_min, limits.redial_max, peer.failures, random_number());
  ++peer.failures;
  if (ending.heard) {
    if (is_lasting(ending.heard->reason)) {
      delay = redial_delay(limits.redial_max, limits.redial_max, 0, random_number());
    }
    const auto asked = std::min<std::uint64_t>(
        ending.heard->retry_after_ms, static_cast<std::uint64_t>(limits.pause_max.count()));
    delay = std::max(delay, milliseconds(asked));
  }
  peer.dial_at = now + delay;
}

}  // namespace generion::p2p
