// One function per file of this folder: the route with its description and handler.
#pragma once

#include "server/route.h"

namespace server {

/// Of what changes only with the program: catalogue, schemas, pages.
inline constexpr const char* hour_cache = "public, max-age=3600";

Route commands_post_route();
Route command_get_route();
Route events_get_route();
Route event_get_route();
Route events_stream_route();
Route stream_get_route();
Route view_get_route();
Route view_of_get_route();
Route view_digests_route();
Route schemas_route();
Route types_route();
Route limits_route();
Route livez_route();
Route healthz_route();
Route readyz_route();
Route metrics_route();
Route openapi_route();
Route asyncapi_route();
Route schema_get_route();
Route api_catalog_route();
Route problem_get_route();
Route home_route();
Route event_parts_route();
Route event_proof_route();
Route completeness_route();
Route consistency_route();
Route checkpoints_route();
Route log_checkpoint_route();
Route log_verifiers_route();
Route log_policy_route();
Route log_tile_route();

}  // namespace server
