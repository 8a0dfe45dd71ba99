// Asks the views and the naive model the same questions and compares every field of the answers.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/acceptance/loaded_ledger.h"
#include "tests/acceptance/naive_counts.h"

namespace acceptance {

/// One (E, K) pair and a range of days.
struct Moment {
    std::size_t known = 0;  ///< K: the first so many events
    events::Date at;        ///< E
    events::Date from, to;
};

/// How much is asked at one moment.
struct Extent {
    /// Of the questions that split by a field, every so many-th, beginning with this one.
    std::size_t every = 1, first = 0;
    std::size_t people = 100, employers = 1'000'000;
};

/// Threads: one thread. Lifetime: everything handed in must outlive it.
class Recount {
public:
    Recount(LoadedLedger& loaded, const naive::Model& model, const Moment& moment);

    /// Every counted view in every coding, split by nothing.
    void every_coding();
    /// Every field of every view once, two at a time, and filters.
    void every_field(const Extent& extent);
    /// Dossiers and calendars, of all merged and split records first.
    void people(const Extent& extent, std::mt19937_64& random);
    void employers(const Extent& extent, std::mt19937_64& random);
    /// Compares one question to a counted view.
    void counted(const std::string& view, naive::Asked asked);

    std::size_t questions() const { return questions_; }

private:
    using Parameters = std::map<std::string, std::string>;

    naive::Asked asked() const;
    /// All pages of an answer; the last one with all rows in it.
    boost::json::object ask(const std::string& view, const std::string& subject,
                            Parameters parameters);
    void compare(const std::string& question, const boost::json::object& answer,
                 const std::vector<boost::json::object>& expected);
    void dossier(const naive::Person& person, const events::Id& asked_as);
    void calendar(const naive::Person& person);

    LoadedLedger& loaded_;
    const naive::Model& model_;
    Moment moment_;
    std::size_t questions_ = 0;
};

}  // namespace acceptance
