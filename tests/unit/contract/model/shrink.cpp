#include "shrink.h"

#include <algorithm>

namespace generion::contract::model {
namespace {

class Shrinker {
 public:
  Shrinker(Sequence sequence, const std::function<bool(const Sequence&)>& fails)
      : best_(std::move(sequence)), fails_(fails) {}

  Sequence run() {
    bool smaller = true;
    while (smaller) {
      smaller = drop_blocks();
      smaller |= drop_transactions();
      smaller |= drop_steps();
      smaller |= drop_arguments();
      smaller |= lower_numbers();
    }
    return best_;
  }

 private:
  bool take_if_failing(Sequence candidate) {
    if (tries_ == 0 || candidate == best_) return false;
    --tries_;
    if (!fails_(candidate)) return false;
    best_ = std::move(candidate);
    return true;
  }

  // Runs of `size` elements of what `list` finds, from the end, large runs first.
  template <class List, class Merge>
  bool drop_runs(List list, Merge merge) {
    bool any = false;
    for (std::size_t size = std::max<std::size_t>(1, list(best_).size() / 2); size > 0; size /= 2) {
      for (std::size_t end = list(best_).size(); end > 0; end -= std::min(end, size)) {
        const std::size_t begin = end - std::min(end, size);
        Sequence candidate = best_;
        auto& elements = list(candidate);
        merge(elements, begin, end);
        elements.erase(elements.begin() + static_cast<std::ptrdiff_t>(begin),
                       elements.begin() + static_cast<std::ptrdiff_t>(end));
        any |= take_if_failing(std::move(candidate));
      }
    }
    return any;
  }

  // First with the time that they took, which the block after them takes over, then without.
  bool drop_blocks() {
    const auto blocks = [](Sequence& sequence) -> std::vector<Block>& { return sequence.blocks; };
    const auto keep_time = [](std::vector<Block>& all, std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end && end < all.size(); ++i) {
        all[end].milliseconds += all[i].milliseconds;
        all[end].idle += all[i].idle;
      }
    };
    const bool any = drop_runs(blocks, keep_time);
    return drop_runs(blocks, [](auto&, std::size_t, std::size_t) {}) || any;
  }

  bool drop_transactions() {
    bool any = false;
    for (std::size_t b = best_.blocks.size(); b-- > 0;) {
      const auto list = [b](Sequence& sequence) -> std::vector<SignedSteps>& {
        return sequence.blocks[b].transactions;
      };
      any |= drop_runs(list, [](auto&, std::size_t, std::size_t) {});
    }
    return any;
  }

  template <class Visit>
  void for_each_step(Visit visit) {
    for (std::size_t b = best_.blocks.size(); b-- > 0;) {
      for (std::size_t t = best_.blocks[b].transactions.size(); t-- > 0;) {
        for (std::size_t s = best_.blocks[b].transactions[t].steps.size(); s-- > 0;) {
          visit(b, t, s);
        }
      }
    }
  }

  bool drop_steps() {
    bool any = false;
    for_each_step([&](std::size_t b, std::size_t t, std::size_t s) {
      Sequence candidate = best_;
      auto& steps = candidate.blocks[b].transactions[t].steps;
      steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(s));
      any |= take_if_failing(std::move(candidate));
    });
    return any;
  }

  bool drop_arguments() {
    bool any = false;
    for_each_step([&](std::size_t b, std::size_t t, std::size_t s) {
      for (std::size_t a = best_.blocks[b].transactions[t].steps[s].arguments.size(); a-- > 0;) {
        Sequence candidate = best_;
        auto& arguments = candidate.blocks[b].transactions[t].steps[s].arguments;
        if (arguments[a].name == "as") continue;  // tells what was made
        arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(a));
        any |= take_if_failing(std::move(candidate));
      }
    });
    return any;
  }

  // Of plain numbers, times, reader keys and the like.
  bool lower_numbers() {
    bool any = false;
    for (std::size_t b = 0; b < best_.blocks.size(); ++b) {
      any |= lower([b](Sequence& sequence) -> auto& { return sequence.blocks[b].milliseconds; });
      any |= drop_idle(b);
    }
    for_each_step([&](std::size_t b, std::size_t t, std::size_t s) {
      const auto arguments = best_.blocks[b].transactions[t].steps[s].arguments;
      for (std::size_t a = 0; a < arguments.size(); ++a) {
        const char letter = arguments[a].value.letter;
        if (std::string_view("nklbt").find(letter) == std::string_view::npos) continue;
        any |= lower([=](Sequence& sequence) -> auto& {
          return sequence.blocks[b].transactions[t].steps[s].arguments[a].value.number;
        });
      }
    });
    return any;
  }

  bool drop_idle(std::size_t b) {
    Sequence candidate = best_;
    candidate.blocks[b].idle = 0;
    if (take_if_failing(std::move(candidate))) return true;
    return lower([b](Sequence& sequence) -> auto& { return sequence.blocks[b].idle; });
  }

  // To the lowest that still fails, as a search by halves finds it.
  template <class Place>
  bool lower(Place place) {
    const std::uint64_t before = place(best_);
    std::uint64_t passes = 0;
    while (place(best_) - passes > 1) {
      const std::uint64_t middle = passes + (place(best_) - passes) / 2;
      Sequence candidate = best_;
      place(candidate) = middle;
      if (!take_if_failing(std::move(candidate))) passes = middle;
    }
    return place(best_) != before;
  }

  Sequence best_;
  std::size_t tries_ = 20'000;  // then what is shortest by then will do
  const std::function<bool(const Sequence&)>& fails_;
};

}  // namespace

Sequence shrink(Sequence sequence, const std::function<bool(const Sequence&)>& fails) {
  return Shrinker(std::move(sequence), fails).run();
}

}  // namespace generion::contract::model
