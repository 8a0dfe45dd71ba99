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

base::Result<const Person*> process_person(Deciding& deciding, std::size_t index, bool must_live) {
    const auto home = deciding.home(index);
    const auto* process = deciding.standings.process(home);
    if (!process) return refusal("E_NO_STREAM", "There is no stream " + home.text() + ".");
    const Id talent = process->talent;
    auto person = deciding.person(index, talent, must_live);
    if (person) deciding.touch((*person)->id);
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
