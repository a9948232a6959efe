// Lists that are shown only once they are proven complete, and objects once they are proven.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands/command.h"
#include "cli/commands/listing.h"
#include "client/list_question.h"

namespace generion::cli {

// What a list takes that can be proven complete.
struct ProvableListArgs {
  PageArgs page;
  bool proof = false;
};

// Those of add_page_options, and --proof.
void add_provable_list_options(CLI::App& app, ProvableListArgs& args);

// Whether an item of a proven list is shown; all are if it is empty.
using KeepItem = std::function<bool(const boost::json::object&)>;

// The whole list, verified by a light client from --genesis or --trusted, as a table of what is
// proven and nothing else. Errors: those of client::read_proven_list and of client::LightClient;
// usage without --genesis and --trusted.
Result<Report> proven_list_report(Context& context, const client::ListQuestion& question,
                                  const std::vector<ListColumn>& columns, std::string_view empty,
                                  const KeepItem& keep = {});

// One record, verified in the same way. Errors: record_not_found, proven too: its number is above
// the chain's counter; besides as above.
Result<Report> proven_record_report(Context& context, RecordId id);

}  // namespace generion::cli
