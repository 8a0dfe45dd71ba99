// A running server, over its port.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/cli/source.h"
#include "tools/client/http.h"

namespace tools {

/// Errors: those of the HTTP client, and whatever problem the server answers with.
class Server final : public Source {
public:
    struct Options {
        std::string actor;     ///< for the header Ledger-Actor; empty: none
        std::string language;  ///< for Accept-Language
        std::string token{};   ///< for Authorization; empty: none
        HttpClient::Options http{};
    };

    Server(Url url, Options options);

    base::Result<boost::json::object> view(const std::string& name, const std::string& subject,
                                           const Parameters& parameters) override;
    base::Result<void> events(const EventQuery& query, const Sink& sink) override;
    base::Result<boost::json::object> event(const std::string& name) override;
    base::Result<boost::json::object> status() override;
    std::string trace() const override { return trace_; }

    enum class Body { one, several, lines };
    /// Sends commands. The reply comes as it is: the receipt, or a problem.
    base::Result<Reply> post(const std::string& body, Body kind, bool dry_run,
                             const std::string& actor = {});
    /// Server-sent events from a position on; the sink gets kind and data of each.
    using News =
        std::function<bool(std::string_view kind, std::string_view id, std::string_view json)>;
    base::Result<void> follow(std::uint64_t from, const EventQuery& query, const News& news);
    /// Waits until the views reflect every event before `position`.
    base::Result<void> wait_for_views(std::uint64_t position);

    /// The body of a good reply as an object, or the problem.
    base::Result<boost::json::object> document(const base::Result<Reply>& reply);
    Request request(const std::string& target) const;
    HttpClient& http() { return http_; }

private:
    HttpClient http_;
    const Options options_;
    std::string trace_;
};

}  // namespace tools
