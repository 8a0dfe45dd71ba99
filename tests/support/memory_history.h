// A ledger without a disk: commands as JSON go through the reader, the rules and the encoder, and
// the bytes stay in memory. The naive registrar that rule tests, and whoever needs recorded events
// without RocksDB, speak to.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "events/codes/code_lists.h"
#include "events/event.h"
#include "events/json/command_reader.h"
#include "events/rules/decide.h"

namespace tests {

/// Recorded events by position, stream and command.
class MemoryHistory final : public events::History {
public:
    void each(const events::StreamId& stream, const Visit& visit) const override {
        const auto found = streams_.find(stream);
        if (found == streams_.end()) return;
        for (const auto position : found->second) {
            if (position < head_) visit(events::Fact::of(std::string_view(*bytes_[position])));
        }
    }
    bool at(events::Position position, const Visit& visit) const override {
        if (position.value >= size()) return false;
        visit(events::Fact::of(std::string_view(*bytes_[position.value])));
        return true;
    }
    std::optional<Block> find(const events::CommandId& command) const override {
        const auto found = commands_.find(command);
        if (found == commands_.end() || found->second.first.value >= size()) return std::nullopt;
        return found->second;
    }

    void push(std::string_view bytes) {
        const auto position = bytes_.size();
        bytes_.push_back(std::make_shared<const std::string>(bytes));
        const auto fact = events::Fact::of(std::string_view(*bytes_.back()));
        fact.each_stream([&](const auto& stream) { streams_[stream].push_back(position); });
        events::CommandId command;
        static_cast<events::Id&>(command) = fact.command;
        auto& block = commands_[command];
        if (block.count++ == 0) block.first = {position};
    }
    std::uint64_t size() const { return std::min<std::uint64_t>(bytes_.size(), head_); }
    const std::string& bytes(std::uint64_t position) const { return *bytes_[position]; }
    std::uint32_t revision(const events::StreamId& stream) const {
        const auto found = streams_.find(stream);
        return found == streams_.end() ? 0 : static_cast<std::uint32_t>(found->second.size());
    }
    const std::map<events::StreamId, std::vector<std::uint64_t>>& streams() const {
        return streams_;
    }
    /// The same log as it was when it held `size` events.
    MemoryHistory until(std::uint64_t size) const {
        MemoryHistory earlier = *this;
        earlier.head_ = size;
        return earlier;
    }

private:
    std::vector<std::shared_ptr<const std::string>> bytes_;
    std::map<events::StreamId, std::vector<std::uint64_t>> streams_;
    std::map<events::Id, Block> commands_;
    std::uint64_t head_ = ~std::uint64_t{0};
};

class ClaimsInMemory final : public events::Claims {
public:
    std::vector<events::Id> holders(events::Claim::Kind kind,
                                    const std::string& key) const override {
        std::vector<events::Id> owners;
        for (const auto& claim : claims_) {
            if (claim.kind == kind && claim.key == key) owners.push_back(claim.owner);
        }
        return owners;
    }
    void take(const std::vector<events::Claim>& made) {
        for (const auto& claim : made) {
            if (!claim.release) claims_.push_back(claim);
        }
        for (const auto& claim : made) {
            if (claim.release) release(claim, made);
        }
    }

private:
    void release(const events::Claim& given_up, const std::vector<events::Claim>& made) {
        std::erase_if(claims_, [&](const events::Claim& held) {
            const bool same = held.kind == given_up.kind && held.owner == given_up.owner &&
                              (given_up.key.empty() || held.key == given_up.key);
            const bool anew = std::any_of(made.begin(), made.end(), [&](const auto& claim) {
                return !claim.release && claim.kind == held.kind && claim.key == held.key;
            });
            return same && !anew;
        });
    }
    std::vector<events::Claim> claims_;
};

/// One event of a command. In `subject` and `payload`, a name in single quotes stands for an id.
struct Say {
    std::string type;
    std::string subject = {};  ///< `talent/'T1'`
    std::string payload = "{}";
    std::string from = {};
    std::string to = {};
};

/// Who speaks, and how.
struct As {
    events::Role role = events::Role::M;
    std::string name = "clerk";  ///< four eyes look at it
    bool first_load = false;
    bool guard = true;  ///< state the newest revision of every talent stream named
};

/// A registrar in memory. Time stands still until `on` moves it.
class Registry {
public:
    explicit Registry(std::string_view today = "2019-03-01")
        : standings_(history_, claims_, events::CodeLists::built_in()),
          reader_(events::Catalogue::built_in(), events::CodeLists::built_in()),
          today_(events::Date::parse(today).value()) {
        must({events::Role::Y},
             {{"LedgerOpened", "ops/'ledger'",
               R"({"ledger":'ledger',"kind":"DEMO","origin":"test","zone":"Asia/Shanghai",)"
               R"("suite":1,"format":1})"}});
    }

