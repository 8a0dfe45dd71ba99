#include "tools/synthetic/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <string_view>

#include "events/base/ensure.h"

namespace synthetic {
namespace {

constexpr std::string_view credit_alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr std::int64_t million = 1'000'000;
constexpr std::uint32_t employers_per_prefecture_min = 3;
// `talents_per_employer_median` of the parameters: lognormal, sigma 1.4, capped at 20,000.
constexpr std::int64_t size_median = 1'000, size_least = 100, size_most = 2'000'000;
constexpr int size_sigma = 1'400;
constexpr std::uint32_t size_mean = 27;  // persons: median times e^(sigma^2 / 2)

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

Employer drawn_employer(const World& world, const Weights& kinds, std::size_t at, Chance& chance) {
    Employer employer;
    employer.kind =
        static_cast<std::uint8_t>(std::stoi(kinds.names[chance.weighted(kinds.weights)]));
    employer.county[0] = county_in(world, at, chance);
    employer.size = std::clamp<std::int64_t>(chance.lognormal(size_median, size_sigma), size_least,
                                             size_most);
    return employer;
}

void found_lasting(World& world, const Weights& kinds, Chance& chance) {
    for (std::uint32_t i = 0; i < world.lasting; ++i) {
        const auto all = world.prefectures.size();
        const std::size_t at = i < all * employers_per_prefecture_min
                                   ? i % all
                                   : chance.weighted(world.prefecture_weights);
        Employer employer = drawn_employer(world, kinds, at, chance);
        if (i == 1) employer.kind = 11;  // a civil one among however few
        if (i % 4 == 0) {                // a second site in another prefecture
            employer.sites = 2;
            employer.county[1] = county_in(world, (at + 1 + chance.below(all - 1)) % all, chance);
        }
        world.prefectures[at].known.add(i, employer.size);
        world.prefectures[at].lasting.add(i, employer.size);
        world.employers.push_back(employer);
    }
}

/// Some merge, divide or are dissolved during the years; nobody moves there any more, and the
/// empty ones never had anybody.
void found_ending(World& world, const Weights& kinds, Chance& chance) {
    constexpr Ending endings[] = {Ending::merged, Ending::divided, Ending::succeeded,
                                  Ending::empty};
    const auto wanted = std::max(8u, world.lasting / 25);
    for (std::uint32_t i = 0; i < wanted; ++i) {
        const std::size_t at = chance.weighted(world.prefecture_weights);
        Employer employer = drawn_employer(world, kinds, at, chance);
        employer.ending = endings[i % std::size(endings)];
        if (employer.ending != Ending::empty) {
            world.prefectures[at].known.add(static_cast<std::uint32_t>(world.employers.size()),
                                            employer.size);
        }
        world.employers.push_back(employer);
    }
}



/// From where people move into the trunk: the shares listed, the rest as people live.
void read_origins(World& world, const Parameters& parameters) {
    const auto listed = parameters.below("transfer.into_trunk.origin.");
    std::int64_t rest_share = million, rest_people = 0, others = 0;
    for (const auto share : listed.weights) rest_share -= share;
    std::vector<std::int64_t> share_of(world.prefectures.size(), -1);
    for (std::size_t p = 0; p < world.prefectures.size(); ++p) {
        for (std::size_t i = 0; i < listed.names.size(); ++i) {
            if (listed.names[i] == world.prefectures[p].code) share_of[p] = listed.weights[i];
        }
        if (p == world.trunk) continue;
        if (share_of[p] < 0) rest_people += world.prefecture_weights[p];
        others += world.destination_weights[p];
    }
    const auto pull = world.destination_weights[world.trunk];
    const auto leave = parameters.millionths("transfer.scope.same_zone") +
                       parameters.millionths("transfer.scope.other_zone");
    // Of all moves of those who live elsewhere, and all who live elsewhere.
    const auto into = leave * pull / (pull + others);
    const auto elsewhere = million - world.prefecture_weights[world.trunk];
    for (std::size_t p = 0; p < world.prefectures.size(); ++p) {
        const auto people = std::max<std::int64_t>(1, world.prefecture_weights[p]);
        const auto share = share_of[p] >= 0 ? share_of[p] : rest_share * people / rest_people;
        const auto chance = into * share / people * elsewhere / million;
        world.into_trunk.push_back(p == world.trunk ? 0 : std::min(chance, 9 * million / 10));
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

void Choice::add(std::uint32_t employer, std::int64_t size) {
    employers.push_back(employer);
    sizes.push_back(size + (sizes.empty() ? 0 : sizes.back()));
}

std::uint32_t Choice::draw(Chance& chance) const {
    const auto at =
        static_cast<std::int64_t>(chance.below(static_cast<std::uint64_t>(sizes.back())));
    const auto found = std::upper_bound(sizes.begin(), sizes.end(), at);
    return employers[static_cast<std::size_t>(found - sizes.begin())];
}

World::World(const Parameters& parameters, Chance& chance, std::uint32_t talents) {
    read_prefectures(*this);
    read_counties(*this);
    const auto pull = parameters.millionths("transfer.destination.trunk_factor");
    const auto hard = million - parameters.millionths("transfer.destination.hardship_factor");
    for (std::size_t p = 0; p < prefectures.size(); ++p) {
        const auto& in = prefectures[p].counties;
        const auto hardship = std::count_if(in.begin(), in.end(), [&](std::uint16_t county) {
            return counties[county].hardship;
        });
        const auto factor =
            p == trunk ? pull : million - hard * hardship / static_cast<std::int64_t>(in.size());
        prefecture_weights.push_back(prefectures[p].weight);
        destination_weights.push_back(prefectures[p].weight * factor / million);
    }
    read_origins(*this, parameters);
    lasting = std::max(
        static_cast<std::uint32_t>(prefectures.size()) * employers_per_prefecture_min,
        talents / size_mean);
    const auto kinds = parameters.below("employer_kind.");
    found_lasting(*this, kinds, chance);
    found_ending(*this, kinds, chance);
}

std::uint32_t World::employer_in(std::size_t prefecture, std::uint32_t besides,
                                 Chance& chance) const {
    const Choice& choice = prefectures[prefecture].lasting;
    ENSURE(choice.employers.size() >= 2, "every prefecture has a choice of employers");
    for (int tries = 0; tries < 8; ++tries) {
        if (const auto drawn = choice.draw(chance); drawn != besides) return drawn;
    }
    return choice.employers[choice.employers[0] == besides ? 1 : 0];
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
