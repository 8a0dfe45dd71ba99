#include "tests/acceptance/naive.h"

#include <algorithm>

namespace naive {

namespace fb = events::schema;
using fb::Payload;

namespace {

Date date_of(const fb::Date* date, Date otherwise) {
    return date == nullptr ? otherwise : Date{date->days()};
}

/// Months by hand: the first day of the month that follows.
Date next_month(Date first) {
    Date day = first + 28;
    while (day.day() != 1) day = day + 1;
    return day;
}

}  // namespace

Model::Model(const std::vector<std::string>& log, std::size_t known) {
    read(log, known);
    judge();
    merge_records();
    collect_reference();
    collect_people();
}

void Model::read(const std::vector<std::string>& log, std::size_t known) {
    for (std::size_t i = 0; i < known && i < log.size(); ++i) {
        Known one;
        one.event = fb::GetEvent(log[i].data());
        one.type = one.event->payload_type();
        one.payload = one.event->payload();
        one.from = Date{one.event->effective_from()->days()};
        one.to = date_of(one.event->effective_to(), events::forever);
        events_.push_back(one);
    }
}

/// Approvals first, then corrections: of those aimed at one event the one approved last wins.
void Model::judge() {
    std::map<Id, std::pair<bool, std::uint64_t>> verdicts;
    for (const auto& one : events_) {
        const fb::Id* command = nullptr;
        if (one.type == Payload::ActionApproved) command = one.as<fb::ActionApproved>().command();
        if (one.type == Payload::ActionRejected) command = one.as<fb::ActionRejected>().command();
        if (command != nullptr) {
            verdicts.emplace(Id::of(*command),
                             std::pair(one.type == Payload::ActionApproved, one.position()));
        }
    }
    for (auto& one : events_) {
        since_[one.position()] = one.position();
        one.counts = true;
        if (!one.event->proposed()) continue;
        const auto verdict = verdicts.find(Id::of(*one.event->command_id()));
        one.counts = verdict != verdicts.end() && verdict->second.first;
        if (one.counts) since_[one.position()] = verdict->second.second;
    }
    std::vector<int> state(events_.size(), 0);
    for (std::size_t i = events_.size(); i-- > 0;) settle(i, state);
}

/// Corrections come after what they correct, so those of an event are settled before it when the
/// log is walked backwards.
void Model::settle(std::size_t index, std::vector<int>& state) {
    Known& one = events_[index];
    if (state[index] != 0 && one.counts) {
        const Known& by = events_[static_cast<std::size_t>(state[index])];
        if (by.type == Payload::EventRetracted) {
            one.counts = false;
        } else {
            const auto& change = by.as<fb::EventCorrected>();
            if (change.replacement() != nullptr) one.payload = change.replacement();
            if (change.dates() != nullptr) {
                one.from = date_of(change.dates()->from(), one.from);
                one.to = date_of(change.dates()->to(), events::forever);
            }
        }
    }
    const fb::EventRef* target = nullptr;
    if (one.type == Payload::EventCorrected) target = one.as<fb::EventCorrected>().target();
    if (one.type == Payload::EventRetracted) target = one.as<fb::EventRetracted>().target();
    if (target == nullptr || !one.counts) return;
    int& winner = state[target->position()];
    if (winner == 0 ||
        since_[events_[static_cast<std::size_t>(winner)].position()] < since_[one.position()]) {
        winner = static_cast<int>(index);
    }
}

Id Model::root(Id talent) const {
    for (auto next = absorbed_into_.find(talent); next != absorbed_into_.end();
         next = absorbed_into_.find(talent)) {
        talent = next->second;
    }
    return talent;
}

void Model::merge_records() {
    std::set<std::uint64_t> undone;
    for (const auto& one : events_) {
        if (one.type == Payload::TalentRecordsSplit && one.counts) {
            undone.insert(one.as<fb::TalentRecordsSplit>().merge()->position());
        }
    }
    for (const auto& one : events_) {
        if (one.type != Payload::TalentRecordsMerged || !one.counts) continue;
        if (undone.contains(one.position())) continue;
        const Id survivor = Id::of(one.event->streams()->Get(0)->id());
        for (const auto* absorbed : *one.as<fb::TalentRecordsMerged>().absorbed()) {
            absorbed_into_[Id::of(*absorbed)] = survivor;
        }
    }
}

void Model::collect_reference() {
    for (const auto& one : events_) {
        if (!one.counts) continue;
        if (one.type == Payload::SiteOpened) {
            const auto& opened = one.as<fb::SiteOpened>();
            site_region_[Id::of(*opened.site())] = opened.region()->str();
        } else if (one.type == Payload::ZoneSchemeActivated) {
            const auto& scheme = one.as<fb::ZoneSchemeActivated>();
            Scheme made{scheme.scheme()->str(), one.from, one.to, {}};
            for (const auto* member : *scheme.members()) {
                made.zone_of[member->prefecture()->str()] = member->zone()->str();
            }
            schemes_.push_back(made);
        } else if (one.type == Payload::DivisionChanged) {
            for (const auto* change : *one.as<fb::DivisionChanged>().changes()) {
                if (change->old_code() == nullptr || change->new_code() == nullptr) continue;
                steps_.push_back({one.from, change->old_code()->str(), change->new_code()->str()});
            }
        }
    }
}

void Model::collect_people() {
    std::map<Id, std::vector<const Known*>> of_person;
    for (const auto& one : events_) {
        if (!one.counts) continue;
        for (const auto* stream : *one.event->streams()) {
            if (stream->kind() != fb::StreamKind::talent) continue;
            of_person[root(Id::of(stream->id()))].push_back(&one);
            break;
        }
    }
    for (const auto& [talent, events] : of_person) {
        Person& person = people_[talent];
        for (const Known* one : events) {
            // Who a person is comes from the surviving record alone.
            if (Id::of(one->event->streams()->Get(0)->id()) != talent) continue;
            const flatbuffers::String* residence = nullptr;
            if (one->type == Payload::TalentRegistered) {
                residence = one->as<fb::TalentRegistered>().residence();
            }
            if (one->type == Payload::TalentAmended) {
                residence = one->as<fb::TalentAmended>().residence();
            }
            if (residence != nullptr) person.residences.emplace_back(one->from, residence->str());
        }
        std::stable_sort(person.residences.begin(), person.residences.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        collect_homes(talent, events);
        collect_services(talent, events);
    }
}

void Model::collect_homes(const Id& talent, const std::vector<const Known*>& events) {
    struct Home {
        Date from, to;
        std::uint64_t start;
        std::vector<std::pair<Date, Id>> sites;
    };
    Person& person = people_[talent];
    std::vector<Home> homes;
    for (const Known* one : events) {
        if (one->type == Payload::AffiliationStarted) {
            const auto& started = one->as<fb::AffiliationStarted>();
            if (started.kind() != fb::AffiliationKind::FULL_TIME_HOME) continue;
            homes.push_back({one->from, events::forever, one->position(),
                             {{one->from, Id::of(*started.site())}}});
        } else if (one->type == Payload::TransferEffected) {
            person.by_transfer.insert(
                one->as<fb::TransferEffected>().new_affiliation()->position());
        } else if (one->type == Payload::ArrivalRecorded) {
            person.crossings.push_back(
                {one->from, true, one->as<fb::ArrivalRecorded>().external_region()->str()});
        } else if (one->type == Payload::DepartureRecorded) {
            person.crossings.push_back(
                {one->from, false, one->as<fb::DepartureRecorded>().external_region()->str()});
        }
    }
    for (const Known* one : events) {
        for (Home& home : homes) {
            if (one->type == Payload::AffiliationEnded &&
                one->as<fb::AffiliationEnded>().affiliation()->position() == home.start) {
                home.to = one->from;
            }
            if (one->type == Payload::SiteRelocated &&
                one->as<fb::SiteRelocated>().affiliation()->position() == home.start) {
                home.sites.emplace_back(one->from, Id::of(*one->as<fb::SiteRelocated>().to_site()));
            }
        }
    }
    std::stable_sort(homes.begin(), homes.end(),
                     [](const Home& a, const Home& b) { return a.from < b.from; });
    for (std::size_t h = 0; h < homes.size(); ++h) {
        Home& home = homes[h];
        if (h + 1 < homes.size()) home.to = std::min(home.to, homes[h + 1].from);
        std::stable_sort(home.sites.begin(), home.sites.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        for (std::size_t s = 0; s < home.sites.size(); ++s) {
            const Date from = std::max(home.from, home.sites[s].first);
            const Date to = s + 1 < home.sites.size() ? std::min(home.to, home.sites[s + 1].first)
                                                      : home.to;
            const auto region = site_region_.find(home.sites[s].second);
            if (to <= from) continue;
            person.stays.push_back(
                {from, to, home.start, region == site_region_.end() ? "UNK" : region->second});
        }
    }
}

void Model::collect_services(const Id& talent, const std::vector<const Known*>& events) {
    struct Case {
        Date from, to = events::forever;
        std::vector<std::pair<Date, bool>> switches;  ///< from that day on active, or not
    };
    std::map<Id, Case> cases;
    for (const Known* one : events) {
        const auto* home = one->event->streams()->Get(0);
        const Id id = Id::of(home->id());
        switch (one->type) {
            case Payload::EngagementProposed: cases[id] = {one->from, one->to, {}}; break;
            case Payload::EngagementActivated:
            case Payload::EngagementResumed:
                cases[id].switches.emplace_back(one->from, true);
                break;
            case Payload::EngagementSuspended:
            case Payload::EngagementCompleted:
            case Payload::EngagementTerminated:
            case Payload::EngagementConverted:
                cases[id].switches.emplace_back(one->from, false);
                break;
            default: break;
        }
    }
    for (const Known* one : events) {
        if (one->type != Payload::ServiceRendered) continue;
        const auto& done = one->as<fb::ServiceRendered>();
        const Case& engaged = cases[Id::of(one->event->streams()->Get(0)->id())];
        Service service{one->from,
                        done.workday_mday().value_or(0),
                        done.restday_mday().value_or(0),
                        done.region_served()->str(),
                        {}};
        for (Date day = one->from; day < next_month(one->from); day = day + 1) {
            bool active = false;
            for (const auto& [from, on] : engaged.switches) {
                if (from <= day) active = on;
            }
            if (active && engaged.from <= day && day < engaged.to) service.days.insert(day);
        }
        people_[talent].services.push_back(service);
    }
}

// -- regions ------------------------------------------------------------------------------------

std::string Model::prefecture(std::string region, Date day) const {
    for (const auto& step : steps_) {
        if (step.from <= day && step.old_code == region) region = step.new_code;
    }
    if (region == "UNK") return region;
    const bool here = region.size() == 6 && region.compare(0, 2, "51") == 0;
    return here ? region.substr(0, 4) + "00" : "EXT";
}

std::string Model::column(const std::string& region, Date day, const Coding& coding) const {
    if (coding.recast) day = coding.effective_at;
    const std::string in = prefecture(region, day);
    if (!coding.by_zone || !inside(in)) return in;
    const Scheme* best = nullptr;
    for (const auto& scheme : schemes_) {
        const bool fits = coding.scheme.empty() ? scheme.from <= day && day < scheme.to
                                                : scheme.name == coding.scheme;
        if (fits && (best == nullptr || best->from <= scheme.from)) best = &scheme;
    }
    if (best == nullptr) return "UNK";
    const auto zone = best->zone_of.find(in);
    return zone == best->zone_of.end() ? "UNK" : zone->second;
}

const std::string& Model::column_of(const std::string& region, Date day,
                                    const Coding& coding) const {
    if (cached_for_.by_zone != coding.by_zone || cached_for_.recast != coding.recast ||
        cached_for_.effective_at != coding.effective_at || cached_for_.scheme != coding.scheme) {
        cache_.clear();
        cached_for_ = coding;
    }
    const auto [found, is_new] = cache_[region].try_emplace(day.days);
    if (is_new) found->second = column(region, day, coding);
    return found->second;
}

// -- answers ------------------------------------------------------------------------------------

std::vector<Move> moves_of(const Person& person, int gap_days) {
    std::vector<Move> moves;
    for (std::size_t i = 1; i < person.stays.size(); ++i) {
        const Stay& before = person.stays[i - 1];
        const Stay& after = person.stays[i];
        const bool inside_one = before.affiliation == after.affiliation;
        const bool transfer = person.by_transfer.contains(after.affiliation);
        const bool crossed = std::any_of(
            person.crossings.begin(), person.crossings.end(), [&](const Crossing& crossing) {
                return before.to <= crossing.on && crossing.on <= after.from;
            });
        const bool pair = after.from - before.to <= gap_days && !crossed;
        if (inside_one || transfer || pair) {
            moves.push_back({after.from, before.region, after.region});
        }
    }
    return moves;
}

std::map<std::string, std::int64_t> Model::stock(const Coding& coding) const {
    std::map<std::string, std::int64_t> out;
    for (const auto& [talent, person] : people_) {
        for (const Stay& stay : person.stays) {
            if (stay.from <= coding.effective_at && coding.effective_at < stay.to) {
                ++out[column_of(stay.region, coding.effective_at, coding)];
            }
        }
    }
    return out;
}

std::map<Cell, std::int64_t> Model::flow(const Coding& coding, Date from, Date to) const {
    std::map<Cell, std::int64_t> out;
    const auto in_range = [&](Date day) { return from <= day && day < to; };
    for (const auto& [talent, person] : people_) {
        for (const Move& move : moves_of(person)) {
            if (!in_range(move.on)) continue;
            ++out[{column_of(move.from, move.on, coding), column_of(move.to, move.on, coding)}];
        }
        for (const Crossing& crossing : person.crossings) {
            if (!in_range(crossing.on)) continue;
            const std::string beyond = column_of(crossing.region, crossing.on, coding);
            for (const Stay& stay : person.stays) {
                if (crossing.arrival && stay.from == crossing.on) {
                    ++out[{beyond, column_of(stay.region, crossing.on, coding)}];
                }
                if (!crossing.arrival && stay.to == crossing.on) {
                    ++out[{column_of(stay.region, crossing.on, coding), beyond}];
                }
            }
        }
    }
    return out;
}

std::map<Cell, Mdays> Model::use(const Coding& coding, Date from, Date to) const {
    std::map<Cell, Mdays> out;
    for (const auto& [talent, person] : people_) {
        for (const Service& service : person.services) {
            const auto days = static_cast<std::int64_t>(service.days.size());
            std::int64_t number = 0;
            for (const Date day : service.days) {
                // Evenly in whole units; what is left over goes to the first days.
                Mdays share{service.workday / days + (number < service.workday % days ? 1 : 0),
                            service.restday / days + (number < service.restday % days ? 1 : 0)};
                ++number;
                if (day < from || day >= to) continue;
                std::string home;
                for (const Stay& stay : person.stays) {
                    if (stay.from <= day && day < stay.to) home = stay.region;
                }
                if (home.empty()) {
                    home = person.residences.empty() ? "UNK" : person.residences.front().second;
                    for (const auto& [since, residence] : person.residences) {
                        if (since <= day) home = residence;
                    }
                }
                Mdays& cell =
                    out[{column_of(home, day, coding), column_of(service.region, day, coding)}];
                cell.workday += share.workday;
                cell.restday += share.restday;
            }
        }
    }
    std::erase_if(out, [](const auto& cell) { return cell.second == Mdays{}; });
    return out;
}

std::map<std::string, Balance> Model::net_inflow(const Coding& coding, Date from, Date to) const {
    std::map<std::string, Balance> out;
    for (const auto& [talent, person] : people_) {
        for (const Move& move : moves_of(person)) {
            if (move.on < from || move.on >= to) continue;
            const auto left = column_of(move.from, move.on, coding);
            const auto reached = column_of(move.to, move.on, coding);
            if (left == reached || !inside(left) || !inside(reached)) continue;
            ++out[left].out;
            ++out[reached].in;
        }
        for (const Stay& stay : person.stays) {
            for (Date day = std::max(from, stay.from); day < std::min(to, stay.to); day = day + 1) {
                ++out[column_of(stay.region, day, coding)].person_days;
            }
            if (stay.from <= from - 1 && from - 1 < stay.to) {
                ++out[column_of(stay.region, from - 1, coding)].stock_before;
            }
            if (stay.from <= to - 1 && to - 1 < stay.to) {
                ++out[column_of(stay.region, to - 1, coding)].stock_last;
            }
        }
    }
    return out;
}

}  // namespace naive
