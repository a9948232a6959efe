#include "rpc/method_parts.h"

#include <fmt/core.h>

#include "base/base64.h"
#include "base/byte_io.h"
#include "contract/queries.h"
#include "types/address.h"

namespace generion::rpc {

std::unexpected<Failure> failed(Error error) {
  return std::unexpected(Failure(std::move(error)));
}

std::unexpected<Failure> unknown_user(const Address& address) {
  return failed({Code::user_not_found,
                 fmt::format("{} is no user of this chain (at this height): an institution "
                             "admits users",
                             address_text(address))});
}

std::unexpected<Failure> unknown_record(std::uint64_t id, const contract::StateReader& state) {
  return failed({Code::record_not_found,
                 fmt::format("there is no record {} (at this height); records go from 1 to {}", id,
                             contract::read_counters(state).records)});
}

Bytes number_place(std::uint64_t number) {
  return ByteWriter().u64(number).bytes();
}

std::uint64_t number_after(const Page& page) {
  return page.after().empty() ? 0 : ByteReader(page.after()).u64();
}

Parameter user_parameter(std::string_view name) {
  return {.name = name, .type = ParameterType::address, .description = "of the user"};
}

Parameter record_parameter() {
  return id_parameter("record_id", "of the record");
}

Parameter id_parameter(std::string_view name, std::string_view description) {
  return {.name = name,
          .type = ParameterType::number,
          .description = description,
          .min = 1,
          .max = limits::kSafeIntegerMax};
}

Parameter optional(Parameter parameter, std::string_view description) {
  parameter.is_optional = true;
  parameter.description = description;
  return parameter;
}

Result<void> add_attachment(const Context& context, const contract::AttachmentId& id,
                            std::string_view name, JsonObject& out) {
  const auto data = context.backend.attachment(id);
  if (data) {
    out.emplace(name, to_base64(*data));
  } else if (data.error().code != Code::erased && data.error().code != Code::not_found) {
    return fail(data.error());
  }
  return {};
}

}  // namespace generion::rpc
