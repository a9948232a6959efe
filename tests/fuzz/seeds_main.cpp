// Writes the seeds of tests/fuzz/corpus: one small valid input for each kind that a decoder knows,
// so that fuzzing starts inside the format and not at its door. JSON-RPC's are written by hand.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/byte_io.h"
#include "crypto/capsule.h"
#include "crypto/document.h"
#include "crypto/hash.h"
#include "crypto/sealed_key.h"
#include "ledger/journal/frame.h"
#include "relock_example.h"
#include "types/address.h"
#include "types/genesis.h"
#include "wire/messages.h"
#include "wire/peer.h"
#include "wire/transaction.h"

namespace {

using namespace generion;

std::filesystem::path corpus;

void write_seed(const std::string& target, const std::string& name, ByteView bytes) {
  std::filesystem::create_directories(corpus / target);
  std::ofstream(corpus / target / name, std::ios::binary) << bytes;
}

void write_missing_seed(const std::string& target, const std::string& name, ByteView bytes) {
  if (!std::filesystem::exists(corpus / target / name)) write_seed(target, name, bytes);
}

template <class Fixed>
Fixed filled(std::uint8_t value) {
  Fixed out;
  std::fill_n(out.data(), Fixed::size(), value);
  return out;
}

crypto::SigningKey key_of(char letter) {
  return crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(Bytes(32, letter)));
}

CreateRecord record_of(ByteView attachment) {
  CreateRecord record;
  record.usr_adr = key_of('p').public_key();
  record.data_pub_key = filled<ReaderKey>(7);
  record.data = {crypto::blake2b256({attachment}), attachment.size()};
  return record;
}

