#include "types/genesis.h"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "sample_transaction.h"

namespace generion {
namespace {

namespace json = boost::json;

Genesis sample_genesis() {
  Genesis out;
  out.chain_name = "Test chain";
  out.time = TimeMs(1'700'000'000'000);
  out.validators = {{test_key(1).public_key(), test_key(2).public_key(), "Hospital A"},
                    {test_key(3).public_key(), test_key(4).public_key(), "Hospital B"}};
  std::sort(out.validators.begin(), out.validators.end(),
            [](const auto& a, const auto& b) { return a.key < b.key; });
  out.institutions = {{test_key(5).public_key(), "Klinik Süd", "hospital", "https://sued.example"}};
  out.parameters = default_parameters();
  return out;
}

json::object sample_json() {
  return json::parse(genesis_json(sample_genesis())).as_object();
}

Error error_of(const json::object& value) {
  const auto parsed = parse_genesis(json::serialize(value));
  REQUIRE_FALSE(parsed);
  return parsed.error();
}

TEST_CASE("genesis: the file reads back to what was written") {
  const Genesis genesis = sample_genesis();
  const auto parsed = parse_genesis(genesis_json(genesis));
  REQUIRE(parsed);
  CHECK(*parsed == genesis);
  CHECK(chain_id(*parsed) == chain_id(genesis));
}

TEST_CASE("genesis: the chain id is of the content, not of the spelling") {
  json::object value = sample_json();
  std::swap(value["validators"].as_array()[0], value["validators"].as_array()[1]);
  const auto parsed = parse_genesis(json::serialize(value));
  REQUIRE(parsed);
  CHECK(chain_id(*parsed) == chain_id(sample_genesis()));
}

TEST_CASE("genesis: parameters survive their bytes") {
  Parameters parameters = default_parameters();
  parameters.user_admission = Parameters::UserAdmission::open;
  CHECK(*decode_parameters(encode_parameters(parameters)) == parameters);
}

TEST_CASE("genesis: each mistake is named") {
  struct Case {
    void (*change)(json::object&);
    std::string part;
  };
  const Case cases[] = {
      {[](json::object& g) { g["chain_name"] = "Another"; }, "was changed"},
      {[](json::object& g) { g["chain_name"] = 7; }, "genesis.chain_name must be a text"},
      {[](json::object& g) { g.erase("chain_name"); }, "genesis.chain_name is missing"},
      {[](json::object& g) { g["time_ms"] = -1; }, "genesis.time_ms is -1"},
      {[](json::object& g) { g["time_ms"] = 1.5; }, "whole number"},
      {[](json::object& g) { g["validators"] = json::array(); }, "at least one"},
      {[](json::object& g) { g["validators"].as_array().push_back(g["validators"].as_array()[0]); },
       "genesis.validators has a key twice"},
      {[](json::object& g) { g["validators"].as_array()[1].as_object()["key"] = "12"; },
       "genesis.validators[1].key takes 64 hexadecimal digits"},
      {[](json::object& g) {
         auto& address = g["institutions"].as_array()[0].as_object()["address"].as_string();
         address[10] = address[10] == 'q' ? 'p' : 'q';
       },
       "genesis.institutions[0].address is no address"},
      {[](json::object& g) {
         g["institutions"].as_array()[0].as_object()["data_source_url"] = "http://x";
       },
       "https://"},
      {[](json::object& g) { g["parameters"].as_object()["tx_window"] = 1; },
       "genesis.parameters.tx_window is unknown"},
      {[](json::object& g) { g["parameters"].as_object()["operations_max"] = 257; },
       "genesis.parameters.operations_max is 257; it takes a whole number from 1 to 256"},
      {[](json::object& g) { g["parameters"].as_object()["user_admission"] = "everyone"; },
       "user_admission takes"},
      {[](json::object& g) { g["parameters"].as_object()["record_types"] = {"a", "a"}; }, "twice"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.part);
    json::object value = sample_json();
    c.change(value);
    const Error error = error_of(value);
    CHECK(error.code == Code::bad_genesis);
    CHECK_THAT(error.message, Catch::Contains(c.part));
  }
}

TEST_CASE("genesis: what is no JSON object is refused") {
  for (const char* text : {"", "{", "[]", "7", "{\"chain_name\": \"x\"}}"}) {
    CAPTURE(text);
    const auto parsed = parse_genesis(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == Code::bad_genesis);
  }
}

}  // namespace
}  // namespace generion
