#include "cli/commands/give_out.h"

#include <fmt/format.h>

#include "base/file.h"

namespace generion::cli {

Result<Report> give_out(const std::filesystem::path& out, const std::string& content,
                        std::string_view what) {
  if (out.empty()) return Report{.json = boost::json::parse(content), .text = content};
  constexpr mode_t kPublicMode = 0644;
  if (const auto written = write_file_atomic(out, content, kPublicMode); !written)
    return fail(written.error());
  return Report{.json = boost::json::object{{"file", out.string()}},
                .text = fmt::format("Wrote {} to {}", what, out.string())};
}

}  // namespace generion::cli
