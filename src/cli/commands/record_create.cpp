#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/hex.h"
#include "cli/commands/record_commands.h"
#include "cli/commands/sending.h"
#include "client/enrolment.h"
#include "client/record_reader.h"
#include "crypto/capsule.h"
#include "types/address.h"

namespace generion::cli {
namespace {

struct CreateArgs {
  std::filesystem::path file;
  std::string owner;
  std::filesystem::path enrolment;
  std::string type;
  std::string title;
  std::string media_type = "application/octet-stream";
  std::vector<std::string> codes;
  std::uint64_t replaces = 0;
  bool deidentified = false;
  SendArgs send;
};

struct Owner {
  Address address;
  ReaderKey reader_key;
};

Result<Owner> owner_of(const CreateArgs& args, const Sending& sending) {
  if (!args.enrolment.empty()) {
    const auto enrolment = client::load_enrolment(args.enrolment, sending.chain);
    if (!enrolment) return fail(enrolment.error());
    return Owner{enrolment->address, enrolment->reader_key};
  }
  if (args.owner.empty()) {
    const auto reader = crypto::ReaderSecret::from_seed(sending.key.seed());
    return Owner{sending.key.public_key(), reader.public_key()};
  }
  const auto address = parse_address(args.owner);
  if (!address) return fail(address.error());
  const auto reader_key = client::get_user_pub_key(*sending.node, *address);
  if (!reader_key) return fail(reader_key.error());
  if (!*reader_key) {
    return fail(Code::bad_key,
                fmt::format("{} has published no reader key; the owner does it with `generion user "
                            "set-key`, or give --enrolment FILE",
                            args.owner));
  }
  return Owner{*address, **reader_key};
}

// The file's pieces for store_document, and how much there was. A read error is an error of the
// stream.
class FilePieces {
 public:
  explicit FilePieces(const std::filesystem::path& path)
      : path_(path), file_(path, std::ios::binary) {}

  Result<void> check() const {
    if (file_.is_open()) return {};
    return fail(Code::file_missing,
                fmt::format("{} cannot be opened: {}", path_.string(), std::strerror(errno)));
  }

  Result<Bytes> next() {
    Bytes piece(kPieceBytes, '\0');
    file_.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    if (file_.bad()) return fail(Code::io_error, fmt::format("reading {} failed", path_.string()));
    piece.resize(static_cast<std::size_t>(file_.gcount()));
    size_ += piece.size();
    return piece;
  }

  std::uint64_t size() const { return size_; }

 private:
  static constexpr std::size_t kPieceBytes = 64 * 1024;
  std::filesystem::path path_;
  std::ifstream file_;
  std::uint64_t size_ = 0;
};

Result<Report> create(Context& context, const CreateArgs& args) {
  auto sending = begin_sending(context, args.send);
  if (!sending) return fail(sending.error());
  const auto owner = owner_of(args, *sending);
  if (!owner) return fail(owner.error());
  const auto capsule = client::NewCapsule::lock_to(owner->reader_key);
  if (!capsule) return fail(capsule.error());
  const auto store = context.documents();
  if (!store) return fail(store.error());

  FilePieces pieces(args.file);
  if (const auto open = pieces.check(); !open) return fail(open.error());
  const auto document =
      client::store_document(**store, capsule->document_key(), [&pieces] { return pieces.next(); });
  if (!document) return fail(document.error());

  const CapsuleMeta meta{.data_source_url = (*store)->url(),
                         .document = *document,
                         .media_type = args.media_type,
                         .title = args.title.empty() ? args.file.filename().string() : args.title,
                         .size = pieces.size(),
                         .codes = args.codes};
  const client::RecordFields fields{
      .owner = owner->address,
      .type = args.type,
      .replaces = args.replaces == 0 ? std::nullopt : std::optional(RecordId(args.replaces)),
      .deidentified = args.deidentified};
  sending->builder.create_capsule_record(fields, *capsule, meta);
  const auto outcome = finish_sending(context, *sending, args.send);
  if (!outcome) {
    // Nobody can read it then. Where the outcome is open it must stay: the record may come.
    if (is_refusal(outcome.error().code)) {
      if (const auto gone = (*store)->remove(*document); !gone) {
        context.remark(fmt::format("document {} could not be removed: {}", to_hex(*document),
                                   gone.error().message));
      }
    }
    return fail(outcome.error());
  }
  Report report = outcome_report(*outcome, fmt::format("Recorded {}", args.file.string()));
  report.json.as_object()["document"] = to_hex(*document);
  return report;
}

}  // namespace

void add_record_create(CLI::App& records, Action& selected) {
  auto [app, args] = add_command<CreateArgs>(
      records, "create",
      "Encrypt a file, keep it in the document directory, record it on the chain", selected,
      create);
  app->add_option("FILE", args->file, "The document")->required();
  auto* owner =
      app->add_option("--owner", args->owner, "The patient, gen1...; without it, yourself");
  app->add_option("--enrolment", args->enrolment, "The patient's enrolment, in place of --owner")
      ->excludes(owner);
  app->add_option("--type", args->type,
                  "Document class of the chain's list, such as Observation; public");
  app->add_option("--title", args->title, "Title, for readers only; the file's name without it");
  app->add_option("--media-type", args->media_type, "For readers only")->capture_default_str();
  app->add_option("--code", args->codes, "Exact code as system|code, for readers only; repeatable")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  app->add_option("--replaces", args->replaces, "Id of the record that this one replaces");
  app->add_flag("--deidentified", args->deidentified, "Marks a document that identifies nobody");
  add_send_options(*app, args->send);
}

}  // namespace generion::cli
