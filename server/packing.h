// Compressing what goes out and expanding what comes in, piece by piece.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "events/base/result.h"
#include "server/content_coding.h"

namespace server {

/// Compresses a body that is known piece by piece.
/// Threads: one at a time.
class Packer {
public:
    /// REQUIRES: coding is not identity.
    explicit Packer(Coding coding);
    ~Packer();

    /// The piece compressed. Everything given so far can be read by who has everything returned.
    std::string add(std::string_view piece);
    /// What closes the body.
    std::string finish();

private:
    struct Stream;
    struct Gzip;
    struct Zstd;
    std::unique_ptr<Stream> stream_;
};

/// A whole body at once.
std::string packed(Coding coding, std::string_view body);

/// Expands a body that comes piece by piece, never more than a bounded piece at a time, so that a
/// small body cannot fill the memory.
/// Threads: one at a time.
/// Errors:  `invalid` E_BAD_CODING.
class Unpacker {
public:
    /// REQUIRES: coding is not identity.
    explicit Unpacker(Coding coding);
    ~Unpacker();

    /// Takes bytes; what was given before must have been used up. The bytes must stay valid until
    /// `next` has given nothing.
    void add(std::string_view packed);
    /// The next piece, up to limits::read_bytes, valid until the next call; empty when more input
    /// is wanted.
    base::Result<std::string_view> next();
    /// Whether the body could end here.
    bool complete() const;

private:
    struct Stream;
    struct Gzip;
    struct Zstd;
    std::unique_ptr<Stream> stream_;
};

}  // namespace server
