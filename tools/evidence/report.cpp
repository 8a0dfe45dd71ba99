#include "tools/evidence/report.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "tools/evidence/pretty.h"

namespace evidence {
namespace json = boost::json;
namespace {

struct Sentence {
    std::string_view code, zh, en;
};
constexpr Sentence sentences[] = {
    {"W_PACK_OWN_KEYS", "所用密钥来自本包自身：请与从其他渠道得到的密钥核对，或以 --vkey、--policy 指定。",
     "The keys came out of the pack itself: compare them with ones from elsewhere, or give --vkey "
     "or --policy."},
    {"W_PACK_CHOICE", "这是按条件选取的事件；是否还有其他符合条件的事件，本包不作证明。",
     "The events were chosen; that no others fit is not shown."},
    {"W_PACK_GAPLESS", "各流的事件从第一个起连续无缺；其后是否还有事件，本包不作证明。",
     "Each stream is without a gap from its first event on; whether later ones follow is not "
     "shown."},
    {"W_PACK_LISTED", "日志自己的流清单证明各流截至该清单的事件齐全；其后是否还有事件，本包不作证明。",
     "The log's own list of streams shows that none is missing up to that list; whether later ones "
     "follow is not shown."},
    {"W_PACK_ABSENT", "有已开启的部分被取出；其余部分不受影响。",
     "Opened parts have been taken out; nothing else depends on them."},
    {"W_PACK_PERSONAL_PAGE", "personal/page.html 仍含被取出的内容，且无法校验：应一并取出。",
     "personal/page.html still shows what was taken out and cannot be checked: take it out too."},
    {"W_PACK_OTHER_LISTS", "模式、代码表或说明与本程序所带的不同。",
     "Schema, code lists or README are not those that this program has."},
    {"W_PACK_UNREAD", "页面或 events.ndjson 由另一版本的程序生成，未能核对；请以 events/ 为准。",
     "The page or events.ndjson were made by another version and could not be checked; believe "
     "events/."},
};

std::string_view name_of(Completeness completeness) {
    switch (completeness) {
        case Completeness::nothing:
            return "not_shown";
        case Completeness::gapless:
            return "gapless";
        case Completeness::streams:
            return "streams";
        case Completeness::positions:
            return "positions";
    }
    return "not_shown";
}

json::object fault_json(const PackFault& fault) {
    json::object out{{"code", fault.code}, {"file", fault.file}};
    if (fault.position) out["position"] = std::to_string(*fault.position);
    out["what"] = fault.what;
    return out;
}

json::array cosigned_json(const Verdict& verdict) {
    json::array out;
    for (const auto& seen : verdict.cosigned) {
        out.push_back(json::object{{"witness", seen.witness}, {"seconds", seen.seconds}});
    }
    return out;
}

}  // namespace

std::string sentence_of(const std::string& note, Language language) {
    for (const auto& [code, zh, en] : sentences) {
        if (code == note) return std::string(language == Language::zh ? zh : en);
    }
    return note;
}

std::string text_of(const Verdict& verdict, Language language) {
    const bool zh = language == Language::zh;
    std::string out;
    if (const auto& fault = verdict.fault) {
        out += fmt::format("{}: {}{}{}: {}\n", zh ? "未通过" : "not good", fault->code,
                           fault->file.empty() ? "" : " ", fault->file, fault->what);
        if (fault->position) {
            out += fmt::format("  {} {}\n", zh ? "位置" : "position", *fault->position);
        }
        return out;
    }
    const auto& manifest = verdict.manifest;
    const auto line = [&](std::string_view chinese, std::string_view english,
                          const std::string& value) {
        out += fmt::format("  {}: {}\n", zh ? chinese : english, value);
    };
    out += zh ? "通过" : "good";
    if (!verdict.is_whole()) out += zh ? "，但页面未能核对" : ", but the page could not be checked";
    out += "\n";
    line("日志", "log", manifest.origin);
    line("检查点", "checkpoint",
         fmt::format("{} {}", manifest.size, events::hex(manifest.root)));
    for (const auto& key : verdict.log_keys) line("密钥", "key", key);
    for (const auto& seen : verdict.cosigned) line("见证人", "cosigned by", seen.witness);
    line("事件", "events",
         fmt::format("{} + {}", manifest.events, manifest.context.size()));
    const auto& shown = verdict.shown;
    std::string complete(name_of(shown.completeness));
    if (shown.completeness == Completeness::streams) complete += fmt::format(" ({})", shown.upto);
    line("完整性", "complete", complete);
    line("密封部分", "sealed parts",
         zh ? fmt::format("开启 {}，未附 {}，账本已销毁 {}，已从包中取出 {}", verdict.opened,
                          verdict.closed, verdict.erased, verdict.absent)
            : fmt::format("{} opened, {} left out, {} erased in the ledger, {} taken out of the "
                          "pack",
                          verdict.opened, verdict.closed, verdict.erased, verdict.absent));
    for (const auto& note : verdict.notes) {
        out += fmt::format("  {}: {}\n", note, sentence_of(note, language));
    }
    return out;
}

std::string json_of(const Verdict& verdict) {
    const auto& manifest = verdict.manifest;
    json::array keys, notes;
    for (const auto& key : verdict.log_keys) keys.emplace_back(key);
    for (const auto& note : verdict.notes) notes.emplace_back(note);
    json::object out{{"good", verdict.good()}, {"whole", verdict.is_whole()}};
    if (verdict.fault) out["fault"] = fault_json(*verdict.fault);
    out["origin"] = manifest.origin;
    out["size"] = std::to_string(manifest.size);
    out["root"] = events::hex(manifest.root);
    out["keys"] = std::move(keys);
    out["own_keys"] = verdict.own_trust;
    out["cosigned"] = cosigned_json(verdict);
    out["entries"] = std::to_string(verdict.entries);
    out["events"] = std::to_string(manifest.events);
    out["complete"] = name_of(verdict.shown.completeness);
    if (verdict.shown.completeness == Completeness::streams)
        out["complete_upto"] = std::to_string(verdict.shown.upto);
    out["parts"] = json::object{{"opened", verdict.opened},
                                {"left_out", verdict.closed},
                                {"erased", verdict.erased},
                                {"taken_out", verdict.absent}};
    out["page_checked"] = verdict.page_checked;
    out["personal_page_checked"] = verdict.personal_page_checked;
    out["notes"] = std::move(notes);
    return pretty(out);
}

}  // namespace evidence
