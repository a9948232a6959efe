#include "client/importer.h"

#include <catch2/catch.hpp>

#include "client/import_log.h"
#include "client/key_store.h"
#include "client/record_reader.h"
#include "client/transaction_builder.h"
#include "fake_node.h"
#include "temporary_directory.h"

namespace generion::client {
namespace {

const Hash kChain = crypto::blake2b256({"a chain"});

std::string observation(int number, std::string_view patient) {
  return "{\"resourceType\":\"Observation\",\"id\":\"o" + std::to_string(number) +
         "\",\"code\":{\"coding\":[{\"system\":\"s\",\"code\":\"c" + std::to_string(number) +
         "\"}]},\"subject\":{\"reference\":\"Patient/" + std::string(patient) + "\"}}";
}

// A hospital with Maria, who enrolled, and Jo, who did not.
struct Hospital {
  TemporaryDirectory directory;
  FakeNode node{kChain};
  crypto::SigningKey key = crypto::SigningKey::generate();
  std::unique_ptr<DirectoryStore> store;
  std::unique_ptr<KeyStore> maria;
  std::optional<PatientList> patients;
  ImportOptions options;
  ImportProgress last;

  explicit Hospital(int observations = 7) {
    store = std::move(*DirectoryStore::open(directory / "documents", ""));
    maria = std::make_unique<KeyStore>(
        std::move(*KeyStore::create(directory / "maria", KeyStore::new_phrase(), {}, {})));
    REQUIRE(maria->add_key(kChain));
    directory.write("enrolments/maria.json",
                    make_enrolment(kChain, *maria->signing_key(kChain, 0)));
    directory.write("list.csv",
                    "# identifier, enrolment\r\n\r\n\"http://h/mrn|1\",enrolments/maria.json\r\n");
    auto list = PatientList::load(directory / "list.csv", kChain);
    REQUIRE(list);
    patients = std::move(*list);
    std::string lines = R"({"resourceType":"Patient","id":"maria",)"
                        R"("identifier":[{"system":"http://h/mrn","value":"1"}]})"
                        "\n"
                        R"({"resourceType":"Patient","id":"jo","identifier":[{"value":"2"}]})"
                        "\n"
                        R"({"resourceType":"Organization","id":"h"})"
                        "\n";
    directory.write("fhir/patients.ndjson", lines);
    lines.clear();
    for (int i = 0; i < observations; ++i) lines += observation(i, "maria") + "\n";
    lines += observation(99, "jo") + "\n";
    directory.write("fhir/observations.ndjson", lines);
    options.files = {directory / "fhir"};
    options.log = directory / "log";
    options.chain_id = kChain;
    options.parameters = default_parameters();
    options.records_per_transaction = 3;
    options.progress = [this](const ImportProgress& progress) { last = progress; };
    options.pause = [](std::uint64_t) {};
  }

  Result<ImportReport> run() { return import_fhir(node, *store, key, *patients, options); }

