// The made-up province: counties with weights, employers with sites.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/synthetic/parameters.h"
#include "tools/synthetic/random.h"

namespace synthetic {

struct County {
    std::string code;
    std::uint8_t prefecture = 0;  ///< index into World::prefectures
    bool hardship = false;
};

struct Prefecture {
    std::string code;
    std::string zone;  ///< of the scheme of 2016
    std::int64_t weight = 0;
    std::vector<std::uint16_t> counties;
    std::vector<std::uint32_t> employers;  ///< whose first site lies here
};

struct Employer {
    std::uint8_t kind = 91;  ///< first two characters of the credit code
    std::uint8_t sites = 1;
    std::uint16_t county[2] = {0, 0};  ///< of its sites

    bool civil() const { return kind == 11; }
    bool public_institution() const { return kind == 12; }
    const char* staffing() const {
        return civil() ? "CIVIL" : public_institution() ? "ESTABLISHMENT" : "CONTRACT";
    }
};

/// Threads: read-only after construction.
struct World {
    World(const Parameters& parameters, Chance& chance, std::uint32_t employers_wanted);

    std::vector<County> counties;
    std::vector<Prefecture> prefectures;
    std::vector<Employer> employers;
    std::vector<std::int64_t> prefecture_weights;
    std::vector<std::int64_t> destination_weights;  ///< with the pull of the trunk
    std::size_t trunk = 0;
    std::size_t leshan = 0;

    const Prefecture& prefecture_of(std::uint32_t employer) const {
        return prefectures[counties[employers[employer].county[0]].prefecture];
    }
    std::size_t prefecture_index(std::uint32_t employer) const {
        return counties[employers[employer].county[0]].prefecture;
    }
    /// Where the site lies now that Jianyang (512081) belongs to the trunk.
    std::size_t prefecture_today(std::uint32_t employer, unsigned site) const {
        const County& county = counties[employers[employer].county[site]];
        return county.code == "512081" ? trunk : county.prefecture;
    }
    const std::string& county_code(std::uint32_t employer, unsigned site) const {
        return counties[employers[employer].county[site]].code;
    }
    /// An employer of the prefecture other than `besides`; small ones are rarer.
    std::uint32_t employer_in(std::size_t prefecture, std::uint32_t besides, Chance& chance) const;
};

/// A unified social credit code with valid check characters (GB 32100, GB 11714).
std::string credit_code(unsigned kind, const std::string& prefecture, std::uint32_t number);
/// A citizen number of an area code that is never issued (GB 11643).
std::string citizen_number(const std::string& prefecture, const std::string& birth_yyyymmdd,
                           unsigned sequence);

}  // namespace synthetic
