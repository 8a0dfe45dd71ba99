#include "events/rules/deciding.h"

#include <algorithm>

#include "events/rules/waiting.h"

namespace events {

base::Error refusal(std::string_view code, std::string what) {
    return {base::Fault::refused, std::string(code), std::move(what)};
}

Fact Deciding::fact(std::size_t index) const {
    return Fact::of(command, command.drafts[index], decision.placements[index]);
}

StreamId Deciding::home(std::size_t index) const {
    const auto& streams = decision.placements[index].streams;
    ENSURE(!streams.empty(), "the home stream is known before a family decides");
    return streams.front().id;
}

void Deciding::stand_in(std::size_t index, StreamId stream) {
    auto& streams = decision.placements[index].streams;
    for (const auto& known : streams) {
        if (known.id == stream) return;
    }
    streams.push_back({stream, {}});
}

void Deciding::touch(const Id& talent) {
    const auto known = std::find(touched_people.begin(), touched_people.end(), talent);
    if (known == touched_people.end()) touched_people.push_back(talent);
}

bool Deciding::opened_here(std::size_t index, const StreamId& stream) const {
    for (std::size_t i = 0; i < index; ++i) {
        const auto& streams = decision.placements[i].streams;
        const auto* type = catalogue.find(command.drafts[i].type);
        if (type->opens && !streams.empty() && streams.front().id == stream) return true;
    }
    return false;
}

void Deciding::warn(std::size_t index, std::string_view code, std::string what) {
    decision.warnings.push_back(
        {std::string(code), std::move(what), static_cast<std::uint16_t>(index)});
}

std::int64_t Deciding::parameter(std::string_view name) const {
    return standings.reference().parameter(name, moment.today);
}

base::Result<const Person*> Deciding::person(std::size_t index, const Id& named, bool must_live) {
    const auto* found = standings.person(named);
    if (!found) {
        return unless_waiting(*this, StreamId{StreamKind::talent, named},
                              refusal("E_NO_TALENT", "No talent is registered under this id."));
    }
    auto& place = placement(index);
    if (found->id != named) place.named_as = named;
    if (must_live) {
        const auto died = found->died_on();
        if (died && *died <= place.from) {
            return refusal("E_CLOSED_PERSON", "The talent died on or before the effective date.");
        }
    }
    stand_in(index, {StreamKind::talent, found->id});
    return found;
}

base::Result<const Employer*> Deciding::living_employer(const Id& id, Date on) {
    const auto* found = standings.employer(id);
    if (!found) {
        return unless_waiting(*this, StreamId{StreamKind::employer, id},
                              refusal("E_NO_EMPLOYER", "No employer is registered under this id."));
    }
    if (found->ended_on && *found->ended_on <= on) {
        return refusal("E_EMPLOYER_ENDED",
                       "The employer ended on " + found->ended_on->text() + ".");
    }
    return found;
}

base::Result<const Site*> Deciding::open_site(const Employer& employer, const Id& site, Date on) {
    const auto* found = employer.site(site);
    if (!found) {
        return unless_site_waits(*this, employer.id, site,
                                 refusal("E_NO_SITE", "The employer has no such site."));
    }
    if (!found->period.contains(on)) {
        return refusal("E_NO_SITE", "The site is not open on " + on.text() + ".");
    }
    return found;
}

}  // namespace events