  // The resource types and ids that Maria can read, in the order of the records.
  std::vector<std::string> readable() {
    std::vector<std::string> out;
    for (std::size_t i = 1; i <= node.records.size(); ++i) {
      const auto opened = RecordReader(node, *maria, kChain).open(RecordId(i));
      REQUIRE(opened);
      Bytes text;
      REQUIRE(read_document(*opened, *store, [&text](ByteView piece) -> Result<void> {
        text.append(piece);
        return {};
      }));
      CHECK(opened->meta.size == text.size());
      CHECK(opened->meta.media_type == "application/fhir+json");
      out.push_back(text);
    }
    return out;
  }
};

}  // namespace

TEST_CASE("an import records each resource of each listed patient, readable by him") {
  Hospital hospital;
  const auto report = hospital.run();
  REQUIRE(report);
  CHECK(report->resources == 11);
  CHECK(report->recorded == 8);  // seven observations and Maria's own resource
  CHECK(report->transactions == 3);
  CHECK(report->recorded_before == 0);
  CHECK(hospital.last.done == 11);
  CHECK(hospital.last.total == 11);
  CHECK(hospital.last.bytes == report->document_bytes);
  REQUIRE(report->skipped.size() == 3);
  CHECK(report->skipped[0].resource == "Observation/o99");
  CHECK(report->skipped[0].line == 8);
  CHECK(report->skipped[0].reason.find("2 is not on the list") != std::string::npos);
  CHECK(report->skipped[2].reason == "it belongs to no patient");

  const auto texts = hospital.readable();
  REQUIRE(texts.size() == 8);
  for (int i = 0; i < 7; ++i) CHECK(texts[static_cast<std::size_t>(i)] == observation(i, "maria"));
  CHECK(hospital.node.records[0].operation.type == "Observation");
  CHECK(hospital.node.records[0].creator == hospital.key.public_key());
}

TEST_CASE("a second run records nothing twice, a changed resource anew") {
  Hospital hospital;
  REQUIRE(hospital.run());
  const auto again = hospital.run();
  REQUIRE(again);
  CHECK(again->recorded == 0);
  CHECK(again->recorded_before == 8);
  CHECK(hospital.node.records.size() == 8);
  hospital.directory.write("fhir/more.ndjson", observation(0, "maria") + "\n" +
                                                   observation(100, "maria") + "\n" +
                                                   observation(100, "maria") + "\n");
  const auto more = hospital.run();
  REQUIRE(more);
  CHECK(more->recorded == 1);
  CHECK(more->recorded_before == 10);
  CHECK(hospital.node.records.size() == 9);
}

TEST_CASE("a run that broke off goes on without losing or doubling a record") {
  for (int breaks_at = 0; breaks_at < 6; ++breaks_at) {
    for (const bool executed : {false, true}) {
      Hospital hospital(16);
      int answers = 0;
      if (executed) {
        hospital.node.lose_answer = [&](const Transaction&) -> std::optional<Error> {
          if (answers++ < breaks_at) return std::nullopt;
          return Error{Code::unreachable, "cut"};
        };
      } else {
        hospital.node.intercept =
            [&](const Transaction&) -> std::optional<Result<boost::json::value>> {
          if (answers++ < breaks_at) return std::nullopt;
          return fail(Code::unreachable, "cut");
        };
      }
      CHECK(hospital.run().error().code == Code::unreachable);
      hospital.node.lose_answer = {};
      hospital.node.intercept = {};
      REQUIRE(hospital.run());
      auto texts = hospital.readable();
      CHECK(texts.size() == 17);
      std::ranges::sort(texts);
      CHECK(std::ranges::adjacent_find(texts) == texts.end());
    }
  }
}

TEST_CASE("a busy node is asked again, for a while") {
  Hospital hospital;
  int busy = 2;
  hospital.node.intercept = [&](const Transaction&) -> std::optional<Result<boost::json::value>> {
    if (busy-- > 0) return fail(Code::overloaded, "full");
    return std::nullopt;
  };
  REQUIRE(hospital.run());
  CHECK(hospital.node.records.size() == 8);
  Hospital other;
  other.node.intercept = [](const Transaction&) -> std::optional<Result<boost::json::value>> {
    return fail(Code::overloaded, "full");
  };
  CHECK(other.run().error().code == Code::overloaded);
  CHECK(other.node.records.empty());
}

TEST_CASE("a refusal is told with its code, and a later run tries anew") {
  Hospital hospital;
  hospital.node.intercept =
      [](const Transaction& transaction) -> std::optional<Result<boost::json::value>> {
    return boost::json::object{{"tx_id", to_hex(transaction.id)},
                               {"state", "refused"},
                               {"code", "NOT_INSTITUTION"},
                               {"message", "you are none"}};
  };
  const auto refused = hospital.run();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::not_institution);
  CHECK(refused.error().message.find("Observation/o0") != std::string::npos);
  hospital.node.intercept = {};
  REQUIRE(hospital.run());
  CHECK(hospital.readable().size() == 8);
}

TEST_CASE("a refusal before ordering names the resource that its transaction begins with") {
  Hospital hospital;
  int sent = 0;
  hospital.node.intercept = [&](const Transaction&) -> std::optional<Result<boost::json::value>> {
    if (++sent == 2) return fail(Code::not_institution, "you are none");
    return std::nullopt;
  };
  const auto refused = hospital.run();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::not_institution);
  CHECK(refused.error().message ==
        "the transaction that begins with Observation/o3 was refused: you are none");
  // It is pending, and the others have their ends.
  hospital.node.intercept = {};
  REQUIRE(hospital.run());
  CHECK(hospital.readable().size() == 8);
}

TEST_CASE("what expired before it was ordered is built anew, once the chain's time is past it") {
  Hospital hospital;
  hospital.node.intercept = [](const Transaction&) -> std::optional<Result<boost::json::value>> {
    return fail(Code::unreachable, "cut");
  };
  REQUIRE_FALSE(hospital.run());
  hospital.node.intercept = [](const Transaction&) -> std::optional<Result<boost::json::value>> {
    return fail(Code::expired, "too late");
  };
  // A block that could still hold it may come: no second transaction yet.
  hospital.node.block_time = TimeMs(1);
  CHECK(hospital.run().error().code == Code::expired);
  hospital.node.block_time = TimeMs(now().value() + 86'400'000);
  int old = 3;
  hospital.node.intercept = [&](const Transaction&) -> std::optional<Result<boost::json::value>> {
    if (old-- > 0) return fail(Code::expired, "too late");
    return std::nullopt;
  };
  REQUIRE(hospital.run());
  CHECK(hospital.readable().size() == 8);
}

