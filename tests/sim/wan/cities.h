// Where validators stand, and how long light needs between them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace generion::sim {

struct City {
  std::string_view name;
  double latitude = 0;  // degrees, north and east positive
  double longitude = 0;
};

// In the order in which validators are placed; more validators than cities: from the beginning.
// Coordinates to a tenth of a degree, as any atlas has them.
inline constexpr auto kCities = std::to_array<City>({
    {"Frankfurt", 50.1, 8.7},      {"New York", 40.7, -74.0},    {"Singapore", 1.4, 103.8},
    {"Sao Paulo", -23.6, -46.6},   {"London", 51.5, -0.1},       {"San Francisco", 37.8, -122.4},
    {"Tokyo", 35.7, 139.7},        {"Sydney", -33.9, 151.2},     {"Mumbai", 19.1, 72.9},
    {"Johannesburg", -26.2, 28.0}, {"Toronto", 43.7, -79.4},     {"Stockholm", 59.3, 18.1},
    {"Madrid", 40.4, -3.7},        {"Seoul", 37.6, 127.0},       {"Chicago", 41.9, -87.6},
    {"Dubai", 25.2, 55.3},         {"Paris", 48.9, 2.4},         {"Hong Kong", 22.3, 114.2},
    {"Dallas", 32.8, -96.8},       {"Warsaw", 52.2, 21.0},       {"Santiago", -33.4, -70.7},
    {"Nairobi", -1.3, 36.8},       {"Mexico City", 19.4, -99.1}, {"Milan", 45.5, 9.2},
    {"Melbourne", -37.8, 145.0},   {"Seattle", 47.6, -122.3},    {"Istanbul", 41.0, 29.0},
    {"Lagos", 6.5, 3.4},           {"Jakarta", -6.2, 106.8},     {"Atlanta", 33.7, -84.4},
});

const City& city_of(std::size_t validator);

// One way, in microseconds: the great circle, half as long again for the way that cables take, at
// 200 km a millisecond in fibre, and 0.5 ms for equipment at both ends.
std::uint64_t one_way_us(const City& from, const City& to);

}  // namespace generion::sim
