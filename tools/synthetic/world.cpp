#include "tools/synthetic/world.h"

#include <fmt/format.h>

#include <array>
#include <set>
#include <string_view>

#include "events/base/ensure.h"

namespace synthetic {
namespace {

constexpr std::string_view credit_alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr std::uint32_t employers_per_prefecture_min = 3;

void read_prefectures(World& world) {
    for (const auto& row : embedded("sichuan_prefecture_stats")) {
        Prefecture prefecture;
        prefecture.code = row.at("prefecture_code");
        prefecture.zone = row.at("zone_id");
        prefecture.weight = millionths_of(row.at("generator_weight"));
        if (prefecture.code == "510100") world.trunk = world.prefectures.size();
        if (prefecture.code == "511100") world.leshan = world.prefectures.size();
        world.prefectures.push_back(prefecture);
    }
}

void add_county(World& world, const std::string& code, const std::string& parent, bool hardship) {
    for (std::size_t p = 0; p < world.prefectures.size(); ++p) {
        if (world.prefectures[p].code != parent) continue;
        world.prefectures[p].counties.push_back(static_cast<std::uint16_t>(world.counties.size()));
        world.counties.push_back({code, static_cast<std::uint8_t>(p), hardship});
    }
}

void read_counties(World& world) {
    std::set<std::string, std::less<>> hard;
    for (const auto& row : embedded("hardship_areas_sichuan")) hard.insert(row.at("county_code"));
    for (const auto& row : embedded("divisions_sichuan")) {
        if (row.at("level") != "county") continue;
        add_county(world, row.at("code"), row.at("parent_code"), hard.contains(row.at("code")));
    }
    // Codes that have changed since, so that recast and as-coded-then answers differ.
    add_county(world, "512081", "512000", false);  // Jianyang before it moved to Chengdu
    add_county(world, "510132", "510100", false);  // Xinjin before it became a district
}

std::uint16_t county_in(const World& world, std::size_t prefecture, Chance& chance) {
    const auto& counties = world.prefectures[prefecture].counties;
    return counties[chance.below(counties.size())];
}

void found_employers(World& world, const Parameters& parameters, Chance& chance,
                     std::uint32_t wanted) {
    const auto kinds = parameters.below("employer_kind.");
    const auto least =
        static_cast<std::uint32_t>(world.prefectures.size()) * employers_per_prefecture_min;
    for (std::uint32_t i = 0; i < std::max(wanted, least); ++i) {
        const std::size_t at =
            i < least ? i % world.prefectures.size() : chance.weighted(world.prefecture_weights);
        Employer employer;
        employer.kind =
            static_cast<std::uint8_t>(std::stoi(kinds.names[chance.weighted(kinds.weights)]));
        employer.county[0] = county_in(world, at, chance);
        if (i % 4 == 0) {  // a second site in another prefecture
            employer.sites = 2;
            const auto shift = 1 + chance.below(world.prefectures.size() - 1);
            employer.county[1] = county_in(world, (at + shift) % world.prefectures.size(), chance);
        }
        world.prefectures[at].employers.push_back(i);
        world.employers.push_back(employer);
    }
}

char check_of_org(std::string_view eight) {
    constexpr std::array<int, 8> weights = {3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        const char c = eight[i];
        sum += weights[i] * (c <= '9' ? c - '0' : c - 'A' + 10);
    }
    const int x = 11 - sum % 11;
    return x == 10 ? 'X' : x == 11 ? '0' : static_cast<char>('0' + x);
}

}  // namespace

World::World(const Parameters& parameters, Chance& chance, std::uint32_t employers_wanted) {
    read_prefectures(*this);
    read_counties(*this);
    const auto pull = parameters.millionths("transfer.destination.trunk_factor");
    for (std::size_t p = 0; p < prefectures.size(); ++p) {
        prefecture_weights.push_back(prefectures[p].weight);
        destination_weights.push_back(p == trunk ? prefectures[p].weight * pull / 1'000'000
                                                 : prefectures[p].weight);
    }
    found_employers(*this, parameters, chance, employers_wanted);
}

std::uint32_t World::employer_in(std::size_t prefecture, std::uint32_t besides,
                                 Chance& chance) const {
    const auto& all = prefectures[prefecture].employers;
    ENSURE(all.size() >= 2, "every prefecture has a choice of employers");
    for (;;) {
        const auto at = chance.below(chance.below(all.size()) + 1);
        if (all[at] != besides) return all[at];
        const auto other = all[(at + 1) % all.size()];
        if (other != besides) return other;
    }
}

std::string credit_code(unsigned kind, const std::string& prefecture, std::uint32_t number) {
    std::string tail(4, '0');
    for (std::size_t i = 4; i-- > 0; number /= 31) tail[i] = credit_alphabet[number % 31];
    const std::string organisation = "MTXX" + tail;
    std::string code =
        fmt::format("{:02}{}{}{}", kind, prefecture, organisation, check_of_org(organisation));
    unsigned sum = 0;
    unsigned weight = 1;
    for (const char c : code) {
        sum += static_cast<unsigned>(credit_alphabet.find(c)) * weight;
        weight = weight * 3 % 31;
    }
    return code + credit_alphabet[(31 - sum % 31) % 31];
}

std::string citizen_number(const std::string& prefecture, const std::string& birth_yyyymmdd,
                           unsigned sequence) {
    std::string number = fmt::format("{}{}{:03}", prefecture, birth_yyyymmdd, sequence);
    unsigned sum = 0;
    for (std::size_t i = 0; i < 17; ++i) {
        sum += static_cast<unsigned>(number[i] - '0') * ((1u << (17 - i)) % 11);
    }
    return number + "10X98765432"[sum % 11];
}

}  // namespace synthetic