TEST_CASE("transactions stay within the chain's limits") {
  Hospital hospital(40);
  hospital.options.records_per_transaction = 200;
  hospital.options.parameters.body_bytes_max = 4'000;
  REQUIRE(hospital.run());
  CHECK(hospital.readable().size() == 41);
  CHECK(hospital.node.executed.size() >= 3);
}

TEST_CASE("a type that is not on the chain's list stays off the chain") {
  Hospital hospital(1);
  hospital.options.parameters.record_types = {"Patient"};
  REQUIRE(hospital.run());
  CHECK(hospital.node.records[0].operation.type.empty());
  CHECK(hospital.node.records[1].operation.type == "Patient");
}

TEST_CASE("an import that is stopped says so and can go on") {
  Hospital hospital;
  int asked = 0;
  hospital.options.cancelled = [&asked] { return ++asked > 4; };
  CHECK(hospital.run().error().code == Code::cancelled);
  hospital.options.cancelled = {};
  REQUIRE(hospital.run());
  CHECK(hospital.readable().size() == 8);
}

TEST_CASE("an import refuses another chain, a used log and wrong options") {
  Hospital hospital;
  REQUIRE(hospital.run());
  FakeNode foreign(crypto::blake2b256({"another"}));
  CHECK(import_fhir(foreign, *hospital.store, hospital.key, *hospital.patients, hospital.options)
            .error()
            .code == Code::wrong_chain);
  ImportOptions options = hospital.options;
  options.chain_id = crypto::blake2b256({"another"});
  CHECK(import_fhir(foreign, *hospital.store, hospital.key, *hospital.patients, options)
            .error()
            .code == Code::wrong_chain);
  const auto held = ImportLog::open(hospital.options.log, kChain);
  REQUIRE(held);
  CHECK(hospital.run().error().code == Code::locked);
  hospital.options.records_per_transaction = 0;
  CHECK(hospital.run().error().code == Code::bad_argument);
}

TEST_CASE("a log that a crash cut is mended, one that was altered is refused") {
  Hospital hospital;
  REQUIRE(hospital.run());
  const auto path = hospital.options.log / "import.log";
  std::ofstream(path, std::ios::app) << "sent 0123";
  const auto again = hospital.run();
  REQUIRE(again);
  CHECK(again->recorded_before == 8);
  std::ofstream(path, std::ios::app) << "what is this\n";
  CHECK(hospital.run().error().code == Code::damaged);
}

TEST_CASE("mistakes in a list of patients are named with their line") {
  const Hospital hospital;
  const auto error = [&hospital](std::string_view text) {
    const auto list = PatientList::load(hospital.directory.write("wrong.csv", text), kChain);
    REQUIRE_FALSE(list);
    return list.error();
  };
  CHECK(error("").code == Code::malformed);
  CHECK(error("only one field\n").message.find("wrong.csv:1:") != std::string::npos);
  CHECK(error("a,b,c\n").code == Code::malformed);
  CHECK(error("\"open,enrolments/maria.json\n").code == Code::malformed);
  CHECK(error("1,enrolments/none.json\n").code == Code::file_missing);
  const Error twice = error("1,enrolments/maria.json\n\n1,enrolments/maria.json\n");
  CHECK(twice.code == Code::duplicate);
  CHECK(twice.message.find("wrong.csv:3:") != std::string::npos);
  CHECK(PatientList::load(hospital.directory / "list.csv", crypto::blake2b256({"another"}))
            .error()
            .code == Code::wrong_chain);
}

TEST_CASE("a patient is found by system and value, or by value") {
  Hospital hospital;
  hospital.directory.write("jo.json", make_enrolment(kChain, crypto::SigningKey::generate()));
  const auto list = PatientList::load(
      hospital.directory.write("two.csv", "http://h/mrn|1,enrolments/maria.json\n77,jo.json\n"),
      kChain);
  REQUIRE(list);
  CHECK(list->addresses().size() == 2);
  CHECK(*list->find({{"http://h/mrn", "1"}}) != nullptr);
  CHECK(*list->find({{"", "77"}}) != nullptr);
  CHECK(*list->find({{"http://other", "77"}}) != nullptr);
  CHECK(*list->find({{"http://other", "1"}}) == nullptr);
  CHECK(*list->find({}) == nullptr);
  CHECK(list->find({{"http://h/mrn", "1"}, {"", "77"}}).error().code == Code::duplicate);
}

}  // namespace generion::client
