#include "message_parts.h"

namespace generion::sim {
namespace {

struct Kind {
  std::string_view operator()(const PrePrepare&) const { return "PRE-PREPARE"; }
  std::string_view operator()(const Prepare&) const { return "PREPARE"; }
  std::string_view operator()(const Commit&) const { return "COMMIT"; }
  std::string_view operator()(const SealVote&) const { return "SEAL"; }
  std::string_view operator()(const Complaint&) const { return "COMPLAINT"; }
  std::string_view operator()(const ViewChange&) const { return "VIEW-CHANGE"; }
  std::string_view operator()(const NewView&) const { return "NEW-VIEW"; }
  std::string_view operator()(const StatusReport&) const { return "STATUS"; }
  std::string_view operator()(const Echo&) const { return "ECHO"; }
  std::string_view operator()(const StableReport&) const { return "STABLE"; }
};

}  // namespace

std::string_view kind_of(const Message& message) {
  return std::visit(Kind(), message);
}

std::optional<View> view_of(const Message& message) {
  return std::visit(
      [](const auto& held) -> std::optional<View> {
        if constexpr (requires { held.view; }) return held.view;
        return std::nullopt;
      },
      message);
}

std::optional<Height> height_of(const Message& message) {
  return std::visit(
      [](const auto& held) -> std::optional<Height> {
        if constexpr (requires { held.batch; }) {
          return held.batch.height;
        } else if constexpr (requires { held.seal; }) {
          return held.seal.height;
        } else if constexpr (requires { held.height; }) {
          return held.height;
        }
        return std::nullopt;
      },
      message);
}

}  // namespace generion::sim
