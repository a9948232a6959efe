#include "node/health_reasons.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "types/address.h"

namespace generion::node {
namespace {

using rpc::HealthReason;
using rpc::NodeHealth;
using rpc::Trouble;

using Found = std::optional<HealthReason>;

constexpr std::uint64_t kGiB = 1024 * 1024 * 1024;

std::string seconds(std::uint64_t ms) {
  return fmt::format("{:.1f} s", static_cast<double>(ms) / 1000);
}

// "City Hospital, gen1..."
std::string node_text(const NodeHealth& facts, const PublicKey& key) {
  const auto known = std::ranges::find(facts.peers, key, &rpc::PeerView::key);
  const bool has_name = known != facts.peers.end() && !known->name.empty();
  return (has_name ? known->name + ", " : "") + address_text(key);
}

// "City Hospital, gen1... (connection refused); gen1..."
std::string missing_validators(const NodeHealth& facts) {
  std::string out;
  for (const rpc::PeerView& peer : facts.peers) {
    if (peer.role != "validator" || peer.state == "connected") continue;
    out += (out.empty() ? "" : "; ") + node_text(facts, peer.key);
    if (!peer.last_error.empty()) out += fmt::format(" ({})", peer.last_error);
  }
  return out;
}

Found diverged(const NodeHealth& facts) {
  if (!facts.diverged_at) return {};
  return HealthReason{
      Trouble::diverged,
      fmt::format("this node's state differs from the certified one at block {}; it votes no more",
                  facts.diverged_at->value()),
      "keep its data, compare it with another node's, and make this node anew"};
}

Found votes_lost(const NodeHealth& facts) {
  if (!facts.is_listening) return {};
  const std::string until = facts.listens_until
                                ? fmt::format("epoch {} begins", facts.listens_until->value())
                                : "a quorum of the others has told how far they are";
  return HealthReason{
      Trouble::votes_lost,
      fmt::format("its journal lacks votes that it has cast: an old copy of its data, a lost "
                  "journal, or a second machine with its key; it does not vote until {}",
                  until),
      "if there is a second machine, stop it; this one votes again by itself"};
}

Found recovering(const NodeHealth& facts) {
  if (!facts.is_recovering) return {};
  return HealthReason{
      Trouble::recovering,
      "it has started and waits for a quorum of the others to tell what they heard from it",
      "it goes on by itself when a quorum is connected; if it does not, look at the connections"};
}

Found isolated(const NodeHealth& facts) {
  const std::uint64_t others = facts.status.validators - (facts.is_validator ? 1 : 0);
  if (others == 0 || facts.peers_connected() > 0) return {};
  return HealthReason{
      Trouble::isolated,
      fmt::format("not connected with any other node: {}",
                  facts.peers.empty() ? "none is known" : missing_validators(facts)),
      "look at this machine's network, firewall and clock, and at p2p in its "
      "configuration"};
}

Found behind(const NodeHealth& facts) {
  if (facts.joining) {
    const rpc::JoinProgress& joining = *facts.joining;
    return HealthReason{
        Trouble::behind,
        fmt::format("joining by the snapshot of block {}: {}, {} of {} parts are here, from {} "
                    "nodes",
                    joining.height.value(), joining.stage, joining.parts_held, joining.parts,
                    joining.peers),
        "wait; if the parts do not grow, look at its connections"};
  }
  if (facts.lag() <= kBehindBlocksMax) return {};
  return HealthReason{Trouble::behind,
                      fmt::format("catching up: at block {} of {}", facts.status.height.value(),
                                  facts.status.head.value()),
                      "wait; if the distance grows, its disk or processor is too slow"};
}

Found view_change(const NodeHealth& facts) {
  if (!facts.is_validator || facts.is_active) return {};
  return HealthReason{
      Trouble::view_change,
      fmt::format("a view change is under way: view {} has not begun", facts.status.view.value()),
      "wait; if it lasts, look at the validators that are not connected"};
}

Found no_quorum(const NodeHealth& facts) {
  const std::uint64_t connected = facts.validators_connected();
  if (!facts.is_validator || connected >= facts.status.quorum) return {};
  return HealthReason{
      Trouble::no_quorum,
      fmt::format(
          "{} of {} validators are connected with each other here, this one counted, and {} "
          "are needed: nothing is ordered. Missing: {}",
          connected, facts.status.validators, facts.status.quorum, missing_validators(facts)),
      "start the missing validators or mend the lines to them; the chain goes on by itself"};
}

Found stalled(const NodeHealth& facts) {
  const bool has_work = facts.status.mempool > 0;
  const std::uint64_t patience = kQuietMsMax + (has_work ? 0 : facts.heartbeat_ms);
  if (facts.since_block_ms <= patience) return {};
  return HealthReason{
      Trouble::stalled,
      has_work ? fmt::format("no block for {} while {} transactions wait",
                             seconds(facts.since_block_ms), facts.status.mempool)
               : fmt::format("no block for {}, and an idle chain makes one every {}",
                             seconds(facts.since_block_ms), seconds(facts.heartbeat_ms)),
      "look at the other nodes: if they go on, at this one's connections; else at the quorum"};
}

Found primary_late(const NodeHealth& facts) {
  if (!facts.has_complained || !facts.is_active) return {};
  return HealthReason{
      Trouble::primary_late,
      fmt::format("the primary of view {}{} has not ordered in time; this node has complained",
                  facts.status.view.value(),
                  facts.status.primary ? " (" + node_text(facts, *facts.status.primary) + ")" : ""),
      "if no other node complains, look at this one's connections; else at that primary"};
}

Found validator_missing(const NodeHealth& facts) {
  if (!facts.is_validator || no_quorum(facts) || isolated(facts)) return {};
  const std::string missing = missing_validators(facts);
  if (missing.empty()) return {};
  return HealthReason{
      Trouble::validator_missing,
      fmt::format("connected with {} of {} validators, this one counted. Missing: {}",
                  facts.validators_connected(), facts.status.validators, missing),
      "ask that validator's operator; getPeers tells why the last connection ended"};
}

Found queue_full(const NodeHealth& facts) {
  const auto verify_full =
      static_cast<std::uint64_t>(kShareFull * static_cast<double>(facts.verify_max));
  if (facts.verify_max > 0 && facts.verify_waiting >= verify_full) {
    return HealthReason{Trouble::queue_full,
                        fmt::format("{} of at most {} transactions wait for their signature check",
                                    facts.verify_waiting, facts.verify_max),
                        "its processor is too slow for what is sent; slow the senders down"};
  }
  if (facts.mempool_fullest_share < kShareFull) return {};
  return HealthReason{
      Trouble::queue_full,
      fmt::format("{} transactions wait to be ordered, and a node's share of the mempool is full "
                  "to {:.0f} %: more of its transactions are refused",
                  facts.status.mempool, 100 * facts.mempool_fullest_share),
      "slow the senders down; if blocks do not come, look at the other reasons first"};
}

Found disk_low(const NodeHealth& facts) {
  if (!facts.disk || facts.disk->free_bytes >= disk_low_bytes(*facts.disk)) return {};
  return HealthReason{
      Trouble::disk_low,
      fmt::format("{:.1f} GiB of {:.1f} GiB are free on the disk of its data",
                  static_cast<double>(facts.disk->free_bytes) / static_cast<double>(kGiB),
                  static_cast<double>(facts.disk->bytes) / static_cast<double>(kGiB)),
      "make room or enlarge the disk: a full one stops the node; delete nothing below data/"};
}

Found clock_skew(const NodeHealth& facts) {
  const auto offset = facts.clock_offset_ms();
  if (!offset || std::abs(*offset) <= kClockOffsetMsMax) return {};
  return HealthReason{
      Trouble::clock_skew,
      fmt::format("this machine's clock is {} {} the other nodes'",
                  seconds(static_cast<std::uint64_t>(std::abs(*offset))),
                  *offset > 0 ? "ahead of" : "behind"),
      "have it set by NTP (timedatectl tells whether it is); the node need not be restarted"};
}

Found evidence(const NodeHealth& facts) {
  std::string culprits;
  for (const rpc::EvidenceFound& found : facts.evidence) {
    if (found.found_at.plus(kEvidenceShownMs) <= facts.status.time) continue;
    const std::string name = node_text(facts, found.culprit);
    if (culprits.find(name) == std::string::npos) culprits += (culprits.empty() ? "" : "; ") + name;
  }
  if (culprits.empty()) return {};
  return HealthReason{
      Trouble::evidence,
      fmt::format("found in the last 24 h: signed messages that contradict each other, by {}",
                  culprits),
      "keep what getEvidence answers; ask whether that key runs on two machines, or was stolen"};
}

Found certificate_expires(const NodeHealth& facts) {
  const auto first = std::ranges::min_element(facts.certificates, {}, &rpc::CertificateEnd::ends);
  if (first == facts.certificates.end()) return {};
  const std::uint64_t now = facts.status.time.value();
  if (first->ends.value() > now + kCertificateLeftMsMin) return {};
  constexpr std::uint64_t kHourMs = 3'600'000;
  return HealthReason{
      Trouble::certificate_expires,
      first->ends.value() <= now
          ? fmt::format("the TLS certificate of {} has expired; clients refuse it", first->address)
          : fmt::format("the TLS certificate of {} expires in {} h", first->address,
                        (first->ends.value() - now) / kHourMs),
      "put a new one in its place and restart the node"};
}

}  // namespace

std::uint64_t disk_low_bytes(const rpc::DiskSpace& disk) {
  return std::clamp(disk.bytes / 20, kGiB, 20 * kGiB);
}

std::vector<HealthReason> health_reasons(const NodeHealth& facts) {
  std::vector<HealthReason> out;
  for (const auto judge : {diverged, votes_lost, recovering, isolated, behind, view_change,
                           no_quorum, stalled, primary_late, validator_missing, queue_full,
                           disk_low, clock_skew, evidence, certificate_expires}) {
    if (Found found = judge(facts)) out.push_back(std::move(*found));
  }
  return out;
}

}  // namespace generion::node
