#include "server/asyncapi.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <vector>

namespace server {
namespace {

namespace json = boost::json;

struct Frame {
    const char* name;
    const char* summary;
    json::object payload;
};

json::object with_position(const char* member, const char* what) {
    return {{"type", "object"},
            {"properties",
             json::object{{member, json::object{{"type", "string"}, {"description", what}}}}}};
}

json::object text_member(const char* what) {
    return {{"type", "string"}, {"description", what}};
}

/// The note and its proof come together, now and then.
json::object checkpoint_payload() {
    auto out = with_position("position", "Position looked at last.");
    auto& members = out.at("properties").as_object();
    members["size"] = text_member("Events that the checkpoint covers: those before this position.");
    members["root"] = text_member("Root of their tree, hexadecimal.");
    members["from"] = text_member("Size of the checkpoint before; 0 for none.");
    members["path"] = json::object{
        {"type", "array"},
        {"items", text_member("Hash, hexadecimal.")},
        {"description", "That the log of `size` events continues the log of `from` (RFC 6962)."}};
    members["note"] = text_member("The signed checkpoint (C2SP tlog-checkpoint).");
    return out;
}

/// What server/event_subscription.cpp writes.
std::vector<Frame> frames() {
    return {{"event", "A recorded event; the frame's id is its position.",
             json::object{{"$ref", "/schemas/Event"}}},
            {"checkpoint",
             "The cursor may move up to `position`; with `note`, the log has been signed so far.",
             checkpoint_payload()},
            {"caught-up", "What follows is recorded from now on.",
             with_position("head", "Events in the log.")},
            {"fell-behind", "The reader is far behind the head of the log.",
             with_position("behind", "Events still to come.")},
            {"goodbye", "The server stops; connect again with Last-Event-ID.",
             json::object{{"type", "object"}}}};
}

json::object reference(const std::string& to) {
    return {{"$ref", to}};
}

}  // namespace

std::string asyncapi_document() {
    const std::string channel = "#/channels/events";
    json::object messages;
    json::array all;
    for (const Frame& each : frames()) {
        messages[each.name] = json::object{{"name", each.name},
                                           {"summary", each.summary},
                                           {"contentType", "application/json"},
                                           {"payload", each.payload}};
        all.push_back(reference(channel + "/messages/" + each.name));
    }
    const json::object events{
        {"address", "/v1/events/stream"},
        {"description", "Server-sent events; each message is the data of the frame of that name."},
        {"messages", std::move(messages)}};
    const json::object follow{{"action", "receive"},
                              {"channel", reference(channel)},
                              {"summary", "Follow the log from any point, without gap or repeat."},
                              {"messages", std::move(all)}};
    const json::object document{
        {"asyncapi", "3.0.0"},
        {"info", json::object{{"title", "Talent Ledger"}, {"version", "1"}}},
        {"defaultContentType", "application/json"},
        {"channels", json::object{{"events", events}}},
        {"operations", json::object{{"followEvents", follow}}}};
    return json::serialize(document) + "\n";
}

}  // namespace server
