// What a whole answer gets on its way out, once its bytes are known.
#pragma once

#include "server/message.h"

namespace server {

/// For a 200 answer to GET or HEAD, in this order: an entity tag from its bytes where it must be
/// asked for again (`no-cache`) and has none; 304 in its place where the caller has it already;
/// the coding that the caller likes best, where the answer may be packed and is worth it, with a
/// tag of its own; and `Repr-Digest` over the bytes that are sent.
void finish_answer(const Request& request, Response& response);

/// Whether that is work for a worker.
bool is_costly(const Response& response);

/// `304 Not Modified` with the fields that tell of the answer it stands for.
Response unchanged(Response response, std::string tag);

}  // namespace server
