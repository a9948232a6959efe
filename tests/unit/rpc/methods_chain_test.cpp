// Chain queries: blocks, transactions, what waits, and what a light client and an archive take.
#include <catch2/catch.hpp>

#include "asked_node.h"
#include "base/base64.h"
#include "base/hex.h"
#include "wire/archive.h"
#include "wire/proof.h"
#include "wire/transaction.h"

using namespace generion;
using namespace generion::rpc;
using namespace generion::test;

namespace {

using Node = AskedNode;

}  // namespace

TEST_CASE("transactions, receipts, blocks and certificates are shown as documented") {
  Node node;
  node.backend.create_record('H', 'P', "data");
  const std::string id = to_hex(node.backend.last_id());
  const Json transaction = node.ask("getTransaction", "[" + quoted(id) + "]");
  CHECK(transaction.at("state").as_string() == "executed");
  CHECK(transaction.at("height").as_int64() == 1);
  CHECK(transaction.at("block_time_ms").as_int64() == 1'000);
  CHECK(numbers(transaction.at("new_ids")) == std::vector<std::uint64_t>{1});
  const auto bytes = from_base64(std::string(transaction.at("transaction").as_string()));
  CHECK(wire::decode_transaction(*bytes)->attachments == std::vector<Bytes>{"data"});
  CHECK(node.ask("getTransaction", "[" + quoted(std::string(64, '0')) + "]")
            .at("state")
            .as_string() == "unknown");

  const Json receipt = node.ask("getReceipt", "[" + quoted(id) + "]");
  CHECK(receipt.at("receipt").at("code").as_string() == "OK");
  CHECK(!receipt.as_object().contains("proof"));
  CHECK(node.code("getReceipt", "[" + quoted(id) + ",true]") == "NOT_READY");
  CHECK(node.code("getCertificate", "[1]") == "NOT_READY");
  CHECK(!node.ask("getBlock", "[1]").as_object().contains("certificate"));

  node.backend.sealed = Height(1);
  CHECK(node.ask("getReceipt", "[" + quoted(id) + ",true]").at("proof").as_string() ==
        to_base64("receipt proof"));
  node.backend.final_by_later = Height(1);
  CHECK(node.code("getCertificate", "[1]") == "NOT_FOUND");
  node.backend.final_by_later.reset();
  const Json certificate = node.ask("getCertificate", "[1]");
  CHECK(certificate.at("signers").at(0).at("key").as_string() == to_hex(key_of('V').public_key()));
  CHECK(decode_header(*from_base64(std::string(certificate.at("header_bytes").as_string())))
            ->height == Height(1));
  const Json block = node.ask("getBlock", "[1]");
  CHECK(block.at("header").at("height").as_int64() == 1);
  CHECK(block.at("tx_ids").at(0).as_string() == id);
  CHECK(block.at("skipped").as_array().empty());
  CHECK(block.at("receipts").as_array().size() == 1);
  CHECK(block.as_object().contains("certificate"));
  CHECK(node.code("getBlock", "[2]") == "NOT_FOUND");

  // Refused by the contract: in the block, with its code.
  CHECK(node.backend.commit(node.backend.sign('P', {DeleteRecord{RecordId(9)}})).code ==
        Code::record_not_found);
  const Json refused =
      node.ask("getTransaction", "[" + quoted(to_hex(node.backend.last_id())) + "]");
  CHECK(refused.at("state").as_string() == "refused");
  CHECK(refused.at("code").as_string() == "RECORD_NOT_FOUND");
  CHECK(refused.at("failed_operation").as_int64() == 0);
}

TEST_CASE("a range of blocks, and what waits") {
  Node node;
  for (int i = 0; i < 5; ++i) node.backend.create_record('H', 'P', "data");
  const Json range = node.ask("getBlockRange", R"({"from_height":2,"limit":3})");
  CHECK(range.at("height") == 5);
  REQUIRE(range.at("items").as_array().size() == 3);
  CHECK(range.at("items").at(0).at("height") == 2);
  CHECK(range.at("items").at(0).at("block_hash").as_string().size() == 64);
  CHECK(range.at("items").at(2).at("height") == 4);
  CHECK(node.ask("getBlockRange", "[5]").at("items").as_array().size() == 1);
  CHECK(node.code("getBlockRange", "[6]") == "HEIGHT_AHEAD");
  CHECK(node.code("getBlockRange", "[0]") == "BAD_PARAMS");
  CHECK(node.code("getBlockRange", "[1, 1001]") == "BAD_PARAMS");
  node.backend.first_block = Height(3);
  CHECK(node.code("getBlockRange", "[2]") == "NOT_FOUND");
  const Json mempool = node.ask("getMempool", "[1]");
  CHECK(mempool.at("count") == 2);
  CHECK(mempool.at("tx_ids").as_array().size() == 1);
}

TEST_CASE("final blocks for an archive, bounded") {
  Node node;
  for (int i = 0; i < 5; ++i) node.backend.create_record('H', 'P', "data");
  node.backend.sealed = Height(4);
  const Json all = node.ask("getArchiveBlocks", "[2]");
  CHECK(all.at("sealed_height") == 4);
  REQUIRE(all.at("items").as_array().size() == 3);
  const auto bytes = from_base64(all.at("items").at(0).as_string());
  REQUIRE(bytes);
  const auto block = wire::decode_archived_block(*bytes);
  REQUIRE(block);
  CHECK(block->header.height == Height(2));
  CHECK(block->envelopes.size() == 1);
  CHECK(node.ask("getArchiveBlocks", "[2, 1]").at("items").as_array().size() == 1);
  CHECK(node.code("getArchiveBlocks", "[5]") == "HEIGHT_AHEAD");
  CHECK(node.code("getArchiveBlocks", "[0]") == "BAD_PARAMS");
  CHECK(node.code("getArchiveBlocks", "[1, 1001]") == "BAD_PARAMS");
  node.backend.first_block = Height(3);
  CHECK(node.code("getArchiveBlocks", "[2]") == "NOT_FOUND");
}

TEST_CASE("links are shown as they stand in a links file, page by page") {
  AskedNode node;
  CHECK(node.code("getLinks", "[1]") == "HEIGHT_AHEAD");
  node.backend.sealed = Height(9);
  for (const std::uint64_t height : {4, 6, 9}) {
    ChainLink link;
    link.header.height = Height(height);
    link.certificate = {block_hash(link.header), {{key_of('V').public_key(), {}}}};
    link.next.keys = {key_of('W').public_key()};
    node.backend.known_links.links.push_back(link);
  }
  const Json all = node.ask("getLinks");
  CHECK(all.at("height").as_int64() == 9);
  CHECK(!all.as_object().contains("more"));
  const auto links = wire::decode_links(*from_base64(std::string(all.at("links").as_string())));
  REQUIRE(links);
  CHECK(*links == node.backend.known_links.links);
  const Json first = node.ask("getLinks", R"({"from_height":4,"limit":1})");
  CHECK(first.at("height").as_int64() == 4);
  CHECK(first.at("more").as_bool());
  CHECK(node.code("getLinks", "[0,0]") == "BAD_PARAMS");
  CHECK(node.code("getLinks", "[0,257]") == "BAD_PARAMS");
}
