// GET /v1/limits: every bound of this server.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>

#include "events/event.h"
#include "server/limits.h"
#include "server/routes/routes.h"
#include "server/settings.h"

namespace server {
namespace {

template <class Duration>
std::int64_t ms(Duration duration) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

awaitable<base::Result<Response>> get_limits(Call& call) {
    boost::json::object all{{"target_bytes_max", limits::target_bytes_max},
                            {"header_bytes_max", limits::header_bytes_max},
                            {"command_bytes_max", limits::command_bytes_max},
                            {"command_events_max", limits::command_events_max},
                            {"event_bytes_max", events::event_bytes_max},
                            {"event_streams_max", events::event_streams_max},
                            {"line_bytes_max", limits::line_bytes_max},
                            {"body_bytes_per_second_min", limits::body_bytes_per_second_min},
                            {"view_wait_max_ms", ms(limits::view_wait_max)},
                            {"connections_max", limits::connections_max},
                            {"subscribers_max", limits::subscribers_max},
                            {"inflation_max", limits::inflation_max},
                            {"packed_bytes_min", limits::packed_bytes_min},
                            {"bulk_loads_max", limits::bulk_loads_max},
                            {"bulk_window_commands", limits::bulk_window},
                            {"bulk_answer_bytes_max", limits::bulk_answer_bytes_max},
                            {"duties_every_ms", ms(limits::duties_every)},
                            {"recording_events_min", limits::recording_events_min},
                            {"recording_after_ms", ms(limits::recording_after)},
                            {"duties_at_once", limits::duties_at_once},
                            {"reads_queued_max", limits::reads_queued_max},
                            {"page_events_max", limits::page_events_max},
                            {"page_events_default", limits::page_events_default},
                            {"page_bytes_max", limits::page_bytes_max},
                            {"page_scan_max", limits::page_scan_max},
                            {"behind_events", limits::behind_events},
                            {"checkpoint_events", limits::checkpoint_events},
                            {"stream_comment_every_ms", ms(limits::stream_comment_every)},
                            {"stream_retry_ms", ms(limits::stream_retry)}};
    for (const BoundSetting& each : bound_settings())
        all[each.name] = call.services.settings.bounds.*each.bound;
    co_return Response::json(boost::json::serialize(all) + "\n");
}

}  // namespace

Route limits_route() {
    Route route;
    route.id = "getLimits";
    route.path = "/v1/limits";
    route.en = "Every bound of this server; sizes in bytes, times in milliseconds.";
    route.zh = "本服务的各项上限；大小以字节计，时间以毫秒计。";
    route.outcomes = {{200, "The bounds.", {"application/json"}}};
    route.handler = get_limits;
    route.without_ready = true;
    return route;
}

}  // namespace server
