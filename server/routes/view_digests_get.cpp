// GET /v1/views/digests: one hash for each view, by which a replay can be compared with what is
// shown here.
#include <atomic>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <optional>

#include "events/fact.h"
#include "server/routes/described_route.h"
#include "server/routes/routes.h"

namespace server {
namespace {

namespace json = boost::json;
using events::schema::Payload;
using events::schema::ViewDigestsRecorded;

/// One reading of all that is stored at a time: it takes seconds where the log is long.
class DigestTurn {
public:
    explicit DigestTurn(std::atomic_flag& taken) : taken_(taken), mine_(!taken.test_and_set()) {}
    ~DigestTurn() {
        if (mine_) taken_.clear();
    }
    DigestTurn(const DigestTurn&) = delete;
    DigestTurn& operator=(const DigestTurn&) = delete;
    bool mine() const { return mine_; }

private:
    std::atomic_flag& taken_;
    const bool mine_;
};

base::Result<projections::ViewDigests> read_again(const projections::Views& views,
                                                  std::uint64_t size) {
    static std::atomic_flag taken = ATOMIC_FLAG_INIT;
    const DigestTurn turn(taken);
    if (turn.mine()) return views.digests_at(size);
    return base::Error{base::Fault::overloaded, "E_OVERLOADED",
                       "The stored views are being read for somebody else."};
}

/// Position of the event that records digests of this size; sizes only grow.
base::Result<std::optional<std::uint64_t>> recorded_at(const ledger::Ledger& ledger,
                                                       std::uint64_t size) {
    const std::array types{Payload::ViewDigestsRecorded};
    auto scan = ledger.scan(types, {size}, {ledger.head().size});
    const auto more = scan.next();
    if (!more) return more.error();
    std::optional<std::uint64_t> found;
    if (!*more) return found;
    const auto recorded = events::Fact::of(scan.bytes()).as<ViewDigestsRecorded>().size();
    if (recorded && *recorded == size) found = scan.position().value;
    return found;
}

base::Result<Response> digests_of(const Call& call, std::optional<std::uint64_t> at) {
    const auto& views = call.services.views;
    const auto digests = at ? read_again(views, *at) : views.digests();
    if (!digests) return digests.error();
    const auto recorded = recorded_at(call.services.ledger, digests->size);
    if (!recorded) return recorded.error();
    json::object of_views;
    for (const auto& [name, digest] : digests->views) of_views[name] = events::hex(digest);
    json::object out{{"size", std::to_string(digests->size)},
                     {"version", digests->version},
                     {"source", at ? "entries" : "sums"},
                     {"views", std::move(of_views)},
                     {"recorded", nullptr}};
    if (*recorded) out["recorded"] = std::to_string(**recorded);
    auto response = Response::json(json::serialize(out) + "\n");
    response.set("Cache-Control", "no-cache");
    return response;
}

awaitable<base::Result<Response>> get_view_digests(Call& call) {
    std::optional<std::uint64_t> at;
    if (call.parameter("at")) {
        const auto size = call.number("at", 0, 0, call.services.views.position());
        if (!size) co_return size.error();
        at = *size;
    }
    auto job = [&] { return digests_of(call, at); };
    co_return co_await call.services.workers.run(job);
}

}  // namespace

Route view_digests_route() {
    auto route = described_route(
        "getViewDigests", "/v1/views/digests",
        "A digest of each view: of now, from the sums kept along the way; with `at` read again "
        "from everything stored.",
        "各视图的摘要：默认取随写随存的累计值；给出at时由全部已存条目重新计算。", get_view_digests);
    route.parameters = {{"at", Parameter::Where::query, Parameter::Kind::integer,
                         "Events that the views shall have folded in; at most those they have."}};
    route.outcomes = {{200, "Digests by view.", {"application/json"}},
                      {503, "The stored views are being read for somebody else.", {}}};
    return route;
}

}  // namespace server
