#include "cli/commands/document_output.h"
#include "cli/commands/handing_over.h"
#include "cli/commands/record_commands.h"

namespace generion::cli {
namespace {

struct ReadArgs {
  std::uint64_t record = 0;
  ReadingArgs reading;
};

Result<Report> read_record(Context& context, const ReadArgs& args) {
  if (auto ok = check_reading(context, args.reading); !ok) return fail(ok.error());
  const auto reader = record_reader(context);
  if (!reader) return fail(reader.error());
  const auto opened = reader->open(RecordId(args.record));
  if (!opened) return fail(opened.error());
  return read_out(context, *opened, args.reading);
}

}  // namespace

void add_record_read(CLI::App& records, Action& selected) {
  auto [app, args] =
      add_command<ReadArgs>(records, "read", "Decrypt a record's document", selected, read_record);
  app->add_option("ID", args->record, "The record's id")->required();
  add_reading_options(*app, args->reading);
}

}  // namespace generion::cli
