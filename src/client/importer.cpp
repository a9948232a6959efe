#include "client/importer.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/hex.h"
#include "base/limits.h"
#include "client/import_log.h"
#include "client/record_reader.h"
#include "client/transaction_builder.h"
#include "client/transaction_sender.h"
#include "types/address.h"
#include "wire/capsule_meta.h"

namespace generion::client {
namespace fs = std::filesystem;

namespace {

// More than any capsule record takes in a body, its type name included.
constexpr std::size_t kRecordBodyBytes = 512;
constexpr std::size_t kSealOverheadBytes = 40;
constexpr std::string_view kMediaType = "application/fhir+json";

using Identifiers = std::vector<FhirIdentifier>;

// Patients of all files by the names under which resources refer to them.
class PatientDirectory {
 public:
  void add(const FhirResource& patient) {
    if (!patient.id.empty()) add("Patient/" + patient.id, patient.patient);
    if (!patient.full_url.empty()) add(patient.full_url, patient.patient);
  }

  const Identifiers* find(const std::string& reference) const {
    const auto entry = known_.find(reference);
    return entry == known_.end() ? nullptr : &entry->second;
  }

 private:
  // Two files may use one name for two persons: then only what they agree on counts.
  void add(const std::string& name, const Identifiers& identifiers) {
    const auto [entry, fresh] = known_.emplace(name, identifiers);
    if (fresh) return;
    std::erase_if(entry->second, [&identifiers](const FhirIdentifier& identifier) {
      return std::ranges::count(identifiers, identifier) == 0;
    });
  }

  std::map<std::string, Identifiers> known_;
};

// One transaction in the making.
struct Draft {
  TransactionBuilder builder;
  std::vector<ResourceKey> resources;
  std::string first_resource;
};

class Import {
 public:
  Import(Rpc& node, DocumentStore& store, const crypto::SigningKey& institution,
         const PatientList& patients, const ImportOptions& options, ImportLog log)
      : node_(node),
        store_(store),
        institution_(institution),
        patients_(patients),
        options_(options),
        log_(std::move(log)),
        sender_(node, log_, options.wait_sealed ? Wait::sealed : Wait::executed, options.pause) {}

  Result<ImportReport> run() {
    auto files = find_fhir_files(options_.files);
    if (!files) return fail(files.error());
    if (auto ok = check_node(); !ok) return fail(ok.error());
    if (auto ok = settle_earlier_run(); !ok) return fail(ok.error());
    if (auto ok = survey(*files); !ok) return fail(ok.error());
    for (const fs::path& file : *files) {
      auto read =
          read_fhir_file(file, [&](const FhirResource& resource) { return visit(file, resource); });
      if (!read) return fail(read.error());
    }
    if (auto ok = close_draft(); !ok) return fail(ok.error());
    if (auto ok = send(); !ok) return fail(ok.error());
    return std::move(report_);
  }

 private:
  Result<void> check_node() {
    const auto status = get_status(node_);
    if (!status) return fail(status.error());
    if (status->chain_id != options_.chain_id) {
      return fail(Code::wrong_chain,
                  fmt::format("the node is of chain {}, the import is for {}",
                              to_hex(status->chain_id), to_hex(options_.chain_id)));
    }
    // The node's clock, so that a wrong one here does no harm.
    if (status->node_time != TimeMs(0)) node_ahead_ms_ = status->node_time.value() - now().value();
    return {};
  }

  Result<void> settle_earlier_run() {
    auto pending = log_.pending();
    if (!pending) return fail(pending.error());
    for (std::size_t at = 0; at < pending->size(); at += limits::kImportInFlightMax) {
      const std::size_t count = std::min(limits::kImportInFlightMax, pending->size() - at);
      const auto begin = pending->begin() + static_cast<std::ptrdiff_t>(at);
      std::vector<LoggedTransaction> some(begin, begin + static_cast<std::ptrdiff_t>(count));
      // What had no effect is built anew from the files.
      const auto settled = sender_.settle(std::move(some));
      if (!settled) return fail(settled.error());
      if (settled->stopped) return fail(settled->stopped->reason);
    }
    return {};
  }

  Result<void> survey(const std::vector<fs::path>& files) {
    for (const fs::path& file : files) {
      auto counts = read_fhir_file(file, [this](const FhirResource& resource) -> Result<void> {
        if (resource.type == "Patient") directory_.add(resource);
        return {};
      });
      if (!counts) return fail(counts.error());
      report_.resources += counts->resources;
    }
    progress_.total = report_.resources;
    return {};
  }

  Result<void> visit(const fs::path& file, const FhirResource& resource) {
    if (options_.cancelled && options_.cancelled()) {
      return fail(Code::cancelled, "the import was stopped; run it again and it goes on");
    }
    const auto skip = [&](std::string reason) {
      report_.skipped.push_back(
          {file, resource.line, fmt::format("{}/{}", resource.type, resource.id), reason});
      advance(1);
    };
    const Identifiers* identifiers = &resource.patient;
    if (identifiers->empty()) identifiers = directory_.find(resource.patient_reference);
    if (resource.patient_reference.empty()) {
      skip("it belongs to no patient");
      return {};
    }
    if (identifiers == nullptr || identifiers->empty()) {
      skip(fmt::format("its patient {} is not in the files, or has no identifier there",
                       resource.patient_reference));
      return {};
    }
    const auto patient = patients_.find(*identifiers);
    if (!patient) return fail(patient.error());
    if (*patient == nullptr) {
      skip(fmt::format("patient {} is not on the list of enrolments", identifiers->front().text()));
      return {};
    }
    const ResourceKey key = resource_key((*patient)->address, resource.json);
    if (log_.is_recorded(key) || !queued_.insert(key).second) {
      ++report_.recorded_before;
      advance(1);
      return {};
    }
    return add(**patient, resource, key);
  }

