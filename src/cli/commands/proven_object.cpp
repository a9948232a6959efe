#include "cli/commands/proven_object.h"

#include "base/hex.h"
#include "contract/objects.h"
#include "types/address.h"

namespace generion::cli {
namespace {

namespace json = boost::json;
using contract::InstitutionId;
using contract::SingleObject;

struct Describe {
  ByteView value;

  json::object operator()(SingleObject object) const {
    if (object == SingleObject::parameters) return {{"kind", "parameters"}};
    const auto counters = contract::decode_counters(value);
    if (!counters) return unreadable();
    return {{"kind", "counters"},
            {"users", counters->users},
            {"institutions", counters->institutions},
            {"records", counters->records}};
  }

  json::object operator()(InstitutionId id) const {
    const auto institution = contract::decode_institution(value);
    if (!institution) return unreadable();
    return {{"kind", "institution"},
            {"institution_id", id.value()},
            {"address", address_text(institution->address)},
            {"name", institution->name},
            {"status", contract::status_name(institution->status)}};
  }

  json::object operator()(UserId id) const {
    const auto user = contract::decode_user(value);
    if (!user) return unreadable();
    json::object out{{"kind", "user"},
                     {"user_id", id.value()},
                     {"address", address_text(user->address)},
                     {"record_count", user->record_count}};
    if (user->reader_key) out["reader_key"] = to_hex(*user->reader_key);
    return out;
  }

  json::object operator()(RecordId id) const {
    const auto record = contract::decode_record(value);
    if (!record) return unreadable();
    json::object out{{"kind", "record"},
                     {"record_id", id.value()},
                     {"owner_user_id", record->owner.value()},
                     {"made_by_institution", record->creator.has_value()},
                     {"is_verified", record->verified},
                     {"deleted", record->deleted},
                     {"created_at_ms", record->created_at.value()},
                     {"data_hash", to_hex(record->data.hash)},
                     {"pub_key", to_hex(record->data_pub_key)}};
    if (!record->type.empty()) out["type"] = record->type;
    if (record->document) out["document"] = to_hex(*record->document);
    if (record->lock) out["lock"] = to_hex(*record->lock);
    return out;
  }

  // Those of a later commit.
  template <class Other>
  json::object operator()(const Other& /*other*/) const {
    return unreadable();
  }

  static json::object unreadable() { return {{"kind", "object"}}; }
};

}  // namespace

json::object proven_object_json(ByteView key, ByteView value) {
  const auto name = contract::parse_object_key(key);
  return name ? std::visit(Describe{value}, *name) : Describe::unreadable();
}

}  // namespace generion::cli
