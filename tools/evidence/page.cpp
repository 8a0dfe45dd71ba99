#include "tools/evidence/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>

#include "tools/evidence/fields.h"
#include "tools/evidence/html.h"

namespace evidence {
namespace json = boost::json;
namespace {

constexpr std::string_view style =
    "html{font:15px/1.5 'Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei','PingFang SC',"
    "'Segoe UI',Arial,sans-serif;color:#1b1f24;background:#fff}\n"
    "body{max-width:60rem;margin:1.5rem auto;padding:0 1rem}\n"
    "h1{font-size:1.6rem;margin:0 0 .3rem}h2{font-size:1.15rem;margin:1.8rem 0 .5rem;"
    "border-bottom:2px solid #1b4b72;color:#1b4b72}\n"
    "[lang=en]{color:#57606a;font-size:.92em}h1 [lang=en],h2 [lang=en]{font-weight:normal}\n"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;"
    "padding:.25rem .6rem .25rem 0;border-bottom:1px solid #d8dee4}\n"
    "th{font-weight:600;white-space:normal}table.kv>tbody>tr>th,article table th{width:15rem}\n"
    "table.in{margin:0}table.in th{width:11rem;font-weight:normal}table.in tr:last-child>*"
    "{border-bottom:0}\n"
    ".item+.item{border-top:1px dotted #afb8c1}\n"
    "code{font:12px/1.4 ui-monospace,'DejaVu Sans Mono',Consolas,monospace;word-break:break-all}\n"
    "article{margin:1.2rem 0;padding:.7rem 1rem;border:1px solid #d0d7de;border-radius:6px;"
    "break-inside:avoid-page}\n"
    "article h3{margin:0 0 .4rem;font-size:1.02rem}article.beside{background:#f6f8fa}\n"
    ".closed{color:#8a4600}.warn{background:#fff4d6;border:1px solid #d4a72c;padding:.4rem .7rem;"
    "border-radius:6px}\n"
    "small{color:#57606a}li{margin:.2rem 0}a{color:#0a58a6}\n"
    "@media print{html{font-size:10.5px}body{max-width:none;margin:0}a{color:inherit;"
    "text-decoration:none}article{border-color:#888}}\n";

struct RoleName {
    events::Role role;
    std::string_view zh, en;
};
constexpr RoleName role_names[] = {
    {events::Role::P, "省级主管部门", "Provincial office"},
    {events::Role::M, "市（州）主管部门", "Prefecture office"},
    {events::Role::C, "县（区）主管部门", "County office"},
    {events::Role::E, "用人单位", "Employer"},
    {events::Role::H, "引才单位", "Host"},
    {events::Role::O, "项目办公室", "Programme office"},
    {events::Role::T, "人才本人", "The talent"},
    {events::Role::S, "数据管理员", "Data steward"},
    {events::Role::X, "服务窗口", "Service window"},
    {events::Role::A, "审计", "Auditor"},
    {events::Role::Y, "系统", "The system"}};

std::string role_name(events::Role role) {
    for (const auto& each : role_names) {
        if (each.role == role) return both(each.zh, each.en);
    }
    return "–";
}

std::string row(std::string_view zh, std::string_view en, const std::string& value) {
    return fmt::format("<tr><th>{}</th><td>{}</td></tr>\n", both(zh, en), value);
}

std::string code(std::string_view text) { return "<code>" + escaped(text) + "</code>"; }

/// Seconds are enough for people. China has kept one offset since 1992; elsewhere times are UTC.
std::string time_text(events::Instant at, const std::string& zone) {
    const bool is_china = zone == "Asia/Shanghai";
    constexpr std::int64_t eight_hours = 8ll * 3600 * 1'000'000;
    if (is_china && at.micros < INT64_MAX - eight_hours) at.micros += eight_hours;
    const auto text = at.text();
    return text.substr(0, 10) + " " + text.substr(11, 8) + (is_china ? " +08:00" : " UTC");
}

std::string period_text(const events::schema::Event& event) {
    auto out = events::Date::of(*event.effective_from()).text();
    if (event.effective_to()) out += " – " + events::Date::of(*event.effective_to()).text();
    return out;
}

/// What is put together from all events, then written event by event.
class Writer {
public:
    explicit Writer(const Page& page) : page_(page), fields_(page.names, known_, shown_) {
        const auto count = std::min(page.events.size(), page_events_max);
        for (std::size_t i = 0; i < page.events.size(); ++i) {
            const auto& event = *page.events[i].event;
            if (i < count) shown_.insert(event.position());
            learn(event);
        }
    }
    std::string html() const;

private:
    void learn(const events::schema::Event& event);
    std::string facts() const;
    std::string asked() const;
    std::string meaning() const;
    std::string overview() const;
    std::string article(const PageEvent& shown) const;
    std::string sealed(const PageEvent& shown) const;
    std::string person_name() const;