  Result<void> add(const Enrolment& patient, const FhirResource& resource, const ResourceKey& key) {
    const auto capsule = NewCapsule::lock_to(patient.reader_key);
    if (!capsule) return fail(capsule.error());
    const auto address =
        store_document(store_, capsule->document_key(), resource.json, Durability::at_sync);
    if (!address) return fail(address.error());
    const CapsuleMeta meta{
        store_.url(),         *address,      std::string(kMediaType), resource.title,
        resource.json.size(), resource.codes};
    const std::size_t attachment = wire::encode_capsule_meta(meta).size() + kSealOverheadBytes;
    if (draft_ && is_full(*draft_, attachment)) {
      if (auto ok = close_draft(); !ok) return ok;
    }
    if (!draft_) {
      draft_.emplace(Draft{TransactionBuilder(options_.chain_id, institution_.public_key()),
                           {},
                           fmt::format("{}/{}", resource.type, resource.id)});
    }
    const bool listed = std::ranges::binary_search(options_.parameters.record_types, resource.type);
    draft_->builder.create_capsule_record(
        {patient.address, listed ? resource.type : std::string(), std::nullopt, false}, *capsule,
        meta);
    draft_->resources.push_back(key);
    progress_.bytes += resource.json.size();
    report_.document_bytes += resource.json.size();
    return {};
  }

  bool is_full(const Draft& draft, std::size_t next_attachment) const {
    const Parameters& rules = options_.parameters;
    return draft.resources.size() >=
               std::min<std::uint64_t>(options_.records_per_transaction, rules.operations_max) ||
           draft.builder.body_bytes() + kRecordBodyBytes > rules.body_bytes_max ||
           draft.builder.attachment_bytes() + next_attachment > rules.attachment_bytes_max;
  }

  Result<void> close_draft() {
    if (!draft_) return {};
    const TimeMs time(now().value() + node_ahead_ms_);
    auto built = draft_->builder.build(time, options_.valid_for_ms);
    if (!built) return fail(built.error());
    auto signed_transaction = sign(std::move(*built), institution_);
    if (!signed_transaction) return fail(signed_transaction.error());
    const auto id = id_of(*signed_transaction);
    if (!id) return fail(id.error());
    first_resources_[*id] = draft_->first_resource;
    ready_.push_back({*id, std::move(*signed_transaction), std::move(draft_->resources)});
    draft_.reset();
    return ready_.size() < limits::kImportInFlightMax ? Result<void>{} : send();
  }

  Result<void> send() {
    if (ready_.empty()) return {};
    if (auto ok = store_.sync(); !ok) return ok;
    if (auto ok = log_.sent(ready_); !ok) return ok;
    std::uint64_t records = 0;
    for (const LoggedTransaction& logged : ready_) records += logged.resources.size();
    const std::size_t count = ready_.size();
    auto settled = sender_.settle(std::move(ready_));
    ready_.clear();
    if (!settled) return fail(settled.error());
    if (settled->stopped || !settled->voided.empty()) {
      const VoidTransaction& first = settled->stopped ? *settled->stopped : settled->voided.front();
      return fail(
          first.reason.code,
          fmt::format("the transaction that begins with {} {}: {}",
                      first_resources_[first.logged.id],
                      settled->stopped ? "was refused" : "took no effect", first.reason.message));
    }
    report_.recorded += records;
    report_.transactions += count;
    advance(records);
    return {};
  }

  void advance(std::uint64_t resources) {
    progress_.done += resources;
    if (options_.progress) options_.progress(progress_);
  }

  Rpc& node_;
  DocumentStore& store_;
  const crypto::SigningKey& institution_;
  const PatientList& patients_;
  const ImportOptions& options_;
  ImportLog log_;
  TransactionSender sender_;
  PatientDirectory directory_;
  ImportReport report_;
  ImportProgress progress_;
  std::uint64_t node_ahead_ms_ = 0;  // modulo 2^64, so it may stand for a negative number
  std::set<ResourceKey> queued_;
  std::optional<Draft> draft_;
  std::vector<LoggedTransaction> ready_;
  std::map<TxId, std::string> first_resources_;
};

}  // namespace

Result<ImportReport> import_fhir(Rpc& node, DocumentStore& store,
                                 const crypto::SigningKey& institution, const PatientList& patients,
                                 const ImportOptions& options) {
  if (options.records_per_transaction == 0) {
    return fail(Code::bad_argument, "records per transaction must be at least 1");
  }
  auto log = ImportLog::open(options.log, options.chain_id);
  if (!log) return fail(log.error());
  return Import(node, store, institution, patients, options, std::move(*log)).run();
}

}  // namespace generion::client
