#include "tools/audit/verifying.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>

#include "events/dates.h"

namespace tools {
namespace json = boost::json;
namespace {

json::object trust_json(const Judged& judged) {
    return {{"basis", judged.basis},
            {"first_use", judged.first_use},
            {"key", judged.key.text()},
            {"cosigned", cosigned_json(judged.cosigned)}};
}

}  // namespace

base::Result<void> Verifying::begin(const std::string& about) {
    if (!wanted_.since.empty()) {
        auto memory = AuditMemory::load(wanted_.since);
        if (!memory) return memory.error();
        memory_ = *std::move(memory);
    }
    cursor_.about = about;
    if (wanted_.resume.empty()) return {};
    auto cursor = VerifyCursor::load(wanted_.resume);
    if (!cursor) return cursor.error();
    if (!*cursor) return {};
    if ((*cursor)->about != about) {
        return base::Error{base::Fault::invalid, "E_BAD_CURSOR",
                           fmt::format("{} is of another check: {}", wanted_.resume,
                                       (*cursor)->about)};
    }
    cursor_ = **std::move(cursor);
    session_.say("going on where the last run stopped");
    return {};
}

base::Result<Judged> Verifying::judged(std::string_view note, LogCopy& copy) {
    auto out = judge(note, copy, wanted_.trust, memory_);
    if (!out) return out;
    const auto& said = out->checkpoint.checkpoint;
    about_["origin"] = said.origin;
    about_["size"] = std::to_string(said.size);
    about_["root"] = events::hex(said.root);
    about_["trust"] = trust_json(*out);
    if (out->first_use) {
        session_.say(fmt::format(
            "WARNING: the log's key is taken on its own word. Compare it with one that you have "
            "from elsewhere, and give it with --vkey next time:\n  {}",
            out->key.text()));
    }
    return out;
}

void Verifying::check_descent(const Judged& judged, const RecordedProofs& recorded) {
    if (judged.must_descend_from.empty()) return;
    CheckResult row{"key", recorded.rotations().size(), {}, {}};
    const auto heirs = recorded.heirs_of(judged.must_descend_from);
    if (std::find(heirs.begin(), heirs.end(), judged.key) == heirs.end()) {
        row.fault = fmt::format("the checkpoint is signed by {}, and no recorded rotation leads "
                                "there from {}",
                                judged.key.text(), judged.must_descend_from.front().text());
    }
    report_.checks.push_back(std::move(row));
}

std::function<void(std::uint64_t)> Verifying::progress(const std::string& label,
                                                       std::uint64_t total) {
    progress_.reset();
    progress_ = session_.progress(label, total);
    return [this](std::uint64_t done) {
        progress_->at(done);
        if (interrupt_.seen()) stop_ = true;
    };
}

void Verifying::leave_off() {
    if (wanted_.resume.empty()) {
        session_.say("stopped; with --resume FILE it could go on later");
        return;
    }
    const auto kept = cursor_.save(wanted_.resume);
    session_.say(kept ? fmt::format("stopped; the same command goes on from {}", wanted_.resume)
                      : "stopped; the place could not be kept: " + kept.error().what);
}

int Verifying::give_up(const base::Error& error) {
    progress_.reset();
    const bool by_hand = stop_ && error.code == "E_STOPPING";
    if (by_hand || !cursor_.state.empty()) leave_off();
    return by_hand ? exit_interrupted : session_.fail(error);
}

int Verifying::finish(const std::optional<Judged>& judged, const RecordedProofs* recorded) {
    progress_.reset();
    auto printer = session_.printer();
    if (auto printed = printer.answer(report_.json(about_)); !printed) {
        return session_.fail(printed.error());
    }
    for (const auto& line : report_.skipped) session_.say("not checked: " + line);
    std::error_code ignored;
    if (!wanted_.resume.empty()) std::filesystem::remove(wanted_.resume, ignored);
    if (const auto* fault = report_.first_fault()) {
        const std::string where =
            fault->position ? fmt::format(" at position {}", *fault->position) : std::string();
        return session_.fail({base::Fault::corrupt, "E_VERIFY",
                              fmt::format("{}{}: {}", fault->name, where, fault->fault)});
    }
    if (wanted_.since.empty() || !judged) return exit_ok;
    AuditMemory next{{judged->key}, judged->checkpoint.note.encoded()};
    if (recorded != nullptr) next.keys = recorded->heirs_of({judged->key});
    return session_.done(next.save(wanted_.since));
}

}  // namespace tools
