#include "projections/home_line.h"

#include <algorithm>
#include <tuple>

namespace projections {

namespace {

void add_sites(const events::Affiliation& home, const events::Period& period,
               std::vector<HomePiece>& out) {
    const auto& sites = home.sites;
    for (std::size_t i = 0; i < sites.size(); ++i) {
        events::Period stay = period;
        if (i > 0) stay.from = std::max(stay.from, sites[i].from);
        if (i + 1 < sites.size()) stay.to = std::min(stay.to, sites[i + 1].from);
        if (stay.empty()) continue;
        const bool goes_on = !out.empty() && out.back().home == &home &&
                             out.back().site == sites[i].site && out.back().period.to == stay.from;
        if (goes_on) {
            out.back().period.to = stay.to;
        } else {
            out.push_back({stay, &home, sites[i].site});
        }
    }
}

}  // namespace

std::vector<HomePiece> home_line(const events::Person& person) {
    std::vector<const events::Affiliation*> homes;
    for (const auto& affiliation : person.affiliations) {
        if (affiliation.is_home() && !affiliation.period.empty()) homes.push_back(&affiliation);
    }
    if (homes.size() > 1) {
        std::sort(homes.begin(), homes.end(), [](const auto* a, const auto* b) {
            return std::tuple(a->period.from, a->opened.position) <
                   std::tuple(b->period.from, b->opened.position);
        });
    }
    std::vector<HomePiece> line;
    line.reserve(homes.size());
    for (std::size_t i = 0; i < homes.size(); ++i) {
        events::Period period = homes[i]->period;
        if (i + 1 < homes.size()) period.to = std::min(period.to, homes[i + 1]->period.from);
        add_sites(*homes[i], period, line);
    }
    return line;
}

const HomePiece* piece_on(const std::vector<HomePiece>& line, events::Date day) {
    for (const HomePiece& piece : line) {
        if (piece.period.contains(day)) return &piece;
    }
    return nullptr;
}

}  // namespace projections
