#include "tools/evidence/lists.h"

#include "events/codes/code_lists.h"

namespace evidence {
namespace {

constexpr std::string_view folder = "code_lists/";


}  // namespace

Names::Names(const Files& files) {
    for (auto at = files.lower_bound(folder); at != files.end(); ++at) {
        const std::string_view name = at->first;
        if (!name.starts_with(folder)) break;
        const auto& text = at->second;
        const auto rows = events::parse_csv(text);
        if (!rows) continue;
        const auto key = text.substr(0, text.find_first_of(",\r\n"));
        auto list = name.substr(folder.size());
        list = list.substr(0, list.find('.'));
        auto& codes = lists_[std::string(list)];
        for (const auto& row : *rows) {
            codes.emplace(events::cell(row, key),
                          Name{events::cell(row, "name_zh"), events::cell(row, "name_en")});
        }
    }
}

const Names::Name* Names::find(std::string_view list, std::string_view code) const {
    // Regions are coded by divisions.
    if (list == "regions" || list == "division_code") list = "divisions";
    const auto found = lists_.find(list);
    if (found == lists_.end()) return nullptr;
    const auto name = found->second.find(code);
    return name == found->second.end() ? nullptr : &name->second;
}

}  // namespace evidence
