// The views of one person or one employer by hand.
#pragma once

#include <boost/json.hpp>

#include <vector>

#include "events/catalogue.h"
#include "tests/acceptance/naive.h"

namespace naive {

/// `talent`, `absorbed`, `current` and `rows` of the person's dossier on day `at`.
boost::json::object dossier(const Model& model, const events::Catalogue& catalogue,
                            const Person& person, Date at);
/// Rows of an employer's roster on day `at`, in order of talent id.
std::vector<boost::json::object> roster(const Model& model, const Id& employer, Date at);
/// Rows of a person's calendar in [from, to).
std::vector<boost::json::object> calendar(const Model& model, const Person& person, Date from,
                                          Date to);

}  // namespace naive
