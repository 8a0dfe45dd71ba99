#include "events/json/faults.h"

namespace events {
namespace {

bool may_repeat(std::string_view name) {
    if (name.empty() || name.size() > 40) return false;
    for (const char c : name) {
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '_') return false;
    }
    return true;
}

}  // namespace

void Faults::add(std::string_view code, std::string what) {
    if (++count_ > faults_max) return;
    details_.push_back({pointer(), std::string(code), std::move(what)});
}

void Faults::add_at(std::string_view name, std::string_view code, std::string what) {
    In there(*this, name);
    add(code, std::move(what));
}

void Faults::add_unknown(std::string_view name, std::string what) {
    if (may_repeat(name)) add_at(name, "E_UNKNOWN_FIELD", std::move(what));
    else add("E_UNKNOWN_FIELD", std::move(what));
}

base::Error Faults::error() const {
    ENSURE(!details_.empty(), "an error is made of faults");
    const auto& first = details_.front();
    return {base::Fault::invalid, first.code, first.what, first.pointer, details_};
}

void Faults::clear() {
    path_.clear();
    details_.clear();
    count_ = 0;
}

std::string Faults::pointer() const {
    std::string out;
    for (const auto& step : path_) {
        out += '/';
        if (step.name.empty()) {
            out += std::to_string(step.index);
            continue;
        }
        for (const char c : step.name) {
            if (c == '~') out += "~0";
            else if (c == '/') out += "~1";
            else out += c;
        }
    }
    return out;
}

std::string Faults::dotted(std::size_t depth) const {
    std::string out;
    for (std::size_t i = depth; i < path_.size(); ++i) {
        if (!out.empty()) out += '.';
        if (path_[i].name.empty()) out += std::to_string(path_[i].index);
        else out += path_[i].name;
    }
    return out;
}

}  // namespace events
