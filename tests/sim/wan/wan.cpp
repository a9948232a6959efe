#include "wan/wan.h"

#include <algorithm>

#include "signatures.h"
#include "wan/cities.h"
#include "wan/wan_machine.h"

namespace generion::sim {
namespace {

constexpr std::uint64_t kBundleUs = 10'000;

void place(WanNetwork& network) {
  const std::size_t count = network.settings.validators;
  for (std::size_t i = 0; i < count; ++i) {
    network.members.set.keys.push_back(
        *PublicKey::from(crypto::blake2b256({"validator", std::to_string(i)}).view()));
  }
  std::sort(network.members.set.keys.begin(), network.members.set.keys.end());
  network.delays_us.assign(count, std::vector<std::uint64_t>(count));
  for (std::size_t from = 0; from < count; ++from) {
    for (std::size_t to = 0; to < count; ++to) {
      network.delays_us[from][to] = one_way_us(city_of(from), city_of(to));
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    network.machines.push_back(std::make_unique<WanMachine>(network, i));
  }
}

// Clients send evenly; each validator passes on what came in 10 ms.
void feed(WanNetwork& network, std::size_t validator, double owed, std::uint64_t end_us) {
  const std::uint64_t now = network.events.now();
  if (now >= end_us) return;
  const double share = network.settings.load / static_cast<double>(network.settings.validators);
  owed += share * static_cast<double>(kBundleUs) / 1e6;
  const auto count = static_cast<std::size_t>(owed);
  if (count > 0) {
    Bundle bundle{validator, now - std::min(now, kBundleUs / 2), {}};
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t words[] = {network.bundles.size(), i, 0, 0};
      bundle.ids.push_back(
          *TxId::from(ByteView(reinterpret_cast<const char*>(words), sizeof words)));
    }
    network.bundles.push_back(std::move(bundle));
    network.machines[validator]->take_from_clients(network.bundles.size() - 1);
  }
  network.events.after(kBundleUs, [&network, validator, left = owed - static_cast<double>(count),
                                   end_us] { feed(network, validator, left, end_us); });
}

void run_until(WanNetwork& network, std::uint64_t at_us) {
  while (!network.events.empty() && network.events.next() <= at_us) network.events.run_next();
  network.events.skip_to(at_us);
}

double percentile(std::vector<double> values, double part) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(static_cast<double>(values.size() - 1) * part);
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

}  // namespace

WanResult run_wan(const WanSettings& settings) {
  WanNetwork network;
  network.settings = settings;
  network.random = Random(settings.seed);
  place(network);
  const std::uint64_t begin = settings.warm_up_ms * 1'000;
  const std::uint64_t end = begin + settings.measured_ms * 1'000;
  for (const auto& machine : network.machines) machine->start();
  for (std::size_t i = 0; i < settings.validators; ++i) {
    const double owed = static_cast<double>(network.random.below(1'000)) / 1'000;
    network.events.after(network.random.below(kBundleUs),
                         [&network, i, owed, end] { feed(network, i, owed, end); });
  }
  run_until(network, begin);
  network.is_measuring = true;
  const WanMachine& first = *network.machines[0];
  const std::uint64_t executed = first.executed();
  const std::uint64_t height = first.status().executed.value();
  std::vector<double> bytes, cpu;
  for (const auto& machine : network.machines) {
    bytes.push_back(machine->sent_bytes());
    cpu.push_back(machine->cpu_us());
  }
  run_until(network, end);
  const double seconds = static_cast<double>(settings.measured_ms) / 1'000;
  WanResult out;
  out.executed = static_cast<double>(first.executed() - executed) / seconds;
  out.blocks = static_cast<double>(first.status().executed.value() - height) / seconds;
  out.p50_ms = percentile(network.latencies_ms, 0.5);
  out.p99_ms = percentile(network.latencies_ms, 0.99);
  std::uint64_t sent = 0;
  for (const Bundle& bundle : network.bundles) sent += bundle.ids.size();
  out.waiting = sent - first.executed();
  for (std::size_t i = 0; i < network.machines.size(); ++i) {
    const WanMachine& machine = *network.machines[i];
    out.uplink_mbit =
        std::max(out.uplink_mbit, (machine.sent_bytes() - bytes[i]) * 8 / 1e6 / seconds);
    out.cpu_cores = std::max(out.cpu_cores, (machine.cpu_us() - cpu[i]) / 1e6 / seconds);
    out.view = std::max(out.view, machine.status().view.value());
  }
  return out;
}

std::uint64_t quorum_delay_us(std::size_t validators) {
  std::uint64_t best = ~std::uint64_t{0};
  for (std::size_t to = 0; to < validators; ++to) {
    std::vector<std::uint64_t> delays;
    for (std::size_t from = 0; from < validators; ++from) {
      delays.push_back(from == to ? 0 : one_way_us(city_of(from), city_of(to)));
    }
    std::sort(delays.begin(), delays.end());
    best = std::min(best, delays[quorum_size(validators) - 1]);
  }
  return best;
}

}  // namespace generion::sim
