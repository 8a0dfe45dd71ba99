// A route: what it is called, what it takes, what it answers, and who does it. Dispatch,
// `/openapi.json` and the tests read the same value.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"
#include "server/async.h"
#include "server/connection.h"
#include "server/message.h"
#include "server/services.h"

namespace server {

/// One request on its way through a route.
/// Lifetime: everything is owned by the session that awaits the handler.
struct Call {
    Services& services;
    const Request& request;
    Connection& connection;
    std::map<std::string, std::string, std::less<>> path;  ///< variables of the path template

    const std::string* parameter(std::string_view name) const { return request.parameter(name); }
    /// A number, its default if not given. Fails with `invalid` E_BAD_PARAMETER outside the bounds.
    base::Result<std::uint64_t> number(std::string_view name, std::uint64_t otherwise,
                                       std::uint64_t least, std::uint64_t most) const;
    /// A position in the path. Fails with `invalid` E_BAD_POSITION.
    base::Result<std::uint64_t> position() const;
    /// `true` or `false`. Fails with `invalid` E_BAD_PARAMETER.
    base::Result<bool> flag(std::string_view name) const;
};

base::Error bad_parameter(std::string_view name, std::string_view why);

struct Parameter {
    enum class Where { path, query, header };
    enum class Kind { text, integer, boolean };

    std::string name;
    Where where = Where::query;
    Kind kind = Kind::text;
    std::string en;
    bool must = false;
};

/// A status with what it means and the media types it may come in; problems have none named.
struct Outcome {
    int status;
    std::string en;
    std::vector<std::string> media_types;
    std::string schema = {};  ///< component of the OpenAPI document, empty if free-form
};

struct Route {
    using Handler = awaitable<base::Result<Response>> (*)(Call&);

    std::string id;
    Method method = Method::get;
    std::string path;  ///< `/v1/streams/{kind}/{id}`
    std::string en;
    std::string zh;
    std::vector<Parameter> parameters;
    std::vector<Outcome> outcomes;
    std::vector<std::string> body_types;  ///< media types of the request body
    Handler handler = nullptr;
    bool free_query = false;     ///< hands on query parameters it does not know (views)
    bool without_ready = false;  ///< answers while the server is starting
    bool takes_rest = false;     ///< the last variable is the rest of the path, slashes and all
    bool unmetered = false;      ///< for those who watch: never counted against a client's rate
};

}  // namespace server
