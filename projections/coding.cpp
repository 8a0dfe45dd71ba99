#include "projections/coding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>

namespace projections {

namespace {

constexpr Column not_coded = std::numeric_limits<Column>::max();

events::Id id_at(std::string_view place, std::size_t offset) {
    events::Id id;
    std::memcpy(id.bytes.data(), place.data() + offset, 16);
    return id;
}

}  // namespace

base::Result<Coding> Coding::make(const Ask& ask, const Shelves& shelves) {
    Coding out;
    out.ask_ = &ask;
    out.shelves_ = &shelves;
    out.book_ = shelves.reference.at(ask.size);
    if (!ask.scheme.empty()) {
        out.scheme_ = out.book_->scheme(ask.scheme);
        if (out.scheme_ == nullptr) {
            return base::Error{base::Fault::invalid, "E_BAD_PARAMETER",
                               fmt::format("parameter scheme: no scheme \"{:.64}\" is known as of "
                                           "known_at",
                                           ask.scheme)};
        }
    }
    if (!ask.recast) {
        for (const auto& step : out.book_->division_steps()) out.changes_.push_back(step.from);
        if (out.scheme_ == nullptr && ask.by == By::zone) {
            for (const auto* scheme : out.book_->schemes()) {
                out.changes_.push_back(scheme->period.from);
                if (scheme->period.to != events::forever) {
                    out.changes_.push_back(scheme->period.to);
                }
            }
        }
        std::sort(out.changes_.begin(), out.changes_.end());
        out.changes_.erase(std::unique(out.changes_.begin(), out.changes_.end()),
                           out.changes_.end());
    }
    out.by_region_.resize(out.changes_.size() + 1);
    out.by_place_.resize(out.changes_.size() + 1);
    return out;
}

Column Coding::of_region(std::string_view region, events::Date day) {
    auto& known = by_region_[epoch(day)];
    const auto [entry, is_new] = known.emplace(std::string(region), not_coded);
    if (is_new) entry->second = code(region, day);
    return entry->second;
}

Column Coding::of_place(Word place, events::Date day) {
    auto& known = by_place_[epoch(day)];
    if (place >= known.size()) known.resize(shelves_->words.places.size(), not_coded);
    if (known[place] == not_coded) known[place] = of_region(region_of(place), day);
    return known[place];
}

std::vector<events::Date> Coding::changes_in(const events::Period& range) const {
    std::vector<events::Date> out;
    for (events::Date day : changes_) {
        if (range.from < day && day < range.to) out.push_back(day);
    }
    return out;
}

std::string Coding::scheme_name(events::Date day) const {
    if (scheme_ != nullptr) return scheme_->name;
    const auto* scheme = book_->scheme_on(ask_->recast ? ask_->effective_at : day);
    return scheme != nullptr ? scheme->name : "";
}

EmployerBook::Version Coding::employer(Word place) const {
    if (place == 0) return nullptr;
    return shelves_->employers.at(id_at(shelves_->words.places.text(place), 0), ask_->size);
}

events::schema::Ownership Coding::ownership(Word place, events::Date day) const {
    const auto known = employer(place);
    const auto* particulars = known ? known->particulars_on(day) : nullptr;
    return particulars != nullptr ? particulars->ownership : events::schema::Ownership{};
}

std::string Coding::section(Word place, events::Date day) const {
    const auto known = employer(place);
    const auto* particulars = known ? known->particulars_on(day) : nullptr;
    return particulars != nullptr ? particulars->section : "";
}

Column Coding::column(std::string name, bool counts) {
    const auto [entry, is_new] = by_name_.emplace(std::move(name), static_cast<Column>(columns()));
    if (is_new) {
        names_.push_back(entry->first);
        counts_.push_back(counts);
    }
    return entry->second;
}

Column Coding::code(std::string_view region, events::Date day) {
    if (region.empty() || region == "UNK") return column("UNK", false);
    const events::Date coded_on = ask_->recast ? ask_->effective_at : day;
    if (book_->is_external(region)) {
        return column(ask_->by == By::region ? std::string(region) : "EXT", false);
    }
    if (ask_->by == By::region) return column(book_->division_on(region, coded_on), true);
    if (ask_->by == By::prefecture) return column(book_->prefecture_on(region, coded_on), true);
    const auto* scheme = scheme_ != nullptr ? scheme_ : book_->scheme_on(coded_on);
    if (scheme == nullptr) return column("UNK", false);
    const std::string zone = book_->zone_on(region, coded_on, *scheme);
    return column(zone, zone != "UNK" && zone != "EXT");
}

std::size_t Coding::epoch(events::Date day) const {
    const auto after = std::upper_bound(changes_.begin(), changes_.end(), day);
    return static_cast<std::size_t>(after - changes_.begin());
}

std::string_view Coding::region_of(Word place) const {
    const auto known = employer(place);
    if (!known) return "UNK";
    const auto* site = known->site(id_at(shelves_->words.places.text(place), 16));
    // The employer's version stays in the book as long as the book lives.
    return site != nullptr ? std::string_view(site->region) : "UNK";
}

}  // namespace projections