    static events::Id id(std::string_view name) {
        events::Id made;
        made.bytes[0] = 0x7e;
        for (std::size_t i = 0; i < name.size() && i < 15; ++i) {
            made.bytes[1 + i] = static_cast<std::uint8_t>(name[i]);
        }
        return made;
    }
    /// Names in single quotes become ids; `as_json` puts them in double quotes.
    static std::string with_ids(std::string_view text, bool as_json) {
        std::string out;
        for (auto open = text.find('\''); open != std::string_view::npos; open = text.find('\'')) {
            const auto close = text.find('\'', open + 1);
            const auto hex = id(text.substr(open + 1, close - open - 1)).text();
            out += text.substr(0, open);
            out += as_json ? "\"" + hex + "\"" : hex;
            text.remove_prefix(close + 1);
        }
        return out + std::string(text);
    }

    void on(std::string_view day) { today_ = events::Date::parse(day).value(); }
    events::Date today() const { return today_; }

    /// Records the command; empty if accepted, else the code of the refusal.
    std::string tell(const As& as, const std::vector<Say>& said) {
        return tell_json(write(as, said), as);
    }
    /// The same for one event of the prefecture office.
    std::string tell(Say said) { return tell(As{}, {std::move(said)}); }
    void must(const As& as, const std::vector<Say>& said) {
        const auto code = tell(as, said);
        if (!code.empty()) throw std::runtime_error(said.front().type + ": " + why);
    }
    void must(Say said) { must(As{}, {std::move(said)}); }
    std::string approve(const events::CommandId& command, std::string_view who = "approver") {
        return tell({events::Role::P, std::string(who)},
                    {{"ActionApproved", "", "{\"command\":\"" + command.text() + "\"}"}});
    }
    std::string reject(const events::CommandId& command, std::string_view who = "approver") {
        return tell({events::Role::P, std::string(who)},
                    {{"ActionRejected", "", "{\"command\":\"" + command.text() + "\"}"}});
    }

    std::string tell_json(const std::string& json, const As& as) {
        events::Actor actor;
        actor.id = id(as.name);
        actor.role = as.role;
        actor.assurance = events::schema::Assurance::ASSERTED;
        auto command = reader_.read(json, actor);
        warnings.clear();
        if (!command) return refused(command.error());
        events::Moment moment;
        moment.ledger = id("ledger");
        moment.kind = events::schema::LedgerKind::DEMO;
        moment.today = today_;
        moment.recorded_at.micros = (today_.days * std::int64_t{24} + 1) * 3'600'000'000;
        moment.next = {history_.size()};
        const auto decision = decide(standings_, events::Catalogue::built_in(), *command, moment);
        if (!decision) return refused(decision.error());
        record(*command, *decision);
        return {};
    }

