#include "cli/commands/handing_over.h"

#include <fmt/format.h>

#include "base/hex.h"
#include "client/reader_keys.h"
#include "types/address.h"

namespace generion::cli {

Result<ReaderKey> published_reader_key(client::Rpc& node, const Address& user) {
  const auto key = client::get_user_pub_key(node, user);
  if (!key) return fail(key.error());
  if (*key) return **key;
  return fail(
      Code::reader_key_unset,
      fmt::format("{} has published no reader key: he has to, with `generion user set-key`, "
                  "before something can be locked to him",
                  address_text(user)));
}

Result<crypto::ReaderSecret> own_reader_secret(Context& context, const Sending& sending,
                                               const SendArgs& args, const ReaderKey& key) {
  auto secret = crypto::ReaderSecret::from_seed(sending.key.seed());
  if (secret.public_key() == key) return secret;
  if (args.key_file.empty()) {
    const auto keys = context.unlocked_key_store();
    if (!keys) return fail(keys.error());
    auto found = client::find_reader_secret(**keys, sending.chain, key);
    if (!found) return fail(found.error());
    if (*found) return std::move(**found);
  }
  return fail(Code::bad_key,
              fmt::format("reader key {} is none of yours here; only its owner can hand the record "
                          "on. After a move `generion user relock` moves your records to your new "
                          "key",
                          to_hex(key)));
}

Result<Relocking> relock_own_record(Context& context, const Sending& sending, const SendArgs& args,
                                    RecordId record, const crypto::RelockContext& purpose,
                                    const ReaderKey& to) {
  const auto found = client::get_record(*sending.node, record);
  if (!found) return fail(found.error());
  if (found->usr_adr != sending.key.public_key()) {
    return fail(Code::not_owner,
                fmt::format("record {} belongs to {}; you sign as {}", record.value(),
                            address_text(found->usr_adr), address_text(sending.key.public_key())));
  }
  if (auto ok = client::check_movable(*found); !ok) return fail(ok.error());
  const auto secret = own_reader_secret(context, sending, args, found->pub_key);
  if (!secret) {
    return fail(secret.error().code,
                fmt::format("record {}: {}", record.value(), secret.error().message));
  }
  return client::relock_record(sending.chain, purpose, *found, *secret, to);
}

Result<client::RecordReader> record_reader(Context& context) {
  const auto node = context.node();
  if (!node) return fail(node.error());
  const auto chain = context.chain();
  if (!chain) return fail(chain.error());
  const auto keys = context.unlocked_key_store();
  if (!keys) return fail(keys.error());
  return client::RecordReader(**node, **keys, *chain);
}

Result<client::OpenedRecord> open_handed_over(Context& context, RecordId record,
                                              const std::optional<Lock>& lock,
                                              const ReaderKey& reader) {
  if (!lock) {
    return fail(Code::not_capsule,
                fmt::format("record {} is in a format of the application that wrote it: only that "
                            "application can read it",
                            record.value()));
  }
  const auto node = context.node();
  if (!node) return fail(node.error());
  auto found = client::get_record(**node, record);
  if (!found) return fail(found.error());
  const auto keys = record_reader(context);
  if (!keys) return fail(keys.error());
  return keys->open(std::move(*found), *lock, reader);
}

}  // namespace generion::cli
