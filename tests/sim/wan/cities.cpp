#include "wan/cities.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace generion::sim {

const City& city_of(std::size_t validator) {
  return kCities[validator % kCities.size()];
}

std::uint64_t one_way_us(const City& from, const City& to) {
  constexpr double kEarthRadiusKm = 6371;
  constexpr double kDetour = 1.5;
  constexpr double kKmPerUs = 0.2;
  constexpr double kEquipmentUs = 500;
  const auto radians = [](double degrees) { return degrees * std::numbers::pi / 180; };
  const double a = radians(from.latitude);
  const double b = radians(to.latitude);
  const double cosine =
      std::sin(a) * std::sin(b) +
      std::cos(a) * std::cos(b) * std::cos(radians(to.longitude - from.longitude));
  const double km = kEarthRadiusKm * std::acos(std::clamp(cosine, -1.0, 1.0));
  return static_cast<std::uint64_t>(kEquipmentUs + km * kDetour / kKmPerUs);
}

}  // namespace generion::sim
