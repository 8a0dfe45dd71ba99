// Which compression a reader and the server agree on (RFC 9110, 12.5.3), and what it does to tags.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/message.h"

namespace server {

enum class Coding { identity, gzip, zstd };

/// As `Content-Encoding` writes it.
std::string_view name_of(Coding coding);
/// The coding of that name; nothing if it is none of ours.
std::optional<Coding> coding_named(std::string_view name);

/// What an `Accept-Encoding` asks for.
struct Acceptable {
    Coding best = Coding::identity;  ///< zstd before gzip before none, where liked alike
    bool identity = true;            ///< an answer may also come as it is

    /// Nothing that the server can send.
    bool none() const { return !identity && best == Coding::identity; }
    static Acceptable of(const Request& request);
};

/// `"tag"` as the tag of a body in that coding, `"tag-gzip"`; a weak tag stays, as it speaks of
/// the content and not of its bytes.
std::string tag_in(Coding coding, std::string tag);
/// The tag without the coding's ending.
std::string_view without_coding(std::string_view tag);
/// The tag out of an `If-None-Match` that names the same content as `tag` in any coding, as the
/// caller wrote it; `tag` itself for `*`; nothing if there is none.
std::optional<std::string> known_tag(const Request& request, const std::string& tag);

}  // namespace server
