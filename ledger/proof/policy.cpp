#include "ledger/proof/policy.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/proof/text.h"

namespace proof {
namespace {

using Words = std::vector<std::string_view>;

template <class Named>
const Named* find(const std::vector<Named>& all, std::string_view name) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Named& one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace

/// Reads one line after another into the policy; each gives a reason why it is wrong, or nothing.
class PolicyReader {
public:
    explicit PolicyReader(Policy& policy) : policy_(policy) {}

    std::string read(const Words& words) {
        if (words[0] == "log") return read_log(words);
        if (words[0] == "witness") return read_witness(words);
        if (words[0] == "group") return read_group(words);
        if (words[0] == "quorum") return read_quorum(words);
        return fmt::format("`{}` is not one of log, witness, group, quorum", words[0]);
    }
    bool has_quorum() const { return has_quorum_; }

private:
    std::string read_log(const Words& words) {
        if (words.size() < 2 || words.size() > 3) return "a log has a key and perhaps a URL";
        auto key = VerifierKey::parse(words[1]);
        if (!key) return key.error().what;
        if (key->type != KeyType::ed25519) return "a log's key is an Ed25519 key";
        for (const auto& log : policy_.logs_)
            if (log.key == *key) return "the log is named twice";
        policy_.logs_.push_back({*std::move(key), words.size() > 2 ? std::string(words[2]) : ""});
        return {};
    }

    std::string read_witness(const Words& words) {
        if (words.size() < 3 || words.size() > 4) {
            return "a witness has a name, a key and perhaps a URL";
        }
        if (is_taken(words[1])) return fmt::format("`{}` is defined twice", words[1]);
        auto key = VerifierKey::parse(words[2]);
        if (!key) return key.error().what;
        if (key->type == KeyType::ed25519) return "a witness's key is a cosigner's key";
        for (const auto& witness : policy_.witnesses_)
            if (witness.key == *key) return "the key is that of another witness";
        policy_.witnesses_.push_back({std::string(words[1]), *std::move(key),
                                      words.size() > 3 ? std::string(words[3]) : ""});
        return {};
    }

    std::string read_group(const Words& words) {
        if (words.size() < 4) return "a group has a name, a threshold and members";
        if (is_taken(words[1])) return fmt::format("`{}` is defined twice", words[1]);
        Policy::Group group{std::string(words[1]), 0, {}};
        for (auto member = words.begin() + 3; member != words.end(); ++member) {
            if (!is_member(*member)) return fmt::format("`{}` is not defined before", *member);
            if (std::count(members_.begin(), members_.end(), *member) != 0)
                return fmt::format("`{}` is a member already", *member);
            members_.emplace_back(*member);
            group.members.emplace_back(*member);
        }
        const auto all = group.members.size();
        const auto number = decimal(words[2]);
        if (words[2] == "all")
            group.needed = all;
        else if (words[2] == "any")
            group.needed = 1;
        else if (number && *number > 0 && *number <= all)
            group.needed = *number;
        else
            return "the threshold is all, any, or a number of members";
        policy_.groups_.push_back(std::move(group));
        return {};
    }

    std::string read_quorum(const Words& words) {
        if (has_quorum_) return "there is a quorum already";
        if (words.size() != 2) return "a quorum is a name or none";
        has_quorum_ = true;
        if (words[1] == "none") return {};
        if (!is_member(words[1])) return fmt::format("`{}` is not defined before", words[1]);
        policy_.quorum_ = words[1];
        return {};
    }

    bool is_member(std::string_view name) const {
        return find(policy_.witnesses_, name) != nullptr || find(policy_.groups_, name) != nullptr;
    }
    bool is_taken(std::string_view name) const { return name == "none" || is_member(name); }

    Policy& policy_;
    std::vector<std::string> members_;
    bool has_quorum_ = false;
};

base::Result<Policy> Policy::parse(std::string_view text) {
    const auto bad = [](std::size_t line, std::string_view why) {
        return base::Error{base::Fault::invalid, "E_POLICY",
                           fmt::format("line {} of the policy is wrong: {}", line, why)};
    };
    Policy out;
    PolicyReader reader(out);
    std::size_t number = 0;
    if (!is_plain_text(text) && text.find('\t') == std::string_view::npos &&
        text.find('\r') == std::string_view::npos) {
        return bad(1, "it is not plain UTF-8");
    }
    while (!text.empty()) {
        ++number;
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const auto words = words_of(line.substr(0, line.find('#')));
        if (words.empty()) continue;
        if (const auto why = reader.read(words); !why.empty()) return bad(number, why);
    }
    if (!reader.has_quorum()) return bad(number, "there is no quorum line");
    return out;
}

Policy Policy::of(const VerifierKey& log, std::string url) {
    Policy out;
    out.logs_.push_back({log, std::move(url)});
    return out;
}

std::string Policy::text() const {
    const auto with = [](const std::string& url) { return url.empty() ? "" : " " + url; };
    std::string out;
    for (const auto& log : logs_) out += fmt::format("log {}{}\n", log.key.text(), with(log.url));
    for (const auto& witness : witnesses_)
        out +=
            fmt::format("witness {} {}{}\n", witness.name, witness.key.text(), with(witness.url));
    for (const auto& group : groups_)
        out += fmt::format("group {} {} {}\n", group.name, group.needed,
                           fmt::join(group.members, " "));
    return out + fmt::format("quorum {}\n", quorum_.empty() ? "none" : quorum_);
}

base::Result<Policy::Verdict> Policy::judge(std::string_view bytes) const {
    auto note = Note::parse(bytes);
    if (!note) return note.error();
    std::optional<Verdict> verdict;
    for (const auto& log : logs_) {
        auto opened = SignedCheckpoint::open(bytes, log.key);
        if (opened) verdict = Verdict{*std::move(opened), {}, {}, false};
        // A rotation leaves one log with two keys: a note signed by one of them is enough.
        else if (opened.error().code != "E_NOT_SIGNED")
            return opened.error();
    }
    if (!verdict) {
        return base::Error{base::Fault::not_found, "E_NOT_SIGNED",
                           "the checkpoint is not signed by a log that the policy names"};
    }
    std::vector<std::string> names;
    for (const auto& line : note->signatures) {
        for (const auto& witness : witnesses_) {
            if (!witness.key.matches(line)) continue;
            if (witness.key.type == KeyType::ml_dsa_44) {
                verdict->kept.push_back(witness.name);
                continue;
            }
            const auto seconds = verify_cosignature(witness.key, line, note->text);
            if (!seconds) return seconds.error();
            verdict->cosigned.push_back({witness.name, *seconds});
            names.push_back(witness.name);
        }
    }
    verdict->quorum = quorum_of(names);
    return *std::move(verdict);
}

bool Policy::quorum_of(const std::vector<std::string>& witnesses) const {
    if (quorum_.empty()) return true;
    auto satisfied = witnesses;
    const auto has = [&](const std::string& name) {
        return std::find(satisfied.begin(), satisfied.end(), name) != satisfied.end();
    };
    // Members are defined before their group, so one pass is enough.
    for (const auto& group : groups_) {
        const auto count = std::count_if(group.members.begin(), group.members.end(), has);
        if (static_cast<std::size_t>(count) >= group.needed) satisfied.push_back(group.name);
    }
    return has(quorum_);
}

}  // namespace proof
