// What stored entries say, for people who compare them.
#include <cstring>

#include "events/event.h"
#include "projections/comparison.h"
#include "projections/employer_book.h"
#include "projections/storage/row_bytes.h"
#include "projections/traits.h"

namespace projections {

namespace {

namespace json = boost::json;

std::string id_text(std::string_view bytes, std::size_t offset) {
    events::Id id;
    if (bytes.size() < offset + 16) return "?";
    std::memcpy(id.bytes.data(), bytes.data() + offset, 16);
    return id.text();
}

std::string day_text(std::string_view bytes) {
    if (bytes.size() < 4) return "?";
    return events::Date{static_cast<std::int32_t>(get_u32(bytes) - 0x80000000u)}.text();
}

std::string position_text(std::string_view bytes) {
    return bytes.size() < 8 ? "?" : std::to_string(get_u64(bytes));
}

std::string date_text(events::Date day) {
    return day == events::forever ? "open" : day.text();
}

std::string_view text_of(MoveKind kind) {
    constexpr std::array<std::string_view, 9> names{"?",       "transfer",  "relocation",
                                                    "other",   "arrival",   "departure",
                                                    "entry",   "exit",      "between"};
    const auto index = static_cast<std::size_t>(kind);
    return index < names.size() ? names[index] : names[0];
}

json::array list_of(const std::vector<std::string>& texts) {
    json::array out;
    for (const auto& text : texts) out.emplace_back(text);
    return out;
}

json::value spell_employer(std::string_view bytes) {
    const auto employer = unpack_employer(bytes);
    if (!employer) return "unreadable";
    json::array names, sites;
    for (const auto& one : employer->particulars) {
        names.push_back(json::object{{"from", one.from.text()},
                                     {"name", one.name},
                                     {"section", one.section},
                                     {"region", one.region}});
    }
    for (const auto& site : employer->sites) {
        sites.push_back(json::object{{"site", site.id.text()},
                                     {"region", site.region},
                                     {"from", site.period.from.text()},
                                     {"to", date_text(site.period.to)}});
    }
    return json::object{{"employer", employer->id.text()},
                        {"uscc", employer->uscc},
                        {"particulars", std::move(names)},
                        {"sites", std::move(sites)}};
}

json::array spell_ids(std::string_view bytes) {
    json::array out;
    for (; bytes.size() >= 16; bytes.remove_prefix(16)) out.emplace_back(id_text(bytes, 0));
    return out;
}

std::string bytes_text(std::string_view bytes) {
    std::string out;
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        const bool plain = value >= 0x20 && value < 0x7f;
        if (plain) {
            out += byte;
        } else {
            constexpr std::string_view digits = "0123456789abcdef";
            out += "\\x";
            out += digits[value >> 4];
            out += digits[value & 0xf];
        }
    }
    return out;
}

/// Entries that hold neither words nor rows.
json::value spell_note(std::string_view key, std::string_view value) {
    switch (key.front()) {
        case 'A':
            return json::object{{"talent", id_text(key, 1)}, {"due", day_text(value)}};
        case 'N':
            return json::object{{"employer", id_text(key, 1)},
                                {"talent", id_text(key, 17)},
                                {"since", position_text(value)}};
        case 'P':
            return json::object{{"year", get_u32(key.substr(1))},
                                {"talent", id_text(key, 5)},
                                {"since", position_text(value)}};
        case 'K':
            return json::object{{"talent", id_text(key, 1)}, {"kin", spell_ids(value)}};
        case 'R':
            return json::object{{"size", position_text(key.substr(1))}};
        case 'G':
            return json::object{{"bucket", position_text(key.substr(1))}};
        case 'E':
            return spell_employer(value);
        default:
            return json::object{{"bytes", bytes_text(value)}};
    }
}

}  // namespace

std::string Speller::word(char dictionary, std::uint32_t number) const {
    if (number == 0) return {};
    std::string key{'D', dictionary};
    put_u32(key, number);
    const auto entry = store_.note(key);
    if (!entry || !*entry || (*entry)->size() < 8) return "?" + std::to_string(number);
    return (*entry)->substr(8);
}

json::value Speller::place(std::uint32_t number) const {
    if (number == 0) return nullptr;
    const std::string bytes = word('p', number);
    return json::object{{"employer", id_text(bytes, 0)}, {"site", id_text(bytes, 16)}};
}

json::value Speller::traits(std::uint32_t number) const {
    if (number == 0) return nullptr;
    const auto traits = Traits::unpack(word('x', number));
    return json::object{{"category", traits.category},
                        {"degree", traits.degree},
                        {"title_level", traits.title_level},
                        {"sex", traits.sex},
                        {"birth_year", traits.birth_year},
                        {"team", traits.team},
                        {"staffing", traits.staffing},
                        {"skills", list_of(traits.skills)}};
}

json::value Speller::row(std::string_view key, std::string_view value) const {
    SignedRow row;
    if (!decode_row(key, value, row)) return "unreadable";
    json::object out{{"day", events::Date{row.row.day}.text()},
                     {"position", std::to_string(row.position)},
                     {"ordinal", row.ordinal},
                     {"sign", row.sign}};
    if (row.row.table == Table::homes) {
        const auto home = HomeRow::of(row.row);
        out["ends"] = home.ends != 0;
        out["place"] = place(home.place);
        out["traits"] = traits(home.traits);
    } else if (row.row.table == Table::moves) {
        const auto move = MoveRow::of(row.row);
        out["kind"] = text_of(move.kind);
        out["mode"] = move.mode;
        out["from"] = place(move.from_place);
        out["to"] = place(move.to_place);
        out["external"] = word('t', move.external);
        out["team_from"] = word('t', move.team_from);
        out["other_day"] = date_text({move.other_day});
        out["traits"] = traits(move.traits);
    } else if (row.row.table == Table::services) {
        const auto service = ServiceRow::of(row.row);
        out["planned"] = service.planned != 0;
        out["kind"] = word('t', service.kind);
        out["home"] = place(service.home_place);
        out["residence"] = word('t', service.residence);
        out["served"] = word('t', service.served);
        out["host"] = place(service.host_place);
        out["days"] = service.days;
        out["active"] = service.active;
        out["workday_mday"] = service.workday_mday;
        out["restday_mday"] = service.restday_mday;
        out["traits"] = traits(service.traits);
    } else {
        const auto breach = BreachRow::of(row.row);
        out["code"] = word('t', breach.code);
        out["talent"] = breach.talent.text();
        out["event"] = std::to_string(breach.event);
        out["until"] = date_text({breach.until});
        out["caused_by"] = std::to_string(breach.caused_by);
        out["what"] = word('t', breach.what);
    }
    return out;
}

json::value Speller::spell(std::string_view key, std::string_view value) const {
    constexpr std::string_view rows = "HMUB";
    if (key.empty() || (value.empty() && !key.starts_with('R'))) return nullptr;
    if (rows.find(key.front()) != std::string_view::npos) return row(key, value);
    if (!key.starts_with('D') || key.size() != 6) return spell_note(key, value);
    json::object out{{"number", get_u32(key.substr(2))}, {"since", position_text(value)}};
    const auto text = value.size() < 8 ? std::string_view() : value.substr(8);
    if (key[1] == 'p') {
        out["employer"] = id_text(text, 0);
        out["site"] = id_text(text, 16);
    } else {
        out["text"] = bytes_text(text);
    }
    return out;
}

}  // namespace projections
