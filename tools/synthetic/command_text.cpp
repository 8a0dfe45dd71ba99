#include "tools/synthetic/command_text.h"

#include <fmt/format.h>

#include "tools/synthetic/random.h"

namespace synthetic {
namespace {

void two_digits(std::string& out, unsigned value) {
    out += static_cast<char>('0' + value / 10);
    out += static_cast<char>('0' + value % 10);
}

void append_id(std::string& out, const events::Id& id) {
    constexpr char digits[] = "0123456789abcdef";
    for (const auto byte : id.bytes) {
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
}

}  // namespace

void append_date(std::string& out, events::Date day) {
    // Howard Hinnant's civil_from_days, in whole numbers.
    const int z = day.days + 719468;
    const int era = z / 146097;
    const unsigned doe = static_cast<unsigned>(z - era * 146097);
    const unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const unsigned mp = (5 * doy + 2) / 153;
    const unsigned month = mp < 10 ? mp + 3 : mp - 9;
    const unsigned year = yoe + static_cast<unsigned>(era) * 400 + (month <= 2 ? 1 : 0);
    two_digits(out, year / 100);
    two_digits(out, year % 100);
    out += '-';
    two_digits(out, month);
    out += '-';
    two_digits(out, doy - (153 * mp + 2) / 5 + 1);
}

std::string date_text(events::Date day) {
    std::string out;
    append_date(out, day);
    return out;
}

void CommandText::begin(const events::Id& command, events::Date day, int minute_of_day,
                        bool first_load) {
    command_.clear();
    append_id(command_, command);
    time_.clear();
    append_date(time_, day);
    time_ += 'T';
    two_digits(time_, static_cast<unsigned>(minute_of_day) / 60);
    time_ += ':';
    two_digits(time_, static_cast<unsigned>(minute_of_day) % 60);
    time_ += ":00+08:00";
    expect_.clear();
    first_load_ = first_load;
    tails_used_ = 0;
}

void CommandText::expect(std::string_view kind, const events::Id& stream, std::uint32_t revision) {
    expect_ += expect_.empty() ? ",\"expect\":{\"" : ",\"";
    expect_ += kind;
    expect_ += '/';
    append_id(expect_, stream);
    expect_ += "\":";
    expect_ += std::to_string(revision);
}

void CommandText::add(const EventText& event) {
    if (tails_used_ == tails_.size()) tails_.emplace_back();
    std::string& out = tails_[tails_used_++];
    out.assign("\"type\":\"talent.").append(event.type).append(".v1\"");
    if (!event.on.kind.empty()) {
        out.append(",\"subject\":\"").append(event.on.kind).append("/");
        append_id(out, event.on.id);
        out += '"';
    }
    if (event.from.days != 0) {
        out += ",\"effectivefrom\":\"";
        append_date(out, event.from);
        out += '"';
    }
    if (event.to.days != 0) {
        out += ",\"effectiveto\":\"";
        append_date(out, event.to);
        out += '"';
    }
    if (first_load_) out += ",\"firstload\":true";
    out.append(",\"demotime\":\"").append(time_).append("\",\"data\":{\"payload\":");
    out += event.payload;
    if (!event.legal_basis.empty()) {
        out.append(",\"legal_basis\":\"").append(event.legal_basis).append("\"");
    }
    if (event.evidence) {
        const auto a = id_of(0, Space::pilot, ++evidence_number_);
        out += ",\"evidence\":[{\"alg\":\"SHA-256\",\"digest\":\"";
        append_id(out, a);
        append_id(out, a);
        out += "\"}]";
    }
}

const std::string& CommandText::finish() {
    if (!expect_.empty()) expect_ += '}';
    out_.clear();
    const bool alone = tails_used_ == 1;
    if (!alone) out_ += '[';
    for (std::size_t i = 0; i < tails_used_; ++i) {
        if (i > 0) out_ += ',';
        out_ += "{\"specversion\":\"1.0\",\"source\":\"synthetic\",\"id\":\"";
        if (alone) {
            out_ += command_;
        } else {
            out_.append(std::to_string(i + 1)).append("\",\"commandid\":\"").append(command_);
        }
        out_.append("\",").append(tails_[i]);
        if (i == 0) out_ += expect_;
        out_ += "}}";
    }
    if (!alone) out_ += ']';
    return out_;
}

}  // namespace synthetic
