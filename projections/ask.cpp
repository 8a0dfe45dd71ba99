#include "projections/ask.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "projections/nearest.h"

namespace projections {

namespace {

using base::Error;
using base::Fault;
using base::Result;

std::optional<Field> field_of(const ViewInfo& view, std::string_view name) {
    for (Field field : view.fields) {
        if (name_of(field) == name) return field;
    }
    return std::nullopt;
}

/// Parameters a view knows, in the order of the documents.
std::vector<std::string_view> parameters_of(const ViewInfo& view) {
    // The last two are the server's: it has waited before it asks.
    std::vector<std::string_view> out = {"effective_at", "known_at",     "limit",
                                         "cursor",       "min_position", "wait"};
    if (view.has_range) out.insert(out.end(), {"from", "to"});
    if (view.has_regions) out.insert(out.end(), {"by", "scheme", "recast"});
    if (view.has_slices) out.push_back("slice");
    if (view.has_basis) out.push_back("basis");
    if (view.has_personal) out.push_back("personal");
    for (Field field : view.fields) out.push_back(name_of(field));
    return out;
}

Error bad(std::string_view name, std::string_view why) {
    return {Fault::invalid, "E_BAD_PARAMETER", fmt::format("parameter {}: {}", name, why)};
}

Error bad_date(std::string_view name) {
    return {Fault::invalid, "E_BAD_DATE",
            fmt::format("parameter {}: give a date as YYYY-MM-DD", name)};
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        if (comma != 0) out.emplace_back(text.substr(0, comma));
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return out;
}

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t out = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return out;
}

/// Reads one question; members are the pieces that several parameters share.
class Reader {
public:
    Reader(const Question& question, const ViewInfo& view, const ledger::Ledger& ledger,
           std::uint64_t position)
        : question_(question), view_(view), ledger_(ledger), position_(position) {}

    Result<Ask> read() {
        ask_.view = view_.name;
        ask_.subject = question_.subject;
        ask_.by = view_.by;
        ask_.limit = view_.limit;
        for (const auto& step : {&Reader::read_names, &Reader::read_effective, &Reader::read_known,
                                 &Reader::read_range, &Reader::read_words, &Reader::read_fields}) {
            if (auto done = (this->*step)(); !done) return done.error();
        }
        return std::move(ask_);
    }

private:
    const std::string* given(std::string_view name) const {
        const auto found = question_.parameters.find(std::string(name));
        return found == question_.parameters.end() ? nullptr : &found->second;
    }

    Result<void> read_names() {
        const auto known = parameters_of(view_);
        for (const auto& [name, value] : question_.parameters) {
            if (std::find(known.begin(), known.end(), name) != known.end()) continue;
            const std::string_view meant = nearest(name, known);
            return Error{
                Fault::invalid, "E_UNKNOWN_PARAMETER",
                meant.empty()
                    ? fmt::format("view {} has no parameter \"{:.64}\"", view_.name, name)
                    : fmt::format("view {} has no parameter \"{:.64}\"; did you mean \"{}\"?",
                                  view_.name, name, meant)};
        }
        return {};
    }

    Result<void> read_effective() {
        const std::string* text = given("effective_at");
        if (text == nullptr) {
            ask_.effective_at = ledger_.zone().civil_date(question_.now);
        } else if (const auto day = events::Date::parse(*text)) {
            ask_.effective_at = *day;
        } else if (const auto instant = events::Instant::parse(*text)) {
            ask_.effective_at = ledger_.zone().civil_date(*instant);
        } else {
            return bad_date("effective_at");
        }
        return {};
    }

    Result<void> read_known() {
        const std::string* text = given("known_at");
        ask_.size = position_;
        if (text == nullptr) {
            ask_.known_at = fmt::format("seq:{}", position_ == 0 ? 0 : position_ - 1);
            return {};
        }
        if (text->starts_with("seq:")) return read_known_position(*text);
        std::optional<events::Instant> until = events::Instant::parse(*text);
        if (const auto day = events::Date::parse(*text)) until = ledger_.zone().end_of(*day);
        if (!until) {
            return Error{Fault::invalid, "E_BAD_DATE",
                         "parameter known_at: give a date, an instant with offset, or seq:N"};
        }
        ask_.size = std::min(position_, ledger_.first_after(*until).value);
        ask_.known_at = *text;
        return {};
    }

