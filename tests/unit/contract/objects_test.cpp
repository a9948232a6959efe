#include "contract/objects.h"

#include <catch2/catch.hpp>

#include "base/hex.h"
#include "types/canonical.h"

using namespace generion;
using namespace generion::contract;

namespace {

Record full_record() {
  Record record;
  record.owner = UserId(300);
  record.creator = InstitutionId(2);
  record.data_pub_key = *ReaderKey::from(Bytes(32, '\x0a'));
  record.lock = *Lock::from(Bytes(64, '\x0b'));
  record.data = {*Hash::from(Bytes(32, '\x0c')), 129};
  record.document = *Hash::from(Bytes(32, '\x0d'));
  record.type = "Patient";
  record.replaces = RecordId(7);
  record.verified = true;
  record.deidentified = true;
  record.created_at = TimeMs(1'700'000'000'000);
  record.filed = {Height(12), 3, 1};
  record.deleted = true;
  return record;
}

Record plain_record() {
  Record record;
  record.owner = UserId(1);
  record.data = {*Hash::from(Bytes(32, '\x0c')), 1};
  return record;
}

User full_user() {
  User user;
  user.address = *Address::from(Bytes(32, '\x01'));
  user.reader_key = *ReaderKey::from(Bytes(32, '\x02'));
  user.admitted_by = InstitutionId(3);
  user.first_seen = TimeMs(5);
  user.record_count = 6;
  user.budget = {19'675, 8, 0};
  return user;
}

Institution full_institution() {
  Institution out;
  out.address = *Address::from(Bytes(32, '\x01'));
  out.name = "N";
  out.kind = "k";
  out.data_source_url = "https://d.example";
  out.status = Institution::Status::withdrawn;
  out.since = TimeMs(9);
  out.budget = {1, 2, 3};
  return out;
}

std::string hex_of(char byte, std::size_t count) {
  return to_hex(Bytes(count, byte));
}

}  // namespace

TEST_CASE("keys: one byte for the kind, then big-endian numbers") {
  CHECK(to_hex(counters_key()) == "01");
  CHECK(to_hex(parameters_key()) == "02");
  CHECK(to_hex(institution_key(InstitutionId(1))) == "030000000000000001");
  CHECK(to_hex(user_key(UserId(0x0102))) == "040000000000000102");
  CHECK(to_hex(record_key(RecordId(UINT64_MAX))) == "05ffffffffffffffff");
}

TEST_CASE("values are frozen, byte for byte") {
  CHECK(to_hex(encode_counters({1, 2, 300, 0})) == "0801100218ac02");
  CHECK(encode_counters({}).empty());
  CHECK(to_hex(encode_user(full_user())) == "0a20" + hex_of('\x01', 32) + "1220" +
                                                hex_of('\x02', 32) +
                                                "1803"
                                                "2005"
                                                "2806"
                                                "3206"
                                                "08db9901"
                                                "1008");
  CHECK(to_hex(encode_institution(full_institution())) ==
        "0a20" + hex_of('\x01', 32) + "12014e" + "1a016b" + "2211" + to_hex("https://d.example") +
            "2802"
            "3009"
            "3a06"
            "080110021803");
  CHECK(to_hex(encode_record(full_record())) ==
        "08ac02"
        "1002"
        "1a20" +
            hex_of('\x0a', 32) + "2240" + hex_of('\x0b', 64) + "2a25" + "0a20" +
            hex_of('\x0c', 32) + "108101" + "3220" + hex_of('\x0d', 32) + "3a07" +
            to_hex("Patient") +
            "4007"
            "4801"
            "5001"
            "5880d095ffbc31"
            "6206080c10031801"
            "6801");
}

TEST_CASE("what is encoded decodes to the same") {
  CHECK(decode_counters(encode_counters({1, 2, 3, 4})) == Counters{1, 2, 3, 4});
  CHECK(decode_counters("") == Counters{});
  User user = full_user();
  CHECK(decode_user(encode_user(user)) == user);
  user = {};
  CHECK(decode_user(encode_user(user)) == user);
  Institution institution = full_institution();
  CHECK(decode_institution(encode_institution(institution)) == institution);
  CHECK(decode_record(encode_record(full_record())) == full_record());
  CHECK(decode_record(encode_record(plain_record())) == plain_record());
}

TEST_CASE(
    "damaged values are refused, whatever is cut off or changed, or decode to their own bytes") {
  const std::vector<Bytes> values = {encode_user(full_user()),
                                     encode_institution(full_institution()),
                                     encode_record(full_record()), encode_counters({1, 2, 3, 4})};
  const auto check = [](const Bytes& bytes) {
    if (const auto user = decode_user(bytes)) CHECK(encode_user(*user) == bytes);
    if (const auto found = decode_institution(bytes)) CHECK(encode_institution(*found) == bytes);
    if (const auto record = decode_record(bytes)) CHECK(encode_record(*record) == bytes);
    if (const auto counters = decode_counters(bytes)) CHECK(encode_counters(*counters) == bytes);
  };
  for (const Bytes& value : values) {
    for (std::size_t size = 0; size < value.size(); ++size) check(value.substr(0, size));
    for (std::size_t at = 0; at < value.size(); ++at) {
      for (const int bit : {1, 2, 8, 128}) {
        Bytes changed = value;
        changed[at] = static_cast<char>(changed[at] ^ bit);
        check(changed);
      }
    }
  }
}

TEST_CASE("values that no writer makes are refused") {
  CHECK(decode_user("").error().code == Code::malformed);
  CHECK(decode_record(encode_user(full_user())).error().code == Code::malformed);
  CHECK(decode_counters(from_hex("0800").value()).error().code == Code::not_canonical);
  CHECK(decode_counters(from_hex("7801").value()).error().code == Code::not_canonical);
  Bytes status = encode_institution(full_institution());
  status[status.find(Bytes("\x28\x02", 2)) + 1] = 3;
  CHECK(decode_institution(status).error().code == Code::malformed);
  CanonicalWriter without_data;
  without_data.uint(1, 1).fixed(3, ReaderKey());
  CHECK(decode_record(without_data.take()).error().code == Code::malformed);
  CanonicalWriter far;
  far.uint(1, 1).fixed(3, ReaderKey()).element(5, CanonicalWriter().fixed(1, Hash()).take());
  far.uint(13, std::uint64_t{1} << 32);
  CHECK(decode_record(far.take()).error().code == Code::malformed);
}

TEST_CASE("the names of an institution's status") {
  CHECK(status_name(Institution::Status::accredited) == "accredited");
  CHECK(status_name(Institution::Status::suspended) == "suspended");
  CHECK(status_name(Institution::Status::withdrawn) == "withdrawn");
}
