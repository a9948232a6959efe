// Deliberate mistakes in the protocol, one at a time: what the simulator must find. docs/
// protocol/simulation.md says within how many seeds.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace generion::sim {

// clang-format off
#define GENERION_MUTANTS(X)                                                                        \
  /* counting */                                                                                   \
  X(quorum_too_small)                                                                              \
  X(prepares_of_any_view)                                                                          \
  X(seals_not_compared)                                                                            \
  X(complaint_alone_suffices)                                                                      \
  /* checking */                                                                                   \
  X(signature_unchecked)                                                                           \
  X(prepared_unverified)                                                                           \
  X(certificate_unverified)                                                                        \
  X(preparers_not_distinct)                                                                        \
  X(sealers_not_distinct)                                                                          \
  X(complainers_not_distinct)                                                                      \
  X(view_changers_not_distinct)                                                                    \
  X(time_unchecked)                                                                                \
  X(watermark_ignored)                                                                             \
  X(second_proposal_accepted)                                                                      \
  X(evidence_of_any_view)                                                                          \
  /* view change */                                                                                \
  X(lowest_prepared_view_wins)                                                                     \
  X(prepared_left_out)                                                                             \
  X(new_view_not_recomputed)                                                                       \
  X(new_view_sent_twice)                                                                           \
  X(votes_without_new_view)                                                                        \
  /* restart */                                                                                    \
  X(prepared_not_journalled)                                                                       \
  X(prepared_lost_in_restart)                                                                      \
  X(prepare_forgotten_in_restart)                                                                  \
  X(view_change_forgotten_in_restart)                                                              \
  X(leads_forgotten)                                                                               \
  X(new_segment_forgets_votes)                                                                     \
  /* epochs */                                                                                     \
  X(epoch_end_ignored)                                                                             \
  X(foreign_epoch_counted)                                                                         \
  X(epoch_entered_uncertified)                                                                     \
  X(old_epoch_unanswered)                                                                          \
  X(listens_too_short)                                                                             \
  X(lost_journal_taken_for_empty)                                                                  \
  /* what the runner owes */                                                                       \
  X(vote_not_journalled)                                                                           \
  X(sent_before_durable)                                                                           \
  X(body_erased_before_stable)                                                                     \
  X(vote_decided_by_own_state)                                                                     \
  X(fetched_body_unchecked)
// clang-format on

enum class Mutant : std::uint8_t {
  none,
#define GENERION_MUTANT_NAME(name) name,
  GENERION_MUTANTS(GENERION_MUTANT_NAME)
#undef GENERION_MUTANT_NAME
};

inline constexpr auto kMutants = std::to_array<std::string_view>({
#define GENERION_MUTANT_NAME(name) #name,
    GENERION_MUTANTS(GENERION_MUTANT_NAME)
#undef GENERION_MUTANT_NAME
});

// Of the calling thread.
Mutant active_mutant();
void activate(Mutant mutant);
inline bool is_mutant(Mutant mutant) {
  return active_mutant() == mutant;
}

std::optional<Mutant> mutant_named(std::string_view name);

}  // namespace generion::sim
