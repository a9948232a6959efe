#include "cli/commands/document_output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/hex.h"
#include "cli/commands/parse.h"
#include "cli/terminal/table.h"

namespace generion::cli {
namespace {

// A new file of mode 0600 that is there under its name only once it is whole.
class NewFile {
 public:
  explicit NewFile(std::filesystem::path path)
      : path_(std::move(path)), part_(path_.string() + ".part") {
    fd_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd_ < 0) error_ = failure("made");
  }
  ~NewFile() {
    if (fd_ < 0) return;
    ::close(fd_);
    if (!done_) ::unlink(part_.c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  Result<void> write(ByteView bytes) {
    if (error_) return fail(*error_);
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
      if (written < 0) return fail(failure("written"));
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }

  // Never replaces a file that is there.
  Result<void> finish() {
    if (error_) return fail(*error_);
    if (::fsync(fd_) != 0 || ::link(part_.c_str(), path_.c_str()) != 0)
      return fail(failure("finished"));
    ::unlink(part_.c_str());
    done_ = true;
    return {};
  }

 private:
  Error failure(std::string_view what) const {
    const int number = errno;
    const Code code = number == EEXIST ? Code::file_exists
                                       : (number == ENOSPC ? Code::disk_full : Code::io_error);
    return {code, fmt::format("{} cannot be {}: {}", path_.string(), what, std::strerror(number))};
  }

  std::filesystem::path path_;
  std::filesystem::path part_;
  int fd_ = -1;
  bool done_ = false;
  std::optional<Error> error_;
};

std::string meta_text(const client::OpenedRecord& opened) {
  return field_lines({{"title", opened.meta.title},
                      {"media type", opened.meta.media_type},
                      {"size", bytes_text(opened.meta.size)},
                      {"codes", fmt::format("{}", fmt::join(opened.meta.codes, ", "))}});
}

Result<Report> read_to_file(const client::OpenedRecord& opened, const client::DocumentStore& store,
                            const std::filesystem::path& path) {
  if (const auto written = write_document(opened, store, path); !written) {
    return fail(written.error());
  }
  boost::json::object json = meta_json(opened);
  json["file"] = path.string();
  return Report{.json = std::move(json),
                .text = fmt::format("Wrote {}\n{}", path.string(), meta_text(opened))};
}

// What came out before an error is authentic, but not the whole; the exit code says so.
Result<Report> read_to_output(Context& context, const client::OpenedRecord& opened,
                              const client::DocumentStore& store) {
  std::ostream& out = context.streams().out;
  const auto read = client::read_document(opened, store, [&out](ByteView piece) -> Result<void> {
    out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
    if (!out) return fail(Code::io_error, "writing to standard output failed");
    return {};
  });
  if (!read) return fail(read.error());
  return Report{};
}

}  // namespace

void add_reading_options(CLI::App& app, ReadingArgs& args) {
  auto* out = app.add_option("--out", args.out, "New file, mode 0600; without it, standard output");
  app.add_flag("--meta", args.meta_only, "Only title, media type, size and codes")->excludes(out);
}

Result<void> check_reading(const Context& context, const ReadingArgs& args) {
  if (!context.options().json || !args.out.empty() || args.meta_only) return {};
  return fail(Code::usage,
              "--json needs --out FILE here, or --meta: a document is bytes, not JSON");
}

Result<Report> read_out(Context& context, const client::OpenedRecord& opened,
                        const ReadingArgs& args) {
  if (args.meta_only) return Report{.json = meta_json(opened), .text = meta_text(opened)};
  const auto store = context.documents();
  if (!store) return fail(store.error());
  return args.out.empty() ? read_to_output(context, opened, **store)
                          : read_to_file(opened, **store, args.out);
}

Result<void> write_document(const client::OpenedRecord& opened, const client::DocumentStore& store,
                            const std::filesystem::path& path) {
  NewFile file(path);
  const auto read =
      client::read_document(opened, store, [&file](ByteView piece) { return file.write(piece); });
  if (!read) return fail(read.error());
  return file.finish();
}

boost::json::object meta_json(const client::OpenedRecord& opened) {
  boost::json::array codes;
  for (const std::string& code : opened.meta.codes) codes.emplace_back(code);
  boost::json::object out{{"record_id", opened.record.record_id.value()},
                          {"title", opened.meta.title},
                          {"media_type", opened.meta.media_type},
                          {"size", opened.meta.size},
                          {"codes", std::move(codes)}};
  if (opened.meta.document) out["document"] = to_hex(*opened.meta.document);
  return out;
}

}  // namespace generion::cli