    // A position inside a command stands for the whole command.
    Result<void> read_known_position(std::string_view text) {
        const auto position = number(text.substr(4));
        if (!position) {
            return Error{Fault::invalid, "E_BAD_POSITION",
                         "parameter known_at: after seq: comes a position in decimal digits"};
        }
        const auto stored = *position < position_ ? ledger_.event({*position})
                                                  : Result<ledger::StoredEvent>(Error{});
        if (!stored) {
            return Error{
                Fault::invalid, "E_BAD_POSITION",
                fmt::format("parameter known_at: position {} is not in the views yet; they "
                            "hold the first {} events",
                            *position, position_)};
        }
        const auto& event = stored->event();
        ask_.size = *position - event.command_index() + event.command_size();
        ask_.known_at = fmt::format("seq:{}", ask_.size - 1);
        return {};
    }

    Result<void> read_range() {
        const events::Date year = ask_.effective_at.first_of_year();
        ask_.range = {year, year.plus_months(12)};
        for (const auto& [name, end] :
             {std::pair("from", &ask_.range.from), std::pair("to", &ask_.range.to)}) {
            const std::string* text = given(name);
            if (text == nullptr) continue;
            const auto day = events::Date::parse(*text);
            if (!day) return bad_date(name);
            *end = *day;
        }
        if (ask_.range.empty() && view_.has_range) return bad("from", "must lie before to");
        // A bound so wide that no one needs more keeps sums over days within reach.
        if (ask_.range.to - ask_.range.from > 366 * 400) return bad("to", "at most 400 years");
        return {};
    }

    Result<bool> flag(std::string_view name, std::string_view yes, std::string_view no) {
        const std::string* text = given(name);
        if (text == nullptr || *text == no) return false;
        if (*text == yes) return true;
        return bad(name, fmt::format("give {} or {}", yes, no));
    }

    Result<void> read_words() {
        if (const std::string* by = given("by")) {
            if (*by == "region") {
                ask_.by = By::region;
            } else if (*by == "prefecture") {
                ask_.by = By::prefecture;
            } else if (*by == "zone") {
                ask_.by = By::zone;
            } else {
                return bad("by", "give region, prefecture or zone");
            }
        }
        if (const std::string* scheme = given("scheme")) ask_.scheme = *scheme;
        for (const auto& [name, yes, no, target] :
             {std::tuple("recast", "true", "false", &ask_.recast),
              std::tuple("basis", "planned", "actual", &ask_.planned),
              std::tuple("personal", "true", "false", &ask_.personal)}) {
            const auto value = flag(name, yes, no);
            if (!value) return value.error();
            *target = *value;
        }
        if (const std::string* text = given("limit")) {
            const auto limit = number(*text);
            if (!limit || *limit == 0 || *limit > view_.limit_max) {
                return bad("limit", fmt::format("give a number from 1 to {}", view_.limit_max));
            }
            ask_.limit = *limit;
        }
        if (const std::string* cursor = given("cursor")) ask_.cursor = *cursor;
        return {};
    }

    Result<void> read_fields() {
        for (Field field : view_.fields) {
            const std::string* text = given(name_of(field));
            if (text == nullptr) continue;
            ask_.filters.push_back({field, split(*text)});
            if (ask_.filters.back().values.empty()) return bad(name_of(field), "is empty");
        }
        const std::string* text = given("slice");
        if (text == nullptr) return {};
        for (const auto& name : split(*text)) {
            const auto field = field_of(view_, name);
            if (!field) {
                std::vector<std::string_view> names;
                for (Field known : view_.fields) names.push_back(name_of(known));
                return bad("slice", fmt::format("view {} has no field \"{:.64}\"; it has {}",
                                                view_.name, name, fmt::join(names, ", ")));
            }
            const bool again =
                std::find(ask_.slices.begin(), ask_.slices.end(), *field) != ask_.slices.end();
            if (!again) ask_.slices.push_back(*field);
        }
        return {};
    }

    const Question& question_;
    const ViewInfo& view_;
    const ledger::Ledger& ledger_;
    std::uint64_t position_;
    Ask ask_;
};

}  // namespace

base::Result<Ask> read_question(const Question& question, const ledger::Ledger& ledger,
                                std::uint64_t position) {
    const ViewInfo* view = ViewInfo::find(question.view);
    if (view == nullptr) {
        std::vector<std::string_view> names;
        for (const ViewInfo& known : ViewInfo::all()) names.push_back(known.name);
        const std::string_view meant = nearest(question.view, names);
        return Error{
            Fault::invalid, "E_UNKNOWN_VIEW",
            fmt::format("there is no view \"{:.64}\"{}", question.view,
                        meant.empty() ? "" : fmt::format("; did you mean \"{}\"?", meant))};
    }
    return Reader(question, *view, ledger, position).read();
}

}  // namespace projections
