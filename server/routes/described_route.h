// The part of a route that every one has.
#pragma once

#include <string>
#include <utility>

#include "server/route.h"

namespace server {

inline Route described_route(std::string id, std::string path, std::string en, std::string zh,
                             Route::Handler handler) {
    Route route;
    route.id = std::move(id);
    route.path = std::move(path);
    route.en = std::move(en);
    route.zh = std::move(zh);
    route.handler = handler;
    return route;
}

}  // namespace server
