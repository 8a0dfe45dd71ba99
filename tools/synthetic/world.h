// The made-up province: counties with weights, employers with sites.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "events/dates.h"
#include "tools/synthetic/parameters.h"
#include "tools/synthetic/random.h"

namespace synthetic {

struct County {
    std::string code;
    std::uint8_t prefecture = 0;  ///< index into World::prefectures
    bool hardship = false;
};

/// Employers to choose from, each as likely as it is large.
struct Choice {
    std::vector<std::uint32_t> employers;
    std::vector<std::int64_t> sizes;  ///< summed up to and with each

    void add(std::uint32_t employer, std::int64_t size);
    std::uint32_t draw(Chance& chance) const;
};

struct Prefecture {
    std::string code;
    std::string zone;  ///< of the scheme of 2016
    std::int64_t weight = 0;
    std::vector<std::uint16_t> counties;
    Choice known;    ///< at the first load, those included that end during the years
    Choice lasting;  ///< the others: where people move to, and hosts
};

/// What becomes of an employer during the years.
enum class Ending : std::uint8_t { none, merged, divided, succeeded, empty };

struct Employer {
    std::uint8_t kind = 91;  ///< first two characters of the credit code
    std::uint8_t sites = 1;
    std::uint16_t county[2] = {0, 0};  ///< of its sites
    std::int64_t size = 0;             ///< in hundredths of a person; only a weight
    Ending ending = Ending::none;
    bool ended = false;

    bool civil() const { return kind == 11; }
    bool public_institution() const { return kind == 12; }
    bool public_posts() const { return civil() || public_institution(); }
    const char* staffing() const {
        return civil() ? "CIVIL" : public_institution() ? "ESTABLISHMENT" : "CONTRACT";
    }
};

/// Threads: read-only after construction, but for `Employer::ended`.
struct World {
    World(const Parameters& parameters, Chance& chance, std::uint32_t talents);

    std::vector<County> counties;
    std::vector<Prefecture> prefectures;
    std::vector<Employer> employers;
    std::uint32_t lasting = 0;  ///< employers up to this index do not end
    std::vector<std::int64_t> prefecture_weights;
    std::vector<std::int64_t> destination_weights;  ///< with the pull of the trunk
    /// Of all moves between employers by people of a prefecture, those into the trunk, in
    /// millionths: together they give the shares `transfer.into_trunk.origin`.
    std::vector<std::int64_t> into_trunk;
    std::size_t trunk = 0;
    std::size_t leshan = 0;

    std::size_t prefecture_index(std::uint32_t employer) const {
        return counties[employers[employer].county[0]].prefecture;
    }
    const Prefecture& prefecture_of(std::uint32_t employer) const {
        return prefectures[prefecture_index(employer)];
    }
    /// Where the site lies now that Jianyang (512081) belongs to the trunk.
    std::size_t prefecture_today(std::uint32_t employer, unsigned site) const {
        const County& county = counties[employers[employer].county[site]];
        return county.code == "512081" ? trunk : county.prefecture;
    }
    const County& county_of(std::uint32_t employer, unsigned site) const {
        return counties[employers[employer].county[site]];
    }
    /// A lasting employer of the prefecture other than `besides`; large ones are likelier.
    std::uint32_t employer_in(std::size_t prefecture, std::uint32_t besides, Chance& chance) const;
    /// The `number`th lasting employer for which `fits`, going round; any if there is none.
    template <class Fits>
    std::uint32_t employer_where(std::uint32_t number, Fits fits) const {
        std::vector<std::uint32_t> found;
        for (std::uint32_t i = 0; i < lasting; ++i) {
            if (fits(i)) found.push_back(i);
        }
        return found.empty() ? number % lasting : found[number % found.size()];
    }
};

/// A unified social credit code with valid check characters (GB 32100, GB 11714).
std::string credit_code(unsigned kind, const std::string& prefecture, std::uint32_t number);
/// A citizen number of an area code that is never issued (GB 11643).
std::string citizen_number(const std::string& prefecture, const std::string& birth_yyyymmdd,
                           unsigned sequence);

}  // namespace synthetic
