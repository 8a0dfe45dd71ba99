// Fields of an event as rows of a page. Internal to the page.
#pragma once

#include <boost/json/fwd.hpp>
#include <map>
#include <set>
#include <string>

#include "events/catalogue.h"
#include "tools/evidence/lists.h"

namespace evidence {

/// Lifetime: borrows what it is handed.
class FieldRows {
public:
    /// `known`: public names of employers and sites by id; `shown`: positions that have a place on
    /// the page.
    FieldRows(const Names& names, const std::map<std::string, std::string>& known,
              const std::set<std::uint64_t>& shown)
        : names_(names), known_(known), shown_(shown) {}

    /// Rows `<tr><th>label<td>value` of every member.
    std::string rows(const events::TableInfo& table, const boost::json::object& members) const;
    std::string named_id(std::string_view id) const;

private:
    std::string value(const events::FieldInfo& field, const boost::json::value& value) const;
    std::string text(const events::FieldInfo& field, std::string_view text) const;
    std::string coded(const events::FieldInfo& field, std::string_view code) const;
    std::string reference(std::string_view text) const;

    const Names& names_;
    const std::map<std::string, std::string>& known_;
    const std::set<std::uint64_t>& shown_;
};

}  // namespace evidence
