// Collects what is wrong with a request, with the place of each fault.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"

namespace events {

/// Bounds: the first `faults_max` faults are kept.
class Faults {
public:
    static constexpr std::size_t faults_max = 50;

    /// Enters a member or an item for as long as it lives.
    class In {
    public:
        In(Faults& faults, std::string_view name) : faults_(faults) {
            faults.path_.push_back({name, 0});
        }
        In(Faults& faults, std::size_t index) : faults_(faults) {
            faults.path_.push_back({{}, index});
        }
        ~In() { faults_.path_.pop_back(); }
        In(const In&) = delete;
        In& operator=(const In&) = delete;

    private:
        Faults& faults_;
    };

    void add(std::string_view code, std::string what);
    void add(const base::Error& error) { add(error.code, error.what); }
    /// At a member of the present place.
    void add_at(std::string_view name, std::string_view code, std::string what);

    /// E_UNKNOWN_FIELD, at the member if its name can be repeated: nothing that could be personal.
    void add_unknown(std::string_view name, std::string what);

    std::size_t count() const { return count_; }
    bool none() const { return count_ == 0; }
    /// REQUIRES: !none(). The first fault, with all of them as details.
    base::Error error() const;
    void clear();

    /// How deep the present place is; for `dotted`.
    std::size_t depth() const { return path_.size(); }
    /// The present place below `depth`, as catalogue path: `doc.number`, `evidence.0.locator`.
    std::string dotted(std::size_t depth) const;

private:
    struct Step {
        std::string_view name;  ///< empty: an item
        std::size_t index;
    };
    std::string pointer() const;

    std::vector<Step> path_;
    std::vector<base::Detail> details_;
    std::size_t count_ = 0;
};

}  // namespace events
