// Every bound of the system that is not a chain parameter. What happens at a bound is said where it
// is checked: a clear refusal, or drop and count.
#pragma once

#include <cstddef>
#include <cstdint>

namespace generion::limits {

// Transactions. The chain's parameters may be lower, never higher.
inline constexpr std::size_t kOperationsMax = 256;
inline constexpr std::size_t kBodyBytesMax = 64 * 1024;
inline constexpr std::size_t kAttachmentBytesMax = 1024 * 1024;  // all of one transaction
inline constexpr std::size_t kUsersPerAdmissionMax = 1'000;
inline constexpr std::uint64_t kDuePerBlockMax = 10'000;  // what can fall due in one block
inline constexpr std::size_t kNewIdsMax = 4'096;          // more than a body of 64 KiB can make
inline constexpr std::size_t kRecordsPerOperationMax = 1'000;
inline constexpr std::size_t kRecordTypeBytesMax = 64;
inline constexpr std::size_t kProofsMax = 64;  // of relocking, in one transaction
inline constexpr std::size_t kRecordsPerOrderMax = 64;
inline constexpr std::size_t kOrdersPerRecordMax = 64;
inline constexpr std::uint64_t kRecoveryDelayMsMin = 86'400'000;           // 24 h
inline constexpr std::uint64_t kRecoveryDelayMsMax = 365 * 86'400'000ULL;  // a year
inline constexpr std::size_t kOrderTextBytesMax = 16 * 1024;
inline constexpr std::size_t kParameterNameBytesMax = 64;
inline constexpr std::uint64_t kOpenProposalsMax = 16;                     // of one validator
inline constexpr std::size_t kStatisticsCellsMax = 100'000;                // that one question sums
inline constexpr std::uint64_t kTimeMsMax = (std::uint64_t{1} << 48) - 1;  // what a tx id holds

// Genesis.
inline constexpr std::size_t kGenesisBytesMax = 1024 * 1024;
inline constexpr std::size_t kValidatorsMax = 100;
inline constexpr std::size_t kValidatorsSafeMin = 4;  // so that one of them may be faulty
inline constexpr std::size_t kInstitutionsMax = 1'000;
inline constexpr std::size_t kNameBytesMax = 128;
inline constexpr std::size_t kUrlBytesMax = 512;
inline constexpr std::size_t kRecordTypesMax = 256;

// Consensus messages.
inline constexpr std::size_t kBatchTransactionsMax = 20'000;
inline constexpr std::size_t kPreparedPerViewChangeMax = 1'024;

// Between nodes. What an operator may set has its default in p2p::NetworkLimits.
inline constexpr std::size_t kFrameBytesMax = 16 * 1024 * 1024;
inline constexpr std::size_t kHelloBytesMax = 4 * 1024;  // a frame before the handshake is over
inline constexpr std::size_t kPeerTextBytesMax = 512;    // of a software version or a refusal
inline constexpr std::size_t kBundleTransactionsMax = 4'096;
inline constexpr std::size_t kPeerReplyBytes = 1024 * 1024;  // a reply ends with what reaches it
inline constexpr std::size_t kBlocksPerReplyMax = 1'024;
inline constexpr std::size_t kPeersMax = 1'000;  // that one node knows
// Epochs and evidence.
inline constexpr std::size_t kDecidedMax = 1'000;             // what waits for an epoch
inline constexpr std::size_t kStatementBytesMax = 48 * 1024;  // of a signed message in evidence
inline constexpr std::size_t kSetChangesMax = 256;            // in one proof: of the validator set

inline constexpr std::size_t kLinksMax = kSetChangesMax + 2;  // and where they begin and end
inline constexpr std::size_t kLinksBytesMax = 4 * 1024 * 1024;

// Proofs and capsules.
inline constexpr std::size_t kMerklePathMax = 64;  // a tree of 2^64 leaves
inline constexpr std::size_t kProofBytesMax = 1024 * 1024;
inline constexpr std::size_t kCapsuleCodesMax = 256;

// The client.
inline constexpr std::size_t kRpcAnswerBytesMax = 64 * 1024 * 1024;
inline constexpr std::size_t kRpcBatchMax = 1'000;  // calls that a client puts into one batch
inline constexpr std::size_t kTokenBytesMax = 4 * 1024;
inline constexpr std::uint32_t kUserKeysMax = 10'000;  // of one phrase on one chain
inline constexpr std::size_t kKeyListBytesMax = 160 * kUserKeysMax;
inline constexpr std::size_t kEnrolmentBytesMax = 16 * 1024;
inline constexpr std::size_t kImportLogBytesMax = std::size_t{4} * 1024 * 1024 * 1024;
inline constexpr std::size_t kImportInFlightMax = 8;  // transactions of an import sent at once
inline constexpr std::size_t kPatientListBytesMax = 64 * 1024 * 1024;
inline constexpr std::size_t kFhirFileBytesMax = std::size_t{1024} * 1024 * 1024;
inline constexpr std::size_t kFhirDepthMax = 64;  // nesting of objects and lists
inline constexpr std::size_t kTitleBytesMax = 512;

// Ledger.
inline constexpr std::size_t kJournalEntryBytesMax = 4 * 1024 * 1024;
inline constexpr std::size_t kJournalSegmentBytesMin = 4 * 1024;
inline constexpr std::size_t kJournalSegmentBytesMax = 256 * 1024 * 1024;
inline constexpr std::size_t kJournalSegmentsMax = 64;
inline constexpr std::size_t kDatabaseIdentityBytesMax = 4 * 1024;
inline constexpr std::size_t kStateVersionsMax = 1'024;
inline constexpr std::size_t kTreePageCacheMax = 8'192;  // leaf pages of 4 KiB, twice
inline constexpr std::size_t kStateCacheBytesMax = 64 * 1024 * 1024;

// Archives and the audit.
inline constexpr std::size_t kArchiveFrameBytesMax = 128 * 1024 * 1024;  // unpacked
inline constexpr std::size_t kArchiveGroupBytes = 1024 * 1024;  // then a frame ends, unpacked
inline constexpr std::size_t kArchiveFilesMax = 100'000;
inline constexpr std::uint64_t kArchiveSplitBytesMin = 64 * 1024;
inline constexpr std::uint64_t kArchiveSplitBytesMax = std::uint64_t{64} * 1024 * 1024 * 1024;
inline constexpr std::size_t kAuditBytesInFlight = 64 * 1024 * 1024;  // of blocks being checked
inline constexpr std::size_t kAuditBlocksInFlight = 1'024;
inline constexpr std::size_t kAuditAbsentMax = 1'000'000;  // attachments that lack and wait for
                                                           // the block that erased them
inline constexpr std::size_t kAuditDaysMax = 40'000;       // of blocks, told apart
inline constexpr std::size_t kAuditThreadsMax = 256;

// HTTP and WebSocket (src/net). What an operator may set has its default in net::HttpLimits.
inline constexpr std::size_t kRefusalsMax = 32;           // connections that only get their refusal
inline constexpr std::size_t kRateAddressesMax = 65'536;  // addresses whose rate is remembered
inline constexpr std::size_t kLingerBytesMax =
    16 * 1024 * 1024;                                   // read and dropped after a refusal
inline constexpr std::size_t kTargetBytesMax = 4'096;   // path and query of a request
inline constexpr std::size_t kQueryParametersMax = 32;  // name=value pairs in a query
inline constexpr std::size_t kCredentialFileBytesMax = 1024 * 1024;  // certificates, keys, tokens

// RPC.
inline constexpr std::size_t kJsonDepthMax = 16;
inline constexpr std::size_t kPageMax = 1'000;
inline constexpr std::size_t kPageDefault = 100;
inline constexpr std::size_t kPageBytesMax = 4 * 1024 * 1024;  // then a page ends early
inline constexpr std::size_t kIdsPerCallMax = 100;             // the original's 1:2:3
inline constexpr std::size_t kCursorBytesMax = 1'024;          // of its text
inline constexpr std::size_t kTokenBytesMin = 16;
inline constexpr std::size_t kBlockRangeMax = 1'000;            // headers of one getBlockRange
inline constexpr std::size_t kPendingIdsMax = 1'000;            // of one getMempool
inline constexpr std::size_t kExpiredIdsMax = 100;              // remembered, newest
inline constexpr std::size_t kEvidenceMax = 100;                // pieces that are shown, newest
inline constexpr std::size_t kNotificationItemsMax = 1'000;     // then a height goes on in the next
inline constexpr std::size_t kNotificationQuietBlocks = 1'000;  // then one without items is sent
inline constexpr std::size_t kReplayBlocksMax = 64;  // looked through at once, for one call's rate
inline constexpr std::size_t kBlockEventsKept = 16;  // blocks that subscribers share
inline constexpr std::uint64_t kSafeIntegerMax = std::uint64_t{1}
                                                 << 53;  // what every JSON reader keeps exact

// A node's patience with a sender whose proofs fail (node/proof_guard.h).
inline constexpr std::size_t kProofSendersMax = 16'384;  // that are remembered
inline constexpr std::uint64_t kProofPauseMsMin = 1'000;
inline constexpr std::uint64_t kProofPauseMsMax = 600'000;
inline constexpr std::uint64_t kProofFailureKeptMs = 3'600'000;

// The replica. Messages above the high watermark are dropped.
inline constexpr std::uint64_t kLogHeights = 128;         // L: from stable to the high watermark
inline constexpr std::uint64_t kDriftAheadMs = 2'000;     // of a batch's time past the own clock
inline constexpr std::uint64_t kDriftBehindMs = 600'000;  // and before it
static_assert(kLogHeights <= kPreparedPerViewChangeMax);

// Encodings, keys and key files.
inline constexpr std::size_t kBech32mBytesMax = 512;
inline constexpr std::size_t kPassphraseBytesMax = 1024;
inline constexpr std::size_t kPhraseBytesMax = 1024;  // as typed, before it is normalized
inline constexpr std::size_t kKeyFileSecretBytesMax = 4 * 1024;
inline constexpr std::size_t kKeyFileBytesMax = 16 * 1024;
inline constexpr std::uint64_t kSealOperationsMin = 2;  // Argon2id
inline constexpr std::uint64_t kSealOperationsMax = 4;
inline constexpr std::uint64_t kSealMemoryKibMin = 64 * 1024;
inline constexpr std::uint64_t kSealMemoryKibMax = 1024 * 1024;

// Configuration and command line.
inline constexpr std::size_t kConfigFileBytesMax = 1024 * 1024;
inline constexpr std::size_t kConfigListMax = 1'000;
inline constexpr std::size_t kRpcListenersMax = 16;
inline constexpr std::size_t kPassphraseBytesMin = 8;      // of a new one
inline constexpr std::size_t kSecretInputBytesMax = 1024;  // as typed, or in a file
inline constexpr std::size_t kTransactionFileBytesMax = 4 * 1024 * 1024;
inline constexpr std::uint64_t kListedMax = 1'000'000;  // items of one list

}  // namespace generion::limits
