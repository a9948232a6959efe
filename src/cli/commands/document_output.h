// A decrypted document on its way out: to a new file, or to standard output.
#pragma once

#include <filesystem>

#include "cli/commands/command.h"
#include "client/record_reader.h"

namespace generion::cli {

struct ReadingArgs {
  std::filesystem::path out;  // empty: standard output
  bool meta_only = false;
};

void add_reading_options(CLI::App& app, ReadingArgs& args);

// Error usage: --json without a file to write to.
Result<void> check_reading(const Context& context, const ReadingArgs& args);

// Title, media type, size and codes, and the document to where it is wanted. Errors: file_exists,
// disk_full, io_error, and those of client::read_document.
Result<Report> read_out(Context& context, const client::OpenedRecord& opened,
                        const ReadingArgs& args);

// The document into a new file of mode 0600, there under its name only once it is whole.
Result<void> write_document(const client::OpenedRecord& opened, const client::DocumentStore& store,
                            const std::filesystem::path& path);

boost::json::object meta_json(const client::OpenedRecord& opened);

}  // namespace generion::cli
