#include "projections/employer_book.h"

#include <algorithm>
#include <mutex>
#include <set>

namespace projections {

namespace {

/// Writes numbers in decimal and texts with their length: small, and easy to read in a dump.
class Writer {
public:
    void number(std::int64_t value) { out += std::to_string(value) + ' '; }
    void text(std::string_view value) {
        number(static_cast<std::int64_t>(value.size()));
        out += value;
    }
    void id(const events::Id& value) {
        out.append(reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size());
    }
    std::string out;
};

class BookReader {
public:
    explicit BookReader(std::string_view bytes) : rest_(bytes) {}

    std::int64_t number() {
        std::int64_t value = 0;
        bool negative = false;
        std::size_t i = 0;
        for (; i < rest_.size() && rest_[i] != ' '; ++i) {
            if (rest_[i] == '-') {
                negative = true;
            } else {
                value = value * 10 + (rest_[i] - '0');
            }
        }
        good_ = good_ && i < rest_.size();
        rest_.remove_prefix(std::min(rest_.size(), i + 1));
        return negative ? -value : value;
    }
    std::string text() { return take(static_cast<std::size_t>(number())); }
    events::Id id() {
        const std::string bytes = take(16);
        events::Id out;
        if (bytes.size() == 16) std::copy(bytes.begin(), bytes.end(), out.bytes.begin());
        return out;
    }
    events::Date date() { return {static_cast<std::int32_t>(number())}; }
    events::Position position() { return {static_cast<std::uint64_t>(number())}; }
    bool good() const { return good_; }

private:
    std::string take(std::size_t size) {
        good_ = good_ && size <= rest_.size();
        if (!good_) return {};
        std::string out(rest_.substr(0, size));
        rest_.remove_prefix(size);
        return out;
    }

    std::string_view rest_;
    bool good_ = true;
};

void write(Writer& out, const events::EmployerParticulars& particulars) {
    out.number(particulars.from.days);
    out.number(static_cast<std::int64_t>(particulars.position.value));
    out.number(static_cast<int>(particulars.ownership));
    for (const auto* text : {&particulars.name, &particulars.section, &particulars.division,
                             &particulars.subordination, &particulars.region}) {
        out.text(*text);
    }
    out.number(static_cast<std::int64_t>(particulars.given));
    out.number(particulars.parent ? 1 : 0);
    if (particulars.parent) out.id(*particulars.parent);
}

events::EmployerParticulars read_particulars(BookReader& in) {
    events::EmployerParticulars out;
    out.from = in.date();
    out.position = in.position();
    out.ownership = static_cast<events::schema::Ownership>(in.number());
    for (auto* text : {&out.name, &out.section, &out.division, &out.subordination, &out.region}) {
        *text = in.text();
    }
    out.given = static_cast<std::uint32_t>(in.number());
    if (in.number() != 0) out.parent = in.id();
    return out;
}

void write(Writer& out, const events::Site& site) {
    out.id(site.id);
    out.number(static_cast<std::int64_t>(site.opened.position.value));
    out.id(site.opened.event);
    out.text(site.region);
    out.number(static_cast<int>(site.function));
    out.number(site.period.from.days);
    out.number(site.period.to.days);
}

events::Site read_site(BookReader& in) {
    events::Site out;
    out.id = in.id();
    out.opened.position = in.position();
    out.opened.event = in.id();
    out.region = in.text();
    out.function = static_cast<events::schema::SiteFunction>(in.number());
    out.period.from = in.date();
    out.period.to = in.date();
    return out;
}

}  // namespace

EmployerBook::Version EmployerBook::at(const events::Id& employer, std::uint64_t size) const {
    const std::shared_lock lock(mutex_);
    const auto found = versions_.find(employer);
    return found == versions_.end() ? nullptr : newest(found->second, size);
}

std::vector<events::Id> EmployerBook::merged_into(const events::Id& successor, events::Date day,
                                                  std::uint64_t size) const {
    const std::shared_lock lock(mutex_);
    std::multimap<events::Id, events::Id> predecessors;
    for (const auto& [id, versions] : versions_) {
        const Version employer = newest(versions, size);
        if (!employer || employer->end != events::Employer::End::merged) continue;
        if (!employer->ended_on || day < *employer->ended_on) continue;
        for (const auto& to : employer->successors) predecessors.emplace(to, id);
    }
    std::set<events::Id> found;
    std::vector<events::Id> next = {successor};
    while (!next.empty()) {
        const auto [from, to] = predecessors.equal_range(next.back());
        next.pop_back();
        for (auto at = from; at != to; ++at) {
            if (found.insert(at->second).second) next.push_back(at->second);
        }
    }
    found.erase(successor);
    return {found.begin(), found.end()};
}

void EmployerBook::add(std::uint64_t size, Version version) {
    const std::unique_lock lock(mutex_);
    auto& versions = versions_[version->id];
    if (!versions.empty() && versions.back().size == size) versions.pop_back();
    versions.push_back({size, std::move(version)});
}

void EmployerBook::clear() {
    const std::unique_lock lock(mutex_);
    versions_.clear();
}

EmployerBook::Version EmployerBook::newest(const std::vector<Dated>& versions,
                                           std::uint64_t size) const {
    const auto after = std::upper_bound(versions.begin(), versions.end(), size,
                                        [](std::uint64_t s, const Dated& v) { return s < v.size; });
    return after == versions.begin() ? nullptr : std::prev(after)->employer;
}

std::string pack(const events::Employer& employer) {
    Writer out;
    out.id(employer.id);
    out.number(employer.registered ? 1 : 0);
    out.number(static_cast<std::int64_t>(employer.registration.position.value));
    out.id(employer.registration.event);
    out.text(employer.uscc);
    out.number(static_cast<int>(employer.end));
    out.number(employer.ended_on ? 1 : 0);
    if (employer.ended_on) out.number(employer.ended_on->days);
    out.number(static_cast<std::int64_t>(employer.last.value));
    out.number(static_cast<std::int64_t>(employer.successors.size()));
    for (const auto& successor : employer.successors) out.id(successor);
    out.number(static_cast<std::int64_t>(employer.particulars.size()));
    for (const auto& particulars : employer.particulars) write(out, particulars);
    out.number(static_cast<std::int64_t>(employer.sites.size()));
    for (const auto& site : employer.sites) write(out, site);
    return std::move(out.out);
}

std::optional<events::Employer> unpack_employer(std::string_view bytes) {
    BookReader in(bytes);
    events::Employer out;
    out.id = in.id();
    out.registered = in.number() != 0;
    out.registration.position = in.position();
    out.registration.event = in.id();
    out.uscc = in.text();
    out.end = static_cast<events::Employer::End>(in.number());
    if (in.number() != 0) out.ended_on = in.date();
    out.last = in.position();
    for (std::int64_t left = in.number(); left > 0 && in.good(); --left) {
        out.successors.push_back(in.id());
    }
    for (std::int64_t left = in.number(); left > 0 && in.good(); --left) {
        out.particulars.push_back(read_particulars(in));
    }
    for (std::int64_t left = in.number(); left > 0 && in.good(); --left) {
        out.sites.push_back(read_site(in));
    }
    if (!in.good()) return std::nullopt;
    return out;
}

}  // namespace projections
