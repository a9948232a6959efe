// The chain as a running node serves it (getArchiveBlocks), without attachments.
#pragma once

#include <deque>
#include <memory>

#include "audit/block_source.h"
#include "client/rpc_client.h"

namespace generion::cli {

class RpcSource final : public audit::BlockSource {
 public:
  // From block `from` up to the newest one with a certificate as of now. Errors: those of the call;
  // malformed.
  static Result<std::unique_ptr<RpcSource>> open(std::unique_ptr<client::Rpc> node, Height from);

  Result<std::optional<wire::ArchiveEntry>> next() override;
  Height last() const override { return last_; }
  bool has_attachments() const override { return false; }

 private:
  RpcSource(std::unique_ptr<client::Rpc> node, Height from) : node_(std::move(node)), next_(from) {}
  Result<void> fetch();

  std::unique_ptr<client::Rpc> node_;
  Height next_;  // to be asked for
  Height last_;
  std::deque<wire::ArchivedBlock> fetched_;
};

}  // namespace generion::cli
