#include "drawing.h"

#include <limits>

namespace generion::contract::model {
namespace {

constexpr std::uint64_t kPeople = 8;
constexpr std::uint64_t kHospitals = 5;
constexpr std::uint64_t kSpareKeys = 16;

template <class Object>
Value draw(Drawing& drawing, char letter, const std::vector<Object>& all,
           const std::function<bool(const Object&)>& suits) {
  std::vector<std::uint64_t> fitting;
  if (!drawing.source.one_in(12)) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (suits(all[i])) fitting.push_back(i + 1);
    }
  }
  // The youngest ones mostly: something is going on with them.
  if (fitting.size() > 8 && !drawing.source.one_in(4)) {
    fitting.erase(fitting.begin(), fitting.end() - 8);
  }
  if (!fitting.empty()) return drawing.labels.label_of(letter, drawing.source.pick(fitting));
  if (all.empty() || drawing.source.one_in(8)) return {letter, drawing.source.below(2) * 60'000};
  return drawing.labels.label_of(letter, 1 + drawing.source.below(all.size()));
}

}  // namespace

std::optional<UserId> Drawing::user() const {
  const Identity identity = who();
  const auto* id = std::get_if<UserId>(&identity);
  return id != nullptr ? std::optional(*id) : std::nullopt;
}

Value Drawing::anybody() {
  switch (source.below(5)) {
    case 0:
      return any('h', kHospitals);
    case 1:
      return any('g', 8);
    case 2:
      return any('v', 8);
    case 3:
      return any('s', kSpareKeys);
    default:
      return any('p', kPeople);
  }
}

Value Drawing::a_user() {
  if (source.one_in(12)) return anybody();
  if (world().users.empty() || source.one_in(12)) return any('p', kPeople);
  return name_of(source.pick(world().users).address);
}

Value Drawing::an_institution() {
  if (source.one_in(12)) return anybody();
  return name_of(source.pick(world().institutions).address);
}

Value Drawing::a_spare_key() {
  return source.one_in(8) ? anybody() : any('s', kSpareKeys);
}

Value Drawing::a_validator() {
  if (source.one_in(6)) return anybody();
  if (source.one_in(4)) {
    if (const auto* replaced = a_waiting<ReplaceValidatorKey>()) return name_of(replaced->key);
    if (const auto* removed = a_waiting<RemoveValidator>()) return name_of(removed->key);
  }
  return name_of(source.pick(world().validators.members).key);
}

Value Drawing::a_record(const std::function<bool(const Record&)>& suits) {
  return draw(*this, 'r', world().records, suits);
}

Value Drawing::my_record() {
  const auto me = user();
  return a_record([&](const Record& record) { return record.owner == me && !record.deleted; });
}

Value Drawing::a_share(const std::function<bool(const Share&)>& suits) {
  return draw(*this, 'c', world().shares, suits);
}

Value Drawing::an_order(const std::function<bool(const Order&)>& suits) {
  return draw(*this, 'o', world().orders, suits);
}

Value Drawing::a_proposal(const std::function<bool(const Proposal&)>& suits) {
  return draw(*this, 'q', world().proposals, suits);
}

Value Drawing::an_amount() {
  const auto me = user();
  const std::uint64_t balance = me ? world().user(*me).balance : 0;
  switch (source.below(8)) {
    case 0:
      return number(std::max<std::uint64_t>(1, balance));
    case 1:
      return number(balance < std::numeric_limits<std::uint64_t>::max() ? balance + 1 : balance);
    case 2:
      return number(std::numeric_limits<std::uint64_t>::max() - source.below(2));
    case 3:
      return number(1 + balance / 2);
    default:
      return number(1 + source.below(1'000));
  }
}

}  // namespace generion::contract::model
