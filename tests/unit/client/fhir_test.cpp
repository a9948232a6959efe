#include "client/fhir.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "client/json_scan.h"
#include "temporary_directory.h"

namespace generion::client {
namespace {

struct Seen {
  std::string type, id, json, title, reference;
  std::vector<std::string> codes;
  std::vector<FhirIdentifier> patient;
  std::uint64_t line;
};

Result<std::vector<Seen>> read_all(std::string_view text) {
  std::vector<Seen> out;
  auto counts = read_fhir(text, "file.json", [&out](const FhirResource& resource) -> Result<void> {
    out.push_back({resource.type, resource.id, Bytes(resource.json), resource.title,
                   resource.patient_reference, resource.codes, resource.patient, resource.line});
    return {};
  });
  if (!counts) return fail(counts.error());
  CHECK(counts->resources == out.size());
  return out;
}

Error error_of(std::string_view text) {
  const auto result = read_all(text);
  REQUIRE_FALSE(result);
  return result.error();
}

constexpr std::string_view kBundle = R"({
  "resourceType": "Bundle", "type": "transaction",
  "entry": [
    {"fullUrl": "urn:uuid:p-1",
     "resource": {"resourceType": "Patient", "id": "p-1",
       "identifier": [{"system": "http://h.example/mrn", "value": "4711"}, {"value": "x"}]}},
    {"fullUrl": "urn:uuid:o-1",
     "resource": {"resourceType":"Observation","id":"o-1",  "note": "a \" } ] {",
       "code": {"coding": [{"system": "http://loinc.org", "code": "8302-2", "display": "Height"},
                           {"system": "http://loinc.org", "code": "8302-2"}]},
       "subject": {"reference": "urn:uuid:p-1"}}},
    {"request": {"method": "DELETE", "url": "Observation/9"}},
    {"resource": {"resourceType": "Immunization", "id": "i-1",
       "vaccineCode": {"text": "Grippe\u00e9",
        "coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "140"}]},
       "patient": {"reference": "Patient/p-1"}}},
    {"resource": {"resourceType": "Organization", "id": "org", "name": "St. Göran"}}
  ]
})";

}  // namespace

TEST_CASE("a bundle yields its resources with their exact bytes") {
  const auto seen = read_all(kBundle);
  REQUIRE(seen);
  REQUIRE(seen->size() == 4);
  const Seen& height = (*seen)[1];
  CHECK(height.type == "Observation");
  CHECK(height.id == "o-1");
  CHECK(height.json.starts_with(
      R"({"resourceType":"Observation","id":"o-1",  "note": "a \" } ] {")"));
  CHECK(height.json.ends_with(R"("subject": {"reference": "urn:uuid:p-1"}})"));
  CHECK(kBundle.find(height.json) != std::string_view::npos);
  CHECK(height.codes == std::vector<std::string>{"http://loinc.org|8302-2"});
  CHECK(height.title == "Height");
  CHECK(height.line == 8);
}

TEST_CASE("references to the patient are resolved to his identifiers") {
  const auto seen = read_all(kBundle);
  REQUIRE(seen);
  const std::vector<FhirIdentifier> expected{{"http://h.example/mrn", "4711"}, {"", "x"}};
  CHECK((*seen)[0].patient == expected);
  CHECK((*seen)[1].patient == expected);  // by urn:uuid
  CHECK((*seen)[2].patient == expected);  // by Patient/id
  CHECK((*seen)[2].title == "Grippe\xC3\xA9");
  CHECK((*seen)[3].reference.empty());
  CHECK(expected[0].text() == "http://h.example/mrn|4711");
  CHECK(expected[1].text() == "x");
}

TEST_CASE("contained patients and identifier references are resolved") {
  const auto contained = read_all(
      R"({"resourceType":"Condition","subject":{"reference":"#p"},
          "contained":[{"resourceType":"Patient","id":"p","identifier":[{"value":"77"}]}]})");
  REQUIRE(contained);
  CHECK((*contained)[0].patient == std::vector<FhirIdentifier>{{"", "77"}});
  const auto logical = read_all(
      R"({"resourceType":"Condition","subject":{"identifier":{"system":"s","value":"5"}}})");
  REQUIRE(logical);
  CHECK((*logical)[0].patient == std::vector<FhirIdentifier>{{"s", "5"}});
  CHECK((*logical)[0].reference == "s|5");
}

TEST_CASE("a subject that is no patient is none") {
  for (const std::string_view subject :
       {R"({"reference":"Group/1"})", R"({"reference":"https://h.example/fhir/Device/3"})",
        R"({"type":"Location","reference":"urn:uuid:l"})"}) {
    const auto seen = read_all(
        std::string(R"({"resourceType":"Observation","subject":)").append(subject).append("}"));
    REQUIRE(seen);
    CHECK((*seen)[0].reference.empty());
    CHECK((*seen)[0].patient.empty());
  }
}

TEST_CASE("an absolute reference means the very patient, not one with the same id") {
  const auto seen = read_all(R"({"resourceType":"Bundle","entry":[
    {"fullUrl":"https://a.example/Patient/1","resource":
      {"resourceType":"Patient","id":"1","identifier":[{"value":"anna"}]}},
    {"resource":{"resourceType":"Flag","patient":{"reference":"https://a.example/Patient/1"}}},
    {"resource":{"resourceType":"Flag","patient":{"reference":"https://b.example/Patient/1"}}}]})");
  REQUIRE(seen);
  CHECK((*seen)[1].patient == std::vector<FhirIdentifier>{{"", "anna"}});
  CHECK((*seen)[2].patient.empty());
}

