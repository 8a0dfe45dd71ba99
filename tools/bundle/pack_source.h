// An evidence pack as a place where answers come from.
#pragma once

#include <boost/json/fwd.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tools/cli/source.h"
#include "tools/evidence/report.h"
#include "tools/evidence/zip.h"

namespace tools {

/// Answers what its events can answer; there are no views in a pack.
class PackSource final : public Source {
public:
    /// Checks the pack under its own keys first. Errors: `not_found` E_NO_FILE, the first fault.
    static base::Result<std::unique_ptr<PackSource>> open(const std::string& file);

    base::Result<boost::json::object> view(const std::string& name, const std::string& subject,
                                           const Parameters& parameters) override;
    base::Result<void> events(const EventQuery& query, const Sink& sink) override;
    base::Result<boost::json::object> event(const std::string& name) override;
    base::Result<boost::json::object> status() override;

    const evidence::Files& files() const { return files_; }
    const evidence::Verdict& verdict() const { return verdict_; }

private:
    PackSource(evidence::Files files, evidence::Verdict verdict);

    evidence::Files files_;
    evidence::Verdict verdict_;
};

/// The verdict's fault as a failure; REQUIRES: there is one.
base::Error error_of(const evidence::PackFault& fault);

}  // namespace tools