    events::Standings& standings() { return standings_; }
    const MemoryHistory& history() const { return history_; }
    const ClaimsInMemory& claims() const { return claims_; }
    const events::Person* who(std::string_view name) { return standings_.person(id(name)); }
    /// `"12:<event id>"`, quotes included: the n-th event of the last command.
    std::string ref(std::size_t index = 0) const { return ref_at(first.value + index); }
    std::string ref_at(std::uint64_t position) const {
        std::string out;
        history_.at({position}, [&](const events::Fact& fact) {
            out = fmt::format("\"{}:{}\"", position, fact.event.text());
        });
        return out;
    }
    bool warned(std::string_view code) const {
        return std::any_of(warnings.begin(), warnings.end(),
                           [&](const auto& warning) { return warning.code == code; });
    }

    events::CommandId last;  ///< id of the last recorded command
    events::Position first;  ///< of its first event
    bool proposed = false;   ///< whether it waits for approval
    std::string why;         ///< the last refusal in full
    std::string pointer;     ///< where it points
    std::vector<events::Warning> warnings;

private:
    std::string refused(const base::Error& error) {
        why = error.code + ": " + error.what;
        for (const auto& detail : error.details) why += "; " + detail.pointer + " " + detail.what;
        pointer = error.pointer;
        return error.code;
    }

    std::string write(const As& as, const std::vector<Say>& said) {
        events::CommandId command;
        command.bytes[0] = 0xc0;
        const auto number = ++commands_;
        for (std::size_t i = 0; i < 8; ++i) {
            command.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
        }
        std::string json;
        for (const auto& one : said) {
            json += json.empty() ? "" : ",";
            json += fmt::format(
                R"({{"specversion":"1.0","type":"talent.{}.v1","source":"test","id":"{}")",
                one.type, command.text());
            if (said.size() > 1) json += fmt::format(R"(,"commandid":"{}")", command.text());
            const auto subject = with_ids(one.subject, false);
            if (!subject.empty()) json += fmt::format(R"(,"subject":"{}")", subject);
            if (!one.from.empty()) json += fmt::format(R"(,"effectivefrom":"{}")", one.from);
            if (!one.to.empty()) json += fmt::format(R"(,"effectiveto":"{}")", one.to);
            if (as.first_load) json += R"(,"firstload":true)";
            json += R"(,"data":{"legal_basis":"CONTRACT_HR")";
            if (one.type == "ServiceRendered" || one.type.starts_with("Event")) {
                json +=
                    R"(,"evidence":[{"alg":"SHA-256","digest":")" + std::string(64, 'a') + R"("}])";
            }
            if (as.guard) json += expectations();
            json += ",\"payload\":" + with_ids(one.payload, true) + "}}";
        }
        return said.size() > 1 ? "[" + json + "]" : json;
    }

    std::string expectations() const {
        std::string expect;
        for (const auto& [stream, positions] : history_.streams()) {
            if (stream.kind != events::StreamKind::talent) continue;
            expect += fmt::format("{}\"{}\":{}", expect.empty() ? "" : ",", stream.text(),
                                  positions.size());
        }
        return expect.empty() ? "" : ",\"expect\":{" + expect + "}";
    }

    void record(events::Command& command, const events::Decision& decision) {
        first = {history_.size()};
        last = command.id;
        warnings = decision.warnings;
        proposed = decision.placements.front().proposed;
        for (std::size_t i = 0; i < command.drafts.size(); ++i) {
            auto placement = decision.placements[i];
            for (auto& stream : placement.streams) {
                stream.revision = {history_.revision(stream.id) + 1};
            }
            events::BodyMac mac;
            mac.salt = events::Hash{};
            const auto bytes = encoder_.encode(command, command.drafts[i], placement, {}, mac, 1);
            if (!bytes) throw std::runtime_error(bytes.error().what);
            history_.push(*bytes);
        }
        claims_.take(decision.claims);
        standings_.keep();
    }

    MemoryHistory history_;
    ClaimsInMemory claims_;
    events::Standings standings_;
    events::CommandReader reader_;
    events::EventEncoder encoder_;
    events::Date today_;
    std::uint64_t commands_ = 0;
};

}  // namespace tests