TEST_CASE("two different patients under one name are nobody") {
  const auto seen = read_all(
      "{\"resourceType\":\"Patient\",\"id\":\"1\",\"identifier\":[{\"value\":\"a\"}]}\n"
      "{\"resourceType\":\"Patient\",\"id\":\"1\",\"identifier\":[{\"value\":\"b\"}]}\n"
      "{\"resourceType\":\"Flag\",\"patient\":{\"reference\":\"Patient/1\"}}\n");
  REQUIRE(seen);
  CHECK((*seen)[2].patient.empty());
}

TEST_CASE("NDJSON and single resources are read, with and without a byte order mark") {
  const auto lines =
      read_all("{\"resourceType\":\"Patient\",\"id\":\"1\"}\r\n\n{\"resourceType\":\"Flag\"}");
  REQUIRE(lines);
  REQUIRE(lines->size() == 2);
  CHECK((*lines)[1].line == 3);
  const auto single = read_all("\xEF\xBB\xBF  {\"resourceType\": \"Patient\", \"id\": \"2\"}\n");
  REQUIRE(single);
  CHECK((*single)[0].id == "2");
}

TEST_CASE("what is no FHIR is refused with file, line and column") {
  CHECK(error_of("").message == "file.json:1:1: the file is empty; it takes FHIR JSON");
  CHECK(error_of("{\"resourceType\": \"Patient\",\n  \"id\": oops}")
            .message.starts_with("file.json:2:9: this is no JSON"));
  CHECK(error_of("{\"resourceType\": \"Patient\"").message.find("ends too early") !=
        std::string::npos);
  CHECK(error_of("{\"resourceType\": \"Patient\"} x").message.starts_with("file.json:1:29: "));
  CHECK(
      error_of("{\"a\": 1}").message.starts_with("file.json:1:1: this value has no resourceType"));
  CHECK(error_of("[1, 2]").code == Code::malformed);
  CHECK(error_of("{\"resourceType\": \"\xFF\"}").code == Code::malformed);
  CHECK(error_of("<Patient/>").code == Code::malformed);
  CHECK(error_of("}").code == Code::malformed);
  CHECK(error_of("{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{}}]}").code ==
        Code::malformed);
  const std::string deep =
      "{\"resourceType\":\"Flag\",\"a\":" + std::string(100, '[') + std::string(100, ']') + "}";
  CHECK(error_of(deep).message.find("nested more than 64 deep") != std::string::npos);
}

TEST_CASE("titles are cut between characters, odd codes are passed over") {
  std::string text = R"({"resourceType":"Flag","code":{"text":")";
  for (int i = 0; i < 300; ++i) text += "\xC3\xA9";
  text += R"(","coding":[{"system":"s"},{"code":"c"},"x",{"code":5}]},"type":"plain"})";
  const auto seen = read_all(text);
  REQUIRE(seen);
  CHECK((*seen)[0].title.size() == 512);
  CHECK((*seen)[0].codes == std::vector<std::string>{"c"});
}

TEST_CASE("an error of the visitor ends the reading") {
  int calls = 0;
  const auto result = read_fhir(kBundle, "f", [&calls](const FhirResource&) -> Result<void> {
    ++calls;
    return fail(Code::cancelled, "enough");
  });
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Code::cancelled);
  CHECK(calls == 1);
}

TEST_CASE("directories stand for their FHIR files") {
  const TemporaryDirectory directory;
  directory.write("b/Żółć_O'Neil.json", "{}");
  directory.write("a.ndjson", "{}");
  directory.write("LICENSE", "text");
  const auto files = find_fhir_files({directory.path(), directory / "a.ndjson"});
  REQUIRE(files);
  REQUIRE(files->size() == 2);
  CHECK((*files)[0].filename() == "a.ndjson");
  CHECK(find_fhir_files({directory / "none"}).error().code == Code::file_missing);
  CHECK(read_fhir_file(directory / "none", {}).error().code == Code::file_missing);
}

TEST_CASE("members with escaped names and all kinds of values are found") {
  const std::string_view object =
      R"({ "a" : 1 ,"b\u0063":[true,{"x":"]"}], "d":null, "e":{} , "f":"\\" })";
  CHECK(find_member(object, "a") == "1");
  CHECK(find_member(object, "bc") == R"([true,{"x":"]"}])");
  CHECK(find_member(object, "d") == "null");
  CHECK(find_member(object, "f") == R"("\\")");
  CHECK(find_member(object, "g").empty());
  CHECK(json_text(R"("\\")") == "\\");
}

TEST_CASE("published patients and examples are read whole") {
  const char* given = std::getenv("GENERION_DATA");
  const std::filesystem::path data =
      given != nullptr ? std::filesystem::path(given)
                       : std::filesystem::path(GENERION_SOURCE) / "../shared/data";
  if (!std::filesystem::exists(data / "synthea-r4")) {
    WARN("skipped: no FHIR data; set GENERION_DATA to a directory with synthea-r4");
    return;
  }
  const auto files = find_fhir_files({data / "synthea-r4", data / "hl7-r4-examples"});
  REQUIRE(files);
  CHECK(files->size() > 50);
  std::uint64_t patients = 0, resources = 0, unresolved = 0, coded = 0;
  for (const auto& file : *files) {
    const bool synthea = file.string().find("synthea-r4") != std::string::npos;
    const auto counts = read_fhir_file(file, [&](const FhirResource& resource) -> Result<void> {
      ++resources;
      if (resource.type == "Patient") ++patients;
      if (!resource.codes.empty()) ++coded;
      if (synthea && !resource.patient_reference.empty() && resource.patient.empty()) ++unresolved;
      return {};
    });
    INFO(file.string());
    // A Bundle of mere requests holds no resource.
    REQUIRE(counts);
  }
  CHECK(patients > 20);
  CHECK(resources > 3'000);
  CHECK(coded > 1'000);
  CHECK(unresolved == 0);
}

}  // namespace generion::client
