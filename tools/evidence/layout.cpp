#include "tools/evidence/layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/catalogue.h"
#include "ledger/proof/hashes.h"
#include "ledger/proof/text.h"
#include "tools/evidence/page.h"

namespace evidence {
namespace {

base::Error missing(std::string what) {
    return {base::Fault::corrupt, "E_PACK", std::move(what)};
}

bool stands_in(const events::schema::Event& event, const events::StreamId& stream) {
    return std::any_of(event.streams()->begin(), event.streams()->end(), [&](const auto* each) {
        return each->kind() == stream.kind && events::Id::of(each->id()) == stream.id;
    });
}

/// Whether revisions of the stream among the entries are 1, 2, 3 ...; context counts too.
base::Result<void> check_revisions(const events::StreamId& stream, const Entries& entries) {
    std::uint32_t newest = 0;
    for (const auto& [position, entry] : entries) {
        for (const auto* each : *entry.event->streams()) {
            if (each->kind() != stream.kind || events::Id::of(each->id()) != stream.id) continue;
            if (each->revision() != ++newest) {
                return missing(fmt::format("revision {} of {} is not among the events", newest,
                                           stream.text()));
            }
        }
    }
    return {};
}

/// That the entries of a stream are those that the list counts.
base::Result<void> check_listed(const ListedStream& listed, const Entries& entries) {
    proof::StreamState found;
    for (const auto& [position, entry] : entries) {
        if (position >= listed.size) break;
        if (stands_in(*entry.event, listed.stream)) found = {found.count + 1, position};
    }
    if (found == listed.state.value_or(proof::StreamState{})) return {};
    return missing(fmt::format("of {} the log listed {} events among its first {}; {} are here",
                               listed.stream.text(), listed.state ? listed.state->count : 0,
                               listed.size, found.count));
}

base::Result<Shown> shown_of_streams(const std::vector<events::StreamId>& streams,
                                     const Entries& entries,
                                     const std::vector<ListedStream>& listed) {
    for (const auto& stream : streams) {
        if (auto whole = check_revisions(stream, entries); !whole) return whole.error();
    }
    Shown out{Completeness::streams, UINT64_MAX};
    for (const auto& one : listed) {
        if (std::find(streams.begin(), streams.end(), one.stream) == streams.end())
            return missing(one.stream.text() + " was not asked for");
        if (auto good = check_listed(one, entries); !good) return good.error();
        out.upto = std::min(out.upto, one.size);
    }
    if (listed.size() < streams.size()) return Shown{Completeness::gapless};
    return out;
}

}  // namespace

std::string entry_file(std::uint64_t position) { return fmt::format("events/{}.tle", position); }

std::string proof_file(std::uint64_t position) {
    return fmt::format("proofs/{}.tlog-proof", position);
}

std::string stream_file(const events::StreamId& stream) {
    auto name = stream.text();
    std::replace(name.begin(), name.end(), '/', '-');
    return fmt::format("{}{}.completeness", streams_folder, name);
}

std::optional<std::uint64_t> position_in(std::string_view name, std::string_view folder,
                                         std::string_view ending) {
    if (!name.starts_with(folder) || !name.ends_with(ending)) return std::nullopt;
    if (name.size() <= folder.size() + ending.size()) return std::nullopt;
    return proof::decimal(
        name.substr(folder.size(), name.size() - folder.size() - ending.size()));
}

std::string sums_of(const Files& files) {
    std::string out;
    for (const auto& [name, bytes] : files) {
        if (name == sums_file) continue;
        out += events::hex(proof::sha256({bytes})) + "  " + name + "\n";
    }
    return out;
}

std::string lines_of(const Entries& entries) {
    std::string out;
    for (const auto& [position, entry] : entries) {
        events::write_event(out, events::Catalogue::built_in(), *entry.event, entry.leaf);
        out += '\n';
    }
    return out;
}

std::string page_of(const PageSource& source, const std::string* salt) {
    const auto facts = facts_of(source.entries);
    Page page{source.manifest,
              source.names,
              facts ? facts->zone : std::string(),
              source.cosigners,
              source.shown,
              {},
              salt != nullptr,
              salt ? *salt : std::string()};
    for (const auto& [position, entry] : source.entries) {
        page.events.push_back({entry.event, entry.leaf, entry.is_context,
                               salt ? entry.personal : events::PersonalView{}});
    }
    return page.html();
}

std::string page_salt(const std::vector<std::string>& part_files) {
    // The files hold the keys, so their digest is as hard to guess as they are.
    std::string all;
    for (const auto& file : part_files) all += proof::bytes_of(proof::sha256({file}));
    return events::hex(proof::sha256({"ledger/page/v1", all}));
}

std::optional<LedgerFacts> facts_of(const Entries& entries) {
    const auto first = entries.find(0);
    if (first == entries.end()) return std::nullopt;
    const auto* opened = first->second.event->payload_as_LedgerOpened();
    if (opened == nullptr) return std::nullopt;
    return LedgerFacts{events::Id::of(*opened->ledger()),
                       events::schema::EnumNameLedgerKind(*opened->kind()),
                       opened->zone()->str()};
}

bool fits(const Asked& asked, const events::schema::Event& event) {
    if (event.position() < asked.from || event.position() >= asked.upto) return false;
    const auto at = events::Instant::of(*event.recorded_at());
    const auto from = events::Instant::parse(asked.recorded_from);
    const auto to = events::Instant::parse(asked.recorded_to);
    if ((from && at < *from) || (to && at >= *to)) return false;
    if (!asked.type.empty()) {
        const auto* type = events::Catalogue::built_in().find(event.payload_type());
        if (type == nullptr || type->name != asked.type) return false;
    }
    return asked.streams.empty() ||
           std::any_of(asked.streams.begin(), asked.streams.end(),
                       [&](const auto& stream) { return stands_in(event, stream); });
}

base::Result<Shown> shown_by(const Asked& asked, const Entries& entries,
                             const std::vector<ListedStream>& listed) {
    const bool whole_streams = !asked.streams.empty() && asked.type.empty() && asked.from == 0;
    if (!whole_streams && !listed.empty())
        return missing("only of whole streams can be shown that none is missing");
    if (whole_streams) return shown_of_streams(asked.streams, entries, listed);
    if (!asked.type.empty() || !asked.streams.empty()) return Shown{};
    for (auto position = asked.from; position < asked.upto; ++position) {
        if (entries.contains(position)) continue;
        return missing(fmt::format("position {} is not among the events", position));
    }
    return Shown{Completeness::positions};
}

std::vector<events::StreamId> streams_of(const events::Id& person, const Entries& entries) {
    std::vector<events::StreamId> out{{events::StreamKind::talent, person}};
    for (std::size_t i = 0; i < out.size(); ++i) {
        for (const auto& [position, entry] : entries) {
            const auto* merged = entry.event->payload_as_TalentRecordsMerged();
            const auto& home = *entry.event->streams()->Get(0);
            if (merged == nullptr || events::Id::of(home.id()) != out[i].id) continue;
            for (const auto* absorbed : *merged->absorbed()) {
                const events::StreamId stream{events::StreamKind::talent,
                                              events::Id::of(*absorbed)};
                if (std::find(out.begin(), out.end(), stream) == out.end()) out.push_back(stream);
            }
        }
    }
    return out;
}

std::string_view readme_text() {
    return "证据包（Talent Ledger）\n"
           "\n"
           "page.html 供阅读；personal/page.html 含已开启的个人信息（如有）。\n"
           "用本账本的程序校验： talent-verify pack 文件 --vkey 可信密钥\n"
           "不用本账本的程序：\n"
           "1. sha256sum -c --ignore-missing SHA256SUMS   （personal/ 中的文件可依法删除）\n"
           "2. events/N.tle 是日志第 N 个叶的原始字节；proofs/N.tlog-proof 按 C2SP tlog-proof\n"
           "   证明其在 checkpoint 所签的树中。任何支持 C2SP 的程序均可校验。\n"
           "3. 核对 vkey 与您从其他渠道得到的密钥一致。\n"
           "4. flatc --json --raw-binary schema/event.fbs -- events/N.tle 可读出事件内容。\n"
           "\n"
           "Evidence pack (Talent Ledger)\n"
           "\n"
           "page.html is for reading; personal/page.html has the opened personal data, if any.\n"
           "With the program of this ledger: talent-verify pack FILE --vkey TRUSTED-KEY\n"
           "Without it:\n"
           "1. sha256sum -c --ignore-missing SHA256SUMS   (what lies in personal/ may have been\n"
           "   taken out, as the law can ask for)\n"
           "2. events/N.tle are the bytes of leaf N of the log; proofs/N.tlog-proof proves it in\n"
           "   the tree signed in `checkpoint` (C2SP tlog-proof). Any C2SP program can check it.\n"
           "3. Compare vkey with the key that you got from elsewhere.\n"
           "4. flatc --json --raw-binary schema/event.fbs -- events/N.tle reads an event.\n";
}

}  // namespace evidence
