#include "wire/capsule_meta.h"

#include "base/limits.h"
#include "generion/v1/capsule.pb.h"
#include "wire/fields.h"

namespace generion::wire {

Bytes encode_capsule_meta(const CapsuleMeta& meta) {
  v1::CapsuleMeta out;
  out.set_data_source_url(meta.data_source_url);
  if (meta.document) out.set_document(Bytes(meta.document->view()));
  out.set_media_type(meta.media_type);
  out.set_title(meta.title);
  out.set_size(meta.size);
  for (const std::string& code : meta.codes) out.add_code(code);
  return out.SerializeAsString();
}

Result<CapsuleMeta> decode_capsule_meta(ByteView bytes) {
  v1::CapsuleMeta in;
  if (bytes.size() > limits::kAttachmentBytesMax ||
      !in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return fail(Code::malformed,
                "the capsule's meta does not decode as generion.v1.CapsuleMeta: the application "
                "that made the record wrote something else");
  }
  Fields fields("capsule meta");
  CapsuleMeta out;
  out.data_source_url = in.data_source_url();
  if (!in.document().empty()) out.document = fields.fixed<Hash>("document", in.document());
  out.media_type = in.media_type();
  out.title = in.title();
  out.size = in.size();
  if (fields.at_most("code", in.code_size(), limits::kCapsuleCodesMax)) {
    out.codes.assign(in.code().begin(), in.code().end());
  }
  if (auto ok = fields.finish(); !ok) return fail(ok.error());
  return out;
}

}  // namespace generion::wire
