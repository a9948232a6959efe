#include "wan/wan_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace generion::sim {
namespace {

constexpr double kSaturated = 0.85;  // of the load; less is executed: it is too much
constexpr auto kLoads = std::to_array<double>({100, 1'000, 2'000, 5'000, 10'000, 20'000, 40'000});
constexpr double kWidth = 720, kHeight = 400, kLeft = 70, kRight = 110, kTop = 20, kBottom = 50;
constexpr auto kColours =
    std::to_array<const char*>({"#1b6ca8", "#c1440e", "#2e7d32", "#7b1fa2", "#8d6e00", "#455a64"});

// From 100 to 100,000 a second, in powers of ten.
double across(double executed) {
  const double part = (std::log10(std::max(executed, 100.0)) - 2) / 3;
  return kLeft + part * (kWidth - kLeft - kRight);
}

double upright(double latency_ms, double highest_ms) {
  return kHeight - kBottom - latency_ms / highest_ms * (kHeight - kTop - kBottom);
}

std::string text_at(double x, double y, const std::string& anchor, const std::string& text) {
  return fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor,
                     text);
}

std::string axes(double highest_ms) {
  std::string out;
  const auto line = [&out](double x1, double y1, double x2, double y2) {
    out += fmt::format(
        "<line x1=\"{:.0f}\" y1=\"{:.0f}\" x2=\"{:.0f}\" y2=\"{:.0f}\" stroke=\"#ccc\"/>\n", x1, y1,
        x2, y2);
  };
  for (const double tick : {100.0, 1'000.0, 10'000.0, 100'000.0}) {
    line(across(tick), kTop, across(tick), kHeight - kBottom);
    out += text_at(across(tick), kHeight - kBottom + 18, "middle", fmt::format("{:.0f}", tick));
  }
  for (double tick = 0; tick <= highest_ms; tick += highest_ms / 4) {
    line(kLeft, upright(tick, highest_ms), kWidth - kRight, upright(tick, highest_ms));
    out += text_at(kLeft - 8, upright(tick, highest_ms) + 4, "end", fmt::format("{:.0f}", tick));
  }
  out += text_at((kLeft + kWidth - kRight) / 2, kHeight - 10, "middle",
                 "transactions executed a second");
  return out + text_at(kLeft - 50, kTop - 6, "start", "median latency, ms");
}

}  // namespace

std::vector<WanRow> measure_wan(std::size_t validators, std::uint64_t seed,
                                const std::function<void(const WanRow&)>& on_row) {
  std::vector<WanRow> out;
  for (const double load : kLoads) {
    WanSettings settings;
    settings.validators = validators;
    settings.seed = seed;
    settings.load = load;
    out.push_back({validators, load, run_wan(settings)});
    on_row(out.back());
    if (out.back().result.executed < kSaturated * load) break;
  }
  return out;
}

std::string table_head() {
  return "| validators | offered a second | executed a second | blocks a second | p50 | p99 | "
         "busiest "
         "uplink | its cores at work | views left |\n| --- | --- | --- | --- | --- | --- | --- | "
         "--- "
         "| --- |\n";
}

std::string as_table_row(const WanRow& row) {
  const WanResult& seen = row.result;
  return fmt::format(
      "| {} | {:.0f} | {:.0f} | {:.1f} | {:.0f} ms | {:.0f} ms | {:.1f} Mbit/s | {:.2f} | {} |\n",
      row.validators, row.load, seen.executed, seen.blocks, seen.p50_ms, seen.p99_ms,
      seen.uplink_mbit, seen.cpu_cores, seen.view);
}

std::string as_svg(const std::vector<WanRow>& rows) {
  std::map<std::size_t, std::string> lines;
  double highest_ms = 400;
  for (const WanRow& row : rows) {
    // Rows beyond saturation say how long the model ran, not how long a client waits.
    if (row.result.executed < kSaturated * row.load) continue;
    highest_ms = std::max(highest_ms, std::ceil(row.result.p50_ms / 400) * 400);
  }
  std::map<std::size_t, std::pair<double, double>> ends;
  for (const WanRow& row : rows) {
    if (row.result.executed < kSaturated * row.load) continue;
    const double x = across(row.result.executed);
    const double y = upright(row.result.p50_ms, highest_ms);
    lines[row.validators] += fmt::format("{:.1f},{:.1f} ", x, y);
    ends[row.validators] = {x, y};
  }
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\" "
      "font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" "
      "fill=\"white\"/>\n",
      kWidth, kHeight);
  out += axes(highest_ms);
  std::size_t colour = 0;
  for (const auto& [validators, points] : lines) {
    out += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>\n",
                       points, kColours[colour++ % kColours.size()]);
    const auto& [x, y] = ends.at(validators);
    out += text_at(x + 6, y + 4, "start", fmt::format("{} validators", validators));
  }
  return out + "</svg>\n";
}

}  // namespace generion::sim
