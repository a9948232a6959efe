#include "rpc/cursor.h"

#include "base/byte_io.h"
#include "base/hex.h"
#include "base/limits.h"
#include "crypto/hash.h"

namespace generion::rpc {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kCheckBytes = 8;

// Not a secret: it tells apart what this program made for this question from everything else.
Bytes check_of(std::string_view question, ByteView content) {
  return Bytes(
      crypto::blake2b256({"generion/cursor/1", question, content}).view().substr(0, kCheckBytes));
}

}  // namespace

std::string encode_cursor(std::string_view question, const Position& position) {
  ByteWriter out;
  out.u8(kFormat).u64(position.height.value()).sized(position.after);
  const Bytes check = check_of(question, out.bytes());
  out.raw(check);
  return to_hex(out.bytes());
}

Result<Position> decode_cursor(std::string_view question, std::string_view text) {
  const auto bytes = text.size() <= limits::kCursorBytesMax ? from_hex(text) : std::nullopt;
  if (bytes && bytes->size() > kCheckBytes) {
    const ByteView content = ByteView(*bytes).substr(0, bytes->size() - kCheckBytes);
    if (check_of(question, content) == ByteView(*bytes).substr(content.size())) {
      ByteReader in(content);
      const bool is_known = in.u8() == kFormat;
      Position out{Height(in.u64()), Bytes(in.sized())};
      if (is_known && in.done()) return out;
    }
  }
  return fail(Code::bad_cursor,
              "this cursor does not belong to this call; leave it out to begin with the first "
              "page, and pass on "
              "a page's cursor with the same other parameters");
}

}  // namespace generion::rpc
