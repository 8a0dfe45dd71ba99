#include "events/rules/process_step.h"

namespace events {
namespace {

std::optional<Position> locate(const Deciding& deciding, const Reference& reference) {
    if (const auto* at = std::get_if<Reference::At>(&reference.target)) return at->position;
    if (const auto* here = std::get_if<Reference::Here>(&reference.target))
        return here->index < deciding.decision.placements.size()
                   ? std::optional(deciding.decision.placements[here->index].position)
                   : std::nullopt;
    const auto& of = std::get<Reference::Of>(reference.target);
    const auto block = deciding.standings.history().find(of.command);
    if (!block || of.index >= block->count) return std::nullopt;
    return Position{block->first.value + of.index};
}

}  // namespace

base::Result<void> require_new_process(Deciding& deciding, std::size_t index,
                                       std::string_view in_use) {
    if (deciding.standings.process(deciding.home(index)) == nullptr) return {};
    return refusal(in_use, "The stream has been opened already.");
}

base::Result<const Person*> process_person(Deciding& deciding, std::size_t index, bool must_live) {
    const auto home = deciding.home(index);
    const auto* found = deciding.standings.process(home);
    if (!found) return refusal("E_NO_PROCESS", "Nothing has been opened under this id.");
    const Process process = *found;
    deciding.stand_in(index, home);
    auto person = deciding.person(index, process.talent, must_live);
    if (!person) return person;
    deciding.stand_in(index, {StreamKind::talent, (*person)->id});
    for (const auto& employer : process.employers)
        deciding.stand_in(index, {StreamKind::employer, employer});
    deciding.touch((*person)->id);
    deciding.placement(index).subjects = {(*person)->id};
    return person;
}

Date start_of(const Deciding& deciding, std::size_t index) {
    return deciding.command.drafts[index].from.value_or(deciding.moment.today);
}

std::vector<std::size_t> drafts_of(const Deciding& deciding, schema::Payload type) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < deciding.command.drafts.size(); ++i)
        if (deciding.command.drafts[i].type == type) found.push_back(i);
    return found;
}

std::optional<Position> named_position(const Deciding& deciding, std::size_t index,
                                       std::string_view path) {
    for (const auto& reference : deciding.command.drafts[index].references)
        if (reference.path == path) return locate(deciding, reference);
    return std::nullopt;
}

base::Error wrong_role(std::string what) {
    return {base::Fault::invalid, "E_ROLE", std::move(what)};
}

}  // namespace events
