// SHA-256 of bodies, as headers and closing lines tell it.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace server {

/// SHA-256 of a body that is never in memory as a whole.
class RunningHash {
public:
    using Bytes = std::array<unsigned char, 32>;

    RunningHash();
    void add(std::string_view bytes);
    /// Ends it: nothing can be added afterwards.
    Bytes finish();

private:
    std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

RunningHash::Bytes sha256_of(std::string_view bytes);
/// `sha-256=:base64:`, the value of `Repr-Digest` (RFC 9530).
std::string repr_digest(const RunningHash::Bytes& hash);
/// A strong entity tag of those bytes.
std::string tag_of(const RunningHash::Bytes& hash);

}  // namespace server