void write_transactions() {
  const Bytes meta(120, 'm');
  CreateRecord capsule = record_of(meta);
  capsule.lock = filled<Lock>(9);
  capsule.document = filled<Hash>(3);
  capsule.type = "Observation";
  capsule.replaces = RecordId(4);
  capsule.deidentified = true;
  const Bytes opaque = "{\"text\": \"opaque\"}";

  struct Seed {
    const char* name;
    std::vector<Operation> operations;
    std::vector<Bytes> attachments;
  };
  const Seed seeds[] = {
      {"set_user_pub_key", {SetUserPubKey{filled<ReaderKey>(5)}}, {}},
      {"admit_user", {AdmitUser{{key_of('p').public_key(), key_of('q').public_key()}}}, {}},
      {"capsule_record", {capsule}, {meta}},
      {"opaque_record", {record_of(opaque)}, {opaque}},
      {"verify_record", {VerifyRecord{{RecordId(1), RecordId(300), RecordId(70'000)}}}, {}},
      {"delete_record", {DeleteRecord{RecordId(12)}}, {}},
      {"several_operations",
       {record_of(opaque), VerifyRecord{{RecordId(2)}}, capsule},
       {opaque, meta}},
  };
  const crypto::SigningKey sender = key_of('s');
  for (const Seed& seed : seeds) {
    TransactionBody body;
    body.chain_id = filled<Hash>(1);
    body.sender = sender.public_key();
    body.nonce = filled<Nonce>(2);
    body.valid_until = TimeMs(1'800'000'000'000);
    body.operations = seed.operations;
    const SignedTransaction transaction = sign_transaction(body, seed.attachments, sender);
    write_seed("transaction", std::string(seed.name) + ".envelope",
               wire::encode_transaction(transaction));
    write_seed("transaction", std::string(seed.name) + ".body", transaction.body);
  }
}

Batch example_batch() {
  return {Epoch(1),
          Height(42),
          key_of('v').public_key(),
          TimeMs(1'700'000'000'000),
          {filled<TxId>(1), filled<TxId>(2)}};
}

BlockHeader example_header() {
  BlockHeader header;
  header.chain_id = filled<Hash>(1);
  header.epoch = Epoch(1);
  header.height = Height(41);
  header.time = TimeMs(1'700'000'000'000);
  header.tx_count = 2;
  header.object_count = 9;
  return header;
}

void write_messages() {
  const PublicKey sender = key_of('v').public_key();
  const Signature signature = filled<Signature>(8);
  const Hash digest = batch_digest(filled<Hash>(1), example_batch());
  const std::vector<Certificate::Signer> signers = {{key_of('v').public_key(), signature},
                                                    {key_of('w').public_key(), signature}};
  const Certificate certificate{block_hash(example_header()), signers};
  const Complaint complaint{Epoch(1), View(3), ComplaintReason::censorship, sender, signature};
  const ViewChange change{Epoch(1),
                          View(4),
                          CertifiedHeader{example_header(), certificate},
                          {{Epoch(1), View(3), Height(42), digest, signers}},
                          {complaint},
                          ConflictingProposals{Epoch(1),
                                               View(3),
                                               Height(42),
                                               sender,
                                               {filled<Hash>(1), signature},
                                               {filled<Hash>(2), signature}},
                          sender,
                          signature};
  const SealVote seal{Epoch(1), make_seal(example_header(), key_of('v'))};

  write_seed("message", "pre_prepare",
             wire::encode_message(PrePrepare{View(3), example_batch(), sender, signature}));
  write_seed(
      "message", "prepare",
      wire::encode_message(Prepare{Epoch(1), View(3), Height(42), digest, sender, signature}));
  write_seed("message", "commit",
             wire::encode_message(Commit{Epoch(1), View(3), Height(42), digest, sender}));
  write_seed("message", "seal", wire::encode_message(seal));
  write_seed("message", "complaint", wire::encode_message(complaint));
  write_seed("message", "view_change", wire::encode_message(change));
  write_seed("message", "new_view",
             wire::encode_message(NewView{Epoch(1), View(4), {change}, sender, signature}));
  StatusReport status{Epoch(1), View(3), true, Height(40), Height(41), {}, {}, {}, {}, sender};
  status.held = {{Height(42), true, MemberBits(7), MemberBits(2), MemberBits(1)}};
  status.recovering_since = TimeMs(1'700'000'000'000);
  write_seed("message", "status", wire::encode_message(status));
  const Prepare prepare{Epoch(1), View(3), Height(42), digest, sender, signature};
  write_seed("message", "echo",
             wire::encode_message(
                 Echo{Epoch(1), *status.recovering_since, sender, {prepare}, change, sender}));
  write_seed("message", "stable",
             wire::encode_message(StableReport{{example_header(), certificate}, sender}));
  write_seed("message", "certificate", wire::encode_certificate(certificate));
  write_seed("message", "batch", wire::encode_batch(example_batch()));
  write_seed("message", "header", encode_header(example_header()));
  write_seed("message", "receipt_ok",
             encode_receipt({filled<Hash>(1), Code::ok, 0, {1, 128, 70'000}}));
  write_seed("message", "receipt_refused",
             encode_receipt({filled<Hash>(1), Code::not_owner, 3, {}}));
}

void write_frames() {
  const crypto::SigningKey sender = key_of('s');
  const Signature signature = filled<Signature>(8);
  const Bytes opaque = "{\"text\": \"opaque\"}";
  TransactionBody body;
  body.chain_id = filled<Hash>(1);
  body.sender = sender.public_key();
  body.valid_until = TimeMs(1'800'000'000'000);
  body.operations = {record_of(opaque)};
  const SignedTransaction transaction = sign_transaction(body, {opaque}, sender);
  const CertifiedHeader certified{
      example_header(), {block_hash(example_header()), {{sender.public_key(), signature}}}};
  const Hash digest = filled<Hash>(5);
  const TxId id = filled<TxId>(6);

  const std::pair<const char*, PeerMessage> messages[] = {
      {"consensus", Message(Commit{Epoch(1), View(3), Height(42), digest, sender.public_key()})},
      {"transaction_bundle", TransactionBundle{{transaction}}},
      {"transaction_ack", TransactionAck{{id, id}}},
      {"transaction_request", TransactionRequest{{id}}},
      {"transaction_reply", TransactionReply{{transaction}, {id}}},
      {"batch_request", BatchRequest{Height(42), digest, 3}},
      {"batch_reply", BatchReply{Height(42), digest, example_batch(), 0, {transaction}}},
      {"block_request", BlockRequest{Height(42), 1, 100}},
      {"block_reply", BlockReply{Height(42), {{certified, example_batch(), 1, {transaction}}}}},
      {"tip", Tip{Height(43), certified}},
  };
  for (const auto& [name, message] : messages) {
    write_seed("peer", name, wire::encode_frame(message));
  }
  const std::pair<const char*, LinkMessage> links[] = {
      {"hello", Hello{kPeerProtocol, filled<Hash>(1), PeerRole::validator, 7, "1.0.0"}},
      {"welcome", Welcome{}},
      {"refusal", Refusal{RefusalReason::paused, "come again later", 5'000}},
      {"ping", Ping{7}},
      {"pong", Pong{7, TimeMs(1'790'000'000'000)}},
  };
  for (const auto& [name, message] : links) write_seed("peer", name, wire::encode_frame(message));
}

void write_genesis() {
  Genesis genesis;
  genesis.chain_name = "Example chain";
  genesis.time = TimeMs(1'700'000'000'000);
  genesis.validators = {{key_of('v').public_key(), key_of('g').public_key(), "Hospital A"}};
  genesis.parameters = default_parameters();
  write_seed("genesis", "smallest", genesis_json(genesis));

  genesis.validators.push_back({key_of('w').public_key(), key_of('h').public_key(), "Hôpital B"});
  std::sort(genesis.validators.begin(), genesis.validators.end(),
            [](const auto& a, const auto& b) { return a.key < b.key; });
  genesis.institutions = {
      {key_of('i').public_key(), "Hospital A", "hospital", "https://hospital-a.example/documents"}};
  genesis.parameters.user_admission = Parameters::UserAdmission::open;
  genesis.parameters.record_types = {"Condition", "Observation"};
  write_seed("genesis", "open_with_institution", genesis_json(genesis));
  write_seed("genesis", "address", address_text(key_of('i').public_key()));
}

// One frame with entries "a", "bb", in the steps that journal_fuzz.cpp reads.
Bytes frame_step(std::uint8_t generation, std::uint8_t first, std::uint8_t needed) {
  ByteWriter out;
  out.u8(1).u8(generation).u8(first).u8(needed).u8(1);
  out.u8(1).raw("a").u8(2).raw("bb");
  return std::move(out).bytes();
}

void write_journal() {
  const Bytes next_segment(1, '\0');
  const Bytes torn_frame = Bytes("\x02\x08", 2) + Bytes(8, 'x');
  const Bytes flip_in_first_frame("\x03\x00\x90\x01", 4);
  const Bytes two_frames = frame_step(1, 1, 1) + frame_step(1, 3, 1);
  write_seed("journal", "two_frames", two_frames);
  write_seed("journal", "torn_tail", two_frames + torn_frame);
  write_seed("journal", "damaged", two_frames + flip_in_first_frame);
  write_seed("journal", "two_segments", two_frames + next_segment + frame_step(2, 5, 4));
  write_seed("journal", "used_again",
             frame_step(3, 5, 3) + frame_step(1, 1, 1) + next_segment + frame_step(2, 3, 1));
  write_seed("journal", "segment_header",
             ledger::encode_segment_header({filled<Hash>(1), {}, 2, 1 << 20}));
  write_seed("journal", "raw_frame",
             ledger::encode_frame({}, 1, ledger::JournalSequence(1), ledger::JournalSequence(1),
                                  {"a", "bb"}));
}

// Made with random bytes, so they differ each time: only missing ones are written.
void write_capsules() {
  const crypto::SecretBytes secret = crypto::SecretBytes::copy_of(Bytes(32, 'r'));
  const crypto::CapsuleKey key = crypto::CapsuleKey::generate();
  const auto lock = crypto::lock_capsule(key, crypto::ReaderSecret::from_seed(secret).public_key());
  write_missing_seed(
      "capsule", "data_encr",
      crypto::compose_data_encr(*lock, crypto::seal_meta(key.meta_key(), "title and place")));
  crypto::DocumentEncryptor encryptor(secret);
  Bytes ciphertext = encryptor.push("a document of one chunk");
  ciphertext += encryptor.finish();
  write_missing_seed("capsule", "document", ciphertext);
  const auto plain = crypto::KeyFile::of_key(crypto::KeyKind::user, key_of('k'));
  write_missing_seed("capsule", "key_plain", crypto::encode_key_file(plain).view());
  const auto sealed = crypto::seal_key_file(plain, "passphrase", crypto::SealStrength::interactive);
  write_missing_seed("capsule", "key_sealed", sealed->view());
}

void write_relocks() {
  write_seed("relock", "delivery", fuzz::encode_relock(fuzz::relock_example()));
  auto other_record = fuzz::relock_example();
  other_record.statement.record_id = 8;
  write_seed("relock", "other_record", fuzz::encode_relock(other_record));
  write_seed("relock", "scalars", "\x09\x80\xff");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: fuzz_seeds FOLDER (tests/fuzz/corpus)\n");
    return 1;
  }
  corpus = argv[1];
  write_transactions();
  write_messages();
  write_frames();
  write_journal();
  write_capsules();
  write_relocks();
  write_genesis();
  return 0;
}