    const Page& page_;
    std::map<std::string, std::string> known_;
    std::set<std::uint64_t> shown_;
    FieldRows fields_;
};

void Writer::learn(const events::schema::Event& event) {
    const auto home = events::Id::of(event.streams()->Get(0)->id()).text();
    if (const auto* employer = event.payload_as_EmployerRegistered()) {
        known_[home] = employer->name()->str();
    } else if (const auto* amended = event.payload_as_EmployerAmended()) {
        if (amended->name() != nullptr) known_[home] = amended->name()->str();
    } else if (const auto* site = event.payload_as_SiteOpened()) {
        if (site->name() != nullptr) {
            known_[events::Id::of(*site->site()).text()] = site->name()->str();
        }
    }
}

std::string Writer::person_name() const {
    std::string zh, latin;
    for (const auto& shown : page_.events) {
        for (const auto& field : shown.personal.fields) {
            boost::system::error_code bad;
            const auto value = json::parse(field.json, bad);
            if (bad || !value.is_string()) continue;
            const std::string text(value.get_string());
            if (field.path == "name.zh") zh = text;
            if (field.path == "name.latin") latin = text;
        }
    }
    return both(escaped(zh), escaped(latin));
}

std::string Writer::asked() const {
    const auto& asked = page_.manifest.asked;
    std::string out;
    if (asked.person) {
        const auto name = page_.personal ? person_name() : std::string();
        const auto id = code(asked.person->text());
        out += row("人才", "Person", name.empty() ? id : name + " " + id);
    }
    std::string streams;
    for (const auto& stream : asked.streams) streams += code(stream.text()) + "<br>";
    if (!streams.empty()) out += row("流", "Streams", streams);
    if (!asked.type.empty()) {
        const auto* type = events::Catalogue::built_in().find(asked.type);
        out += row("事件类型", "Type of event",
                   type ? both(escaped(type->zh), escaped(type->en)) : escaped(asked.type));
    }
    if (!asked.recorded_from.empty() || !asked.recorded_to.empty()) {
        out += row("登记时间", "Recorded", escaped(asked.recorded_from) + " … " +
                                               escaped(asked.recorded_to));
    }
    return out + row("日志位置", "Positions",
                     fmt::format("{} … {}", asked.from, asked.upto == 0 ? 0 : asked.upto - 1));
}

std::string Writer::facts() const {
    const auto& manifest = page_.manifest;
    std::string cosigners;
    for (const auto& name : page_.cosigners) cosigners += code(name) + "<br>";
    return "<table class=\"kv\"><tbody>\n" + asked() +
           row("事件数", "Events", std::to_string(manifest.events)) +
           row("账本", "Ledger", code(manifest.ledger.text())) +
           row("日志源", "Origin of the log", code(manifest.origin)) +
           row("检查点", "Checkpoint",
               fmt::format("{} {}<br>{}", manifest.size, both("个事件", "events"),
                           code(events::hex(manifest.root)))) +
           row("见证签名", "Cosigned by", cosigners.empty() ? both("无", "nobody") : cosigners) +
           row("制作时间", "Made at", escaped(time_text(manifest.made_at, page_.zone))) +
           row("制作程序", "Made by", escaped(manifest.program)) + "</tbody></table>\n";
}

std::string Writer::meaning() const {
    std::string zh, en;
    switch (page_.shown.completeness) {
        case Completeness::positions:
            zh = "所示位置范围内的事件全部在此，一个不缺。";
            en = "Every event of these positions is here, none is missing.";
            break;
        case Completeness::streams:
            zh = fmt::format("日志前 {} 个事件中，所示流的事件全部在此：日志自己的流清单可证"
                             "（streams/）。其后是否还有事件，本包不作证明。",
                             page_.shown.upto);
            en = fmt::format("Of the log's first {} events all of these streams are here, as the "
                             "log's own list of streams proves (streams/). Whether later ones "
                             "follow is not shown.",
                             page_.shown.upto);
            break;
        case Completeness::gapless:
            zh = "所示流的事件从第一个起连续无缺；其后是否还有事件，本包不作证明。";
            en = "The events of these streams are here from the first one on without a gap; "
                 "whether later ones follow is not shown.";
            break;
        case Completeness::nothing:
            zh = "这是按条件选取的事件；是否还有其他符合条件的事件，本包不作证明。";
            en = "These events were chosen; that no others fit is not shown.";
            break;
    }
    return "<ul>\n<li>" +
           both("每个事件的原始字节在 events/ 中，证明其在日志中的文件在 proofs/ 中。",
                "The bytes of every event are in events/, the proof that it is in the log in "
                "proofs/.") +
           "</li>\n<li>" + both(zh, en) + "</li>\n<li>" +
           both("个人信息密封于事件之外；已开启的部分在 personal/ 中，可依法删除，其余部分仍可校验。",
                "Personal data are sealed beside the event. What is opened lies in personal/; it "
                "can be taken out where the law asks for it, and everything else still verifies.") +
           "</li>\n<li>" +
           both("本页由上述文件生成。请以 talent-verify 校验本包，并核对其所用密钥；页面本身不是证据。",
                "This page was made from those files. Check the pack with talent-verify under a "
                "key that you trust; the page alone proves nothing.") +
           "</li>\n</ul>\n";
}

std::string Writer::overview() const {
    std::string out = "<table><thead><tr><th>" + both("位置", "Position") + "</th><th>" +
                      both("事件", "Event") + "</th><th>" + both("生效", "Effective") +
                      "</th><th>" + both("登记时间", "Recorded") + "</th></tr></thead><tbody>\n";
    std::size_t count = 0;
    for (const auto& shown : page_.events) {
        if (count++ == page_events_max) break;
        if (shown.is_context) continue;
        const auto& event = *shown.event;
        const auto& type = *events::Catalogue::built_in().find(event.payload_type());
        out += fmt::format(
            "<tr><td><a href=\"#e{0}\">{0}</a></td><td>{1}</td><td>{2}</td><td>{3}</td></tr>\n",
            event.position(), both(escaped(type.zh), escaped(type.en)), period_text(event),
            time_text(events::Instant::of(*event.recorded_at()), page_.zone));
    }
    out += "</tbody></table>\n";
    if (page_.events.size() > page_events_max) {
        out += "<p class=\"warn\">" + both("其余事件见 events.ndjson。",
                                           "The others are in events.ndjson.") + "</p>\n";
    }
    return out;
}

std::string Writer::sealed(const PageEvent& shown) const {
    if (shown.event->sealed() == nullptr) return {};
    std::string out;
    for (const auto* part : *shown.event->sealed()) {
        const bool opened = std::any_of(
            shown.personal.fields.begin(), shown.personal.fields.end(),
            [&](const auto& field) { return field.personal_class == part->personal_class(); });
        out += escaped(events::schema::EnumNamePersonalClass(part->personal_class())) + ": " +
               (opened ? both("已开启", "opened") : both("未附", "not included")) + "<br>";
    }
    return row("密封部分", "Sealed parts", out);
}

std::string Writer::article(const PageEvent& shown) const {
    const auto& event = *shown.event;
    const auto& catalogue = events::Catalogue::built_in();
    const auto& type = *catalogue.find(event.payload_type());
    std::string text;
    events::write_event(text, catalogue, event, shown.leaf, &shown.personal);
    const auto cloud = json::parse(text).as_object();
    const auto& data = cloud.at("data").as_object();

    std::string rows = fields_.rows(*type.table, data.at("payload").as_object());
    if (const auto* evidence = data.if_contains("evidence")) {
        std::string items;
        for (const auto& item : evidence->as_array()) {
            items += "<table class=\"in\">" +
                     fields_.rows(*catalogue.table("Evidence"), item.as_object()) + "</table>";
        }
        rows += row("证明材料", "Evidence", items);
    }
    std::string streams;
    for (const auto* stream : *event.streams()) {
        const auto id = events::Id::of(stream->id()).text();
        streams += escaped(events::name_of(stream->kind())) + " " + fields_.named_id(id) +
                   fmt::format(" @{}<br>", stream->revision());
    }
    auto actor = role_name(event.actor()->role());
    actor += " " + code(events::Id::of(*event.actor()->id()).text());
    rows += row("生效日期", "Effective", period_text(event));
    if (event.proposed()) {
        rows += row("待批准", "Proposed", both("经他人批准后生效", "takes effect once approved"));
    }
    rows += sealed(shown);
    rows += row("所在流", "Streams", streams) + row("登记人", "Recorded by", actor) +
            row("登记时间", "Recorded at",
                time_text(events::Instant::of(*event.recorded_at()), page_.zone)) +
            row("事件编号", "Event id", code(events::Id::of(*event.event_id()).text())) +
            row("叶哈希", "Leaf hash", code(events::hex(shown.leaf)));
    return fmt::format("<article id=\"e{0}\"{1}><h3>#{0} {2}</h3>\n<table><tbody>\n{3}"
                       "</tbody></table></article>\n",
                       event.position(), shown.is_context ? " class=\"beside\"" : "",
                       both(escaped(type.zh), escaped(type.en)), rows);
}

std::string Writer::html() const {
    std::string events, beside;
    std::size_t count = 0;
    for (const auto& shown : page_.events) {
        if (count++ == page_events_max) break;
        (shown.is_context ? beside : events) += article(shown);
    }
    std::string out =
        "<!DOCTYPE html>\n<html lang=\"zh\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width\">\n"
        "<title>证据包 Evidence pack</title>\n";
    if (page_.personal) out += "<meta name=\"salt\" content=\"" + escaped(page_.salt) + "\">\n";
    out += "<style>\n";
    out += style;
    out += "</style>\n</head>\n<body>\n<h1>" + both("证据包", "Evidence pack") + "</h1>\n";
    if (page_.manifest.kind == "DEMO") {
        out += "<p class=\"warn\">" + both("演示账本，内容均为虚构。",
                                           "A demonstration ledger: everything in it is made up.") +
               "</p>\n";
    }
    out += facts();
    out += "<h2>" + both("本包证明什么", "What this shows") + "</h2>\n" + meaning();
    out += "<h2>" + both("概览", "Overview") + "</h2>\n" + overview();
    out += "<h2>" + both("事件", "Events") + "</h2>\n" + events;
    if (!beside.empty()) {
        out += "<h2>" + both("相关事件（便于理解）", "Beside them, so that they can be understood") +
               "</h2>\n" + beside;
    }
    return out + "</body>\n</html>\n";
}

}  // namespace

std::string Page::html() const { return Writer(*this).html(); }

}  // namespace evidence
