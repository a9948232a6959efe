// What every query of the contract's state shares: its height, and lists in pages.
#pragma once

#include <set>

#include "rpc/cursor.h"
#include "rpc/method.h"
#include "rpc/results.h"

namespace generion::rpc {

// The optional `height`, which every query has; `limit` and `cursor`, which lists have besides.
Parameter height_parameter();
std::vector<Parameter> with_page(std::vector<Parameter> own);

// The same and `proof`: whether to prove the entries, and what counts them.
std::vector<Parameter> with_proven_page(std::vector<Parameter> own);

// `height`, and `proof`: whether to prove the one object that is asked for.
std::vector<Parameter> with_proof(std::vector<Parameter> own);

// The state at `height`; else at the newest height, or with `proof` at the newest that has a
// certificate. Errors: height_gone, height_ahead, not_ready.
Result<std::shared_ptr<const Version>> version_for(const Context& context,
                                                   const Arguments& arguments);

// Adds to the answer's object, if `proof` was asked for, a proof file of the state's object `key`,
// with its height and block_hash. Errors: those of Version::prove.
Answer proven(const Version& version, const Arguments& arguments, ByteView key, JsonObject answer);

// One page of a list while it is being put together.
class Page {
 public:
  // Errors: those of version_for; bad_cursor; bad_params if cursor and height name two heights.
  static Result<Page> open(const Context& context, const Arguments& arguments,
                           const Memory& memory);

  const contract::StateReader& state() const { return version_->state(); }
  // The last entry of the page before; empty on the first.
  const Bytes& after() const { return after_; }
  // How many entries to read: one more than the page holds, to know whether there is a next.
  std::size_t wanted() const { return wish_.limit + 1; }

  // Says which object counts the list's entries; nothing is said of a list that none counts.
  void count_by(const Bytes& object) { prove({object}); }

  // False: the page is full, and this entry belongs to the next. `place` is what `after` of the
  // next page is if this entry is the last here; `bytes` is about what it takes in JSON. If the
  // list was asked for with proof, `objects` are the keys of the entry's own object and of those
  // that it refers to by number.
  bool add(Json entry, Bytes place, std::size_t bytes, const std::vector<Bytes>& objects = {});

  // There is no more to add by now, and the list goes on behind `place`.
  void go_on_after(Bytes place) {
    is_full_ = true;
    last_place_ = std::move(place);
  }

  // Errors: not_ready (with proof: the height has no certificate yet), damaged.
  Answer finish() &&;

 private:
  // What it was asked for besides the question itself.
  struct Wish {
    std::size_t limit = 0;
    bool proof = false;
  };
  Page(std::shared_ptr<const Version> version, Wish wish, std::string question, Bytes after,
       Memory memory);

  // Proves those of these objects that the page does not hold yet; how many bytes that takes.
  std::size_t prove(const std::vector<Bytes>& objects);

  std::shared_ptr<const Version> version_;
  Wish wish_;
  std::string question_;
  Bytes after_;
  Memory memory_;
  JsonArray items_;
  std::size_t bytes_ = 0;
  Bytes last_place_;
  bool is_full_ = false;
  std::vector<ObjectProof> proofs_;  // with wish_.proof
  std::set<Bytes> proven_;           // their keys
  std::optional<Error> failure_;
};

}  // namespace generion::rpc
